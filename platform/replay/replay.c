/* Owns playing a recording: the room behind the door in which nothing real can be asked and nothing can
 * be signalled. The whole file is checked when it is opened; after that a scan reads the line of its
 * frame again, so a recording of hours costs eight bytes a frame. Each scan gives the next frame, scans
 * behind the end give the last one again. A frame is played with the owners that it has, whatever the
 * scan asked for. Knows no format (recording.c). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/array.h"
#include "base/fatal.h"
#include "platform/platform.h"
#include "platform/replay/recording.h"

struct replay {
	struct platform platform;        /* first */
	FILE *file;
	struct buf line;                 /* the line that was read last, without its newline */
	bool is_torn;                    /* it had none: the end of the file */
	off_t *offsets;                  /* where each frame starts */
	size_t frame_count, frame_cap;
	size_t next;                     /* frame of the next scan */
	struct facts *facts;             /* borrowed: the scan in flight */
};

static struct replay *replay_of(struct platform *p)
{
	return (struct replay *)p;
}

/* 1 = a line, 0 = end of file, -errno. */
static int read_line(struct replay *r)
{
	int c;

	buf_clear(&r->line);
	while ((c = getc_unlocked(r->file)) != EOF && c != '\n') {
		if (r->line.len == RECORDING_LINE_MAX)
			return -EFBIG;
		buf_add_char(&r->line, (char)c);
	}
	r->is_torn = c == EOF;
	if (ferror(r->file))
		return -EIO;
	return r->line.len || !r->is_torn;
}

static int replay_scan_begin(struct platform *p, const struct scan_request *request, struct facts *facts)
{
	(void)request;
	replay_of(p)->facts = facts;
	return 0;
}

static int replay_scan_step(struct platform *p, int64_t budget_us)
{
	struct replay *r = replay_of(p);
	int result;

	(void)budget_us;
	if (fseeko(r->file, r->offsets[r->next], SEEK_SET))
		return -errno;
	result = read_line(r);
	if (result > 0)
		result = recording_decode(buf_slice(&r->line), r->facts);
	else if (!result)
		result = -EINVAL;        /* it was there when the file was opened */
	if (result)
		return result;
	r->facts->source = SOURCE_REPLAY;
	if (r->next + 1 < r->frame_count)
		r->next++;
	return 0;
}

static int replay_lookup(struct platform *p, const struct endpoint *local, const struct endpoint *remote,
			 uint8_t state, struct socket_fact *out)
{
	(void)p, (void)local, (void)remote, (void)state, (void)out;
	return -EOPNOTSUPP;
}

static int replay_processes(struct platform *p, struct facts *out)
{
	(void)p;
	(void)out;
	return -EOPNOTSUPP;
}

static int replay_lineage(struct platform *p, int32_t pid, struct facts *out)
{
	(void)p;
	(void)pid;
	(void)out;
	return -EOPNOTSUPP;
}

static int replay_destroy(struct platform *p, const struct socket_fact *socket)
{
	(void)p;
	(void)socket;
	return -EOPNOTSUPP;
}

static int replay_probe(struct platform *p, const struct probe_request *request, struct probe *out)
{
	(void)p;
	(void)request;
	(void)out;
	return -EOPNOTSUPP;
}

static int replay_wake_fd(struct platform *p)
{
	(void)p;
	return -1;
}

static void replay_wake_drain(struct platform *p)
{
	(void)p;
}

static int replay_target_open(struct platform *p, const struct target_id *id, struct target **out)
{
	(void)p, (void)id, (void)out;
	return -EOPNOTSUPP;
}

static int replay_target_check(struct platform *p, struct target *t, struct target_status *out)
{
	(void)p, (void)t, (void)out;
	return -EOPNOTSUPP;
}

static int replay_target_signal(struct platform *p, struct target *t, int signal)
{
	(void)p, (void)t, (void)signal;
	return -EOPNOTSUPP;
}

static void replay_target_close(struct platform *p, struct target *t)
{
	(void)p, (void)t;
}

static int replay_run(struct platform *p, const char *const argv[], struct slice input, int timeout_ms)
{
	(void)p, (void)argv, (void)input, (void)timeout_ms;
	return -EOPNOTSUPP;
}

static int replay_run_own(struct platform *p, const char *const argv[], int timeout_ms)
{
	(void)p, (void)argv, (void)timeout_ms;
	return -EOPNOTSUPP;
}

static void replay_free(struct platform *p)
{
	struct replay *r = replay_of(p);

	if (r->file)
		fclose(r->file);
	buf_done(&r->line);
	free(r->offsets);
	free(r);
}

static const struct platform_ops replay_ops = {
	.name = "replay",
	.scan_begin = replay_scan_begin,
	.scan_step = replay_scan_step,
	.lookup = replay_lookup,
	.probe = replay_probe,
	.destroy = replay_destroy,
	.processes = replay_processes,
	.lineage = replay_lineage,
	.wake_fd = replay_wake_fd,
	.wake_drain = replay_wake_drain,
	.target_open = replay_target_open,
	.target_check = replay_target_check,
	.target_signal = replay_target_signal,
	.target_close = replay_target_close,
	.run = replay_run,
	.run_own = replay_run_own,
	.free = replay_free,
};

static int read_header(struct replay *r)
{
	int result = read_line(r);

	if (result < 0)
		return result;
	return recording_check_header(buf_slice(&r->line));
}

/* The next frame, checked: 1, 0 at the end, -errno. A last line that was torn off (a recorder that was
 * killed, a full disk) is the end, not an error. */
static int read_frame(struct replay *r, struct facts *scratch)
{
	off_t offset = ftello(r->file);
	int result = read_line(r);

	if (result <= 0)
		return result;
	facts_reset(scratch);
	if (recording_decode(buf_slice(&r->line), scratch))
		return r->is_torn && r->frame_count ? 0 : -EINVAL;
	if (r->frame_count == RECORDING_FRAMES_MAX)
		return -EFBIG;
	ARRAY_PUSH(r->offsets, r->frame_count, r->frame_cap) = offset;
	return 1;
}

/* Reads the whole file once; *line counts along. */
static int read_index(struct replay *r, unsigned *line)
{
	struct facts *scratch = facts_new();
	int result;

	*line = 1;
	result = read_header(r);
	while (!result) {
		++*line;
		result = read_frame(r, scratch);
		if (!result)
			break;
		if (result > 0)
			result = 0;
	}
	facts_free(scratch);
	return !result && !r->frame_count ? -ENODATA : result;
}

/* Not to hang on a FIFO, and to be able to go back to a frame, it must be a plain file. */
static FILE *open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;
	FILE *file = NULL;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &status))
		goto out;
	if (!S_ISREG(status.st_mode)) {
		errno = S_ISDIR(status.st_mode) ? EISDIR : ESPIPE;
		goto out;
	}
	file = fdopen(fd, "r");
out:
	if (!file) {
		int error = errno;

		close(fd);
		errno = error;
	}
	return file;
}

int platform_replay_new(const char *path, struct platform **out, unsigned *line)
{
	FILE *file = open_file(path);
	struct replay *r;
	unsigned at = 0;
	int error;

	if (!file) {
		*line = 0;
		return -errno;
	}
	r = fatal_calloc(1, sizeof *r);
	r->platform.ops = &replay_ops;
	r->file = file;
	error = read_index(r, &at);
	if (error) {
		*line = at;
		replay_free(&r->platform);
		return error;
	}
	*out = &r->platform;
	return 0;
}
