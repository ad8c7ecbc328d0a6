/* Owns a recording while it is made: wraps another room, passes everything through, and appends each
 * finished scan that looked for owners to a file. Recordings hold command lines and user names, so the
 * file is the user's own, 0600, and never reached through a link. Recording must not harm what it
 * watches: when the file cannot be written (a full disk), the torn line is taken back, recording stops,
 * and every later scan says so as a gap. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fatal.h"
#include "platform/platform.h"
#include "platform/replay/recording.h"
#include "platform/replay/redact.h"

struct record {
	struct platform platform;        /* first */
	struct platform *inner;          /* owned */
	int fd;
	off_t length;                    /* bytes of whole lines in the file */
	int error;                       /* errno that stopped the recording; 0 = it goes on */
	struct facts *facts;             /* borrowed: the scan in flight */
	bool has_owners;                 /* it looks for them */
	bool is_redacted;
	struct redaction redaction;
	struct buf line;
};

static struct record *record_of(struct platform *p)
{
	return (struct record *)p;
}

/* 0 or a positive errno. */
static int write_all(int fd, struct slice bytes)
{
	while (bytes.len) {
		ssize_t written = write(fd, bytes.ptr, bytes.len);

		if (written < 0 && errno != EINTR)
			return errno;
		if (written > 0)
			bytes = slice_from(bytes, (size_t)written);
	}
	return 0;
}

/* Appends r->line, all of it or nothing. */
static int append_line(struct record *r)
{
	int error = write_all(r->fd, buf_slice(&r->line));

	if (!error)
		r->length += (off_t)r->line.len;
	else if (ftruncate(r->fd, r->length))
		return error;            /* the player takes a torn last line for the end */
	return error;
}

static void record_facts(struct record *r)
{
	if (!r->error) {
		buf_clear(&r->line);
		recording_add_frame(&r->line, r->is_redacted ? redaction_apply(&r->redaction, r->facts) : r->facts);
		r->error = append_line(r);
	}
	if (r->error)
		facts_add_gap(r->facts, GAP_RECORDING, 0, r->error);
}

static int record_scan_begin(struct platform *p, const struct scan_request *request, struct facts *facts)
{
	struct record *r = record_of(p);
	struct scan_request each = *request;

	each.shares_leftovers = false;       /* a recording tells each of them */
	r->facts = facts;
	r->has_owners = request->owners;
	return platform_scan_begin(r->inner, &each, facts);
}

static int record_scan_step(struct platform *p, int64_t budget_us)
{
	struct record *r = record_of(p);
	int result = platform_scan_step(r->inner, budget_us);

	if (!result && r->has_owners)
		record_facts(r);
	return result;
}

static int record_lookup(struct platform *p, const struct endpoint *local, const struct endpoint *remote,
			 uint8_t state, struct socket_fact *out)
{
	return platform_lookup(record_of(p)->inner, local, remote, state, out);
}

static int record_processes(struct platform *p, struct facts *out)
{
	struct platform *inner = record_of(p)->inner;

	return inner->ops->processes(inner, out);
}

static int record_lineage(struct platform *p, int32_t pid, struct facts *out)
{
	struct platform *inner = record_of(p)->inner;

	return inner->ops->lineage(inner, pid, out);
}

static int record_destroy(struct platform *p, const struct socket_fact *socket)
{
	struct platform *inner = record_of(p)->inner;

	return inner->ops->destroy(inner, socket);
}

static int record_probe(struct platform *p, const struct probe_request *request, struct probe *out)
{
	return platform_probe(record_of(p)->inner, request, out);
}

static int record_wake_fd(struct platform *p)
{
	struct platform *inner = record_of(p)->inner;

	return inner->ops->wake_fd(inner);
}

static void record_wake_drain(struct platform *p)
{
	struct platform *inner = record_of(p)->inner;

	inner->ops->wake_drain(inner);
}

static int record_target_open(struct platform *p, const struct target_id *id, struct target **out)
{
	struct platform *inner = record_of(p)->inner;

	return inner->ops->target_open(inner, id, out);
}

static int record_target_check(struct platform *p, struct target *t, struct target_status *out)
{
	struct platform *inner = record_of(p)->inner;

	return inner->ops->target_check(inner, t, out);
}

static int record_target_signal(struct platform *p, struct target *t, int signal)
{
	struct platform *inner = record_of(p)->inner;

	return inner->ops->target_signal(inner, t, signal);
}

static void record_target_close(struct platform *p, struct target *t)
{
	struct platform *inner = record_of(p)->inner;

	inner->ops->target_close(inner, t);
}

static int record_run(struct platform *p, const char *const argv[], struct slice input, int timeout_ms)
{
	struct platform *inner = record_of(p)->inner;

	return inner->ops->run(inner, argv, input, timeout_ms);
}

static int record_run_own(struct platform *p, const char *const argv[], int timeout_ms)
{
	struct platform *inner = record_of(p)->inner;

	return inner->ops->run_own(inner, argv, timeout_ms);
}

static void record_free(struct platform *p)
{
	struct record *r = record_of(p);

	platform_free(r->inner);
	close(r->fd);
	redaction_done(&r->redaction);
	buf_done(&r->line);
	free(r);
}

static const struct platform_ops record_ops = {
	.name = "record",
	.scan_begin = record_scan_begin,
	.scan_step = record_scan_step,
	.lookup = record_lookup,
	.probe = record_probe,
	.destroy = record_destroy,
	.processes = record_processes,
	.lineage = record_lineage,
	.wake_fd = record_wake_fd,
	.wake_drain = record_wake_drain,
	.target_open = record_target_open,
	.target_check = record_target_check,
	.target_signal = record_target_signal,
	.target_close = record_target_close,
	.run = record_run,
	.run_own = record_run_own,
	.free = record_free,
};

/* What was there already may be used when it is a plain file of ours, empty, and under no second name. */
static int check_existing(int fd)
{
	struct stat status;

	if (fstat(fd, &status))
		return -errno;
	if (!S_ISREG(status.st_mode) || status.st_size || status.st_nlink != 1)
		return -EEXIST;
	if (status.st_uid != geteuid())
		return -EPERM;
	return fchmod(fd, S_IRUSR | S_IWUSR) ? -errno : 0;
}

/* A descriptor, or -errno. */
static int open_file(const char *path)
{
	const int flags = O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;    /* a FIFO must not block */
	int fd = open(path, flags | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
	int error;

	if (fd >= 0 || errno != EEXIST)
		return fd >= 0 ? fd : -errno;
	fd = open(path, flags);
	if (fd < 0)
		return errno == ENXIO ? -EEXIST : -errno;      /* a FIFO that nobody reads */
	error = check_existing(fd);
	if (!error)
		return fd;
	close(fd);
	return error;
}

/* Takes `fd`; with the header in it. */
static int begin(struct platform *inner, int fd, struct buf header, bool is_redacted, struct platform **out)
{
	struct record *r;
	int error;

	r = fatal_calloc(1, sizeof *r);
	r->platform.ops = &record_ops;
	r->fd = fd;
	r->is_redacted = is_redacted;
	r->line = header;
	error = append_line(r);
	if (error) {
		close(fd);
		buf_done(&r->line);
		free(r);
		return -error;
	}
	r->inner = inner;
	*out = &r->platform;
	return 0;
}

int platform_record_new(struct platform *inner, const char *path, bool is_redacted, struct platform **out)
{
	int fd = open_file(path);
	struct buf header = { 0 };

	if (fd < 0)
		return fd;
	recording_add_header(&header);
	return begin(inner, fd, header, is_redacted, out);
}

int platform_record_to(struct platform *inner, int fd, int interval_ms, struct platform **out)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	struct buf header = { 0 };

	if (own < 0)
		return -errno;
	recording_add_stream_header(&header, interval_ms);
	return begin(inner, own, header, false, out);
}
