/* Owns one other machine: the program that tells about it, what of its bytes is a frame yet, and the one kill
 * that may be under way there. What it sends is taken in pieces, so that a flood keeps nobody else waiting. Refuses
 * to know when it is to be started again, and what a row is. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fatal.h"
#include "base/text.h"
#include "platform/stream.h"
#include "platform/stream/child.h"
#include "platform/stream/lines.h"
#include "platform/stream/demand.h"

enum { PIECE = 64 * 1024, PIECES_AT_ONCE = 4, ANSWER_MAX = 256 * 1024, KILL_EXTRA_MS = 20000 };

struct program {
	struct stream stream;            /* first */
	char **argv;                     /* owned, NULL-terminated */
	struct child child;
	struct lines lines;
	char piece[PIECE];
	struct slice rest;               /* of the piece: not taken yet */
	struct buf why;
	struct child killer;             /* runs `lotop kill` over there */
	struct buf answer;
	int64_t kill_until_ms;
	bool is_killing;
};

static struct program *program_of(struct stream *s)
{
	return (struct program *)s;
}

static const struct program *peek(const struct stream *s)
{
	return (const struct program *)s;
}

static const char *const *argv_of(const struct program *s)
{
	return (const char *const *)s->argv;
}

static void add_complaint(struct buf *out, const struct child *c)
{
	if (!c->complaint.len)
		return;
	buf_add_string(out, ": ");
	text_escape(out, slice_trim(buf_slice(&c->complaint)));
}

static void add_failure(struct buf *out, const struct program *s, int error)
{
	text_escape(out, slice_of(s->argv[0]));
	buf_printf(out, ": %s", error == -ENOENT ? "no such program" : strerror(-error));
}

/* "ssh ended with status 255: Connection refused". */
static void add_end(struct buf *out, const struct program *s, const struct child *c, int status)
{
	text_escape(out, slice_of(s->argv[0]));
	if (WIFSIGNALED(status))
		buf_printf(out, " was ended by SIG%s", sigabbrev_np(WTERMSIG(status)));
	else
		buf_printf(out, " ended with status %d", WEXITSTATUS(status));
	add_complaint(out, c);
}

static int program_start(struct stream *stream)
{
	struct program *s = program_of(stream);
	int error;

	child_end(&s->child);
	lines_reset(&s->lines);
	s->rest = (struct slice){ NULL, 0 };
	buf_clear(&s->why);
	error = child_start(&s->child, argv_of(s));
	if (error)
		add_failure(&s->why, s, error);
	return error;
}

static size_t poll_child(const struct child *c, struct pollfd *fds)
{
	size_t count = 0;

	if (c->has_output)
		fds[count++] = (struct pollfd){ .fd = c->output, .events = POLLIN };
	if (c->has_errors)
		fds[count++] = (struct pollfd){ .fd = c->errors, .events = POLLIN };
	return count;
}

static size_t program_poll(struct stream *stream, struct pollfd fds[STREAM_FDS])
{
	struct program *s = program_of(stream);
	size_t count = poll_child(&s->child, fds);

	return count + poll_child(&s->killer, fds + count);
}

static enum stream_event give_up(struct program *s, int error)
{
	buf_clear(&s->why);
	text_escape(&s->why, slice_of(s->argv[0]));
	if (error == -EPROTONOSUPPORT)
		buf_add_string(&s->why, " sends what a later lotop writes: update this one");
	else
		buf_printf(&s->why, ": line %u is not what lotop stream writes", s->lines.number + 1);
	add_complaint(&s->why, &s->child);
	child_end(&s->child);
	return STREAM_ENDED;
}

/* It may have closed its output and still run: it is not waited for. */
static enum stream_event finish(struct program *s)
{
	int status;

	if (child_ended(&s->child, &status)) {
		add_end(&s->why, s, &s->child, status);
		return STREAM_ENDED;
	}
	return STREAM_NOTHING;
}

static enum stream_event program_step(struct stream *stream, struct facts **out)
{
	struct program *s = program_of(stream);

	if (!s->child.pid)
		return STREAM_NOTHING;
	child_listen(&s->child);
	for (unsigned piece = 0; piece < PIECES_AT_ONCE; piece++) {
		ssize_t count = s->rest.len ? (ssize_t)s->rest.len : child_read(&s->child, s->piece, PIECE);
		int result;

		if (count <= 0)
			return count ? finish(s) : STREAM_NOTHING;
		if (!s->rest.len)
			s->rest = (struct slice){ s->piece, (size_t)count };
		result = lines_take(&s->lines, &s->rest, out);
		if (result)
			return result > 0 ? STREAM_FRAME : give_up(s, result);
	}
	return STREAM_NOTHING;
}

static bool program_is_running(const struct stream *stream)
{
	return peek(stream)->child.pid != 0;
}

static const char *program_why(struct stream *stream)
{
	return buf_string(&program_of(stream)->why);
}

static int program_interval_ms(const struct stream *stream)
{
	const struct program *s = peek(stream);

	return s->lines.interval_ms ? s->lines.interval_ms : LINES_INTERVAL_DEFAULT_MS;
}

static int refuse(char *refusal, size_t size, int error, const char *text)
{
	snprintf(refusal, size, "%s", text);
	return error;
}

static int program_may_kill(const struct stream *stream, char *refusal, size_t size)
{
	if (demand_place(argv_of(peek(stream))))
		return 0;
	return refuse(refusal, size, -EINVAL, "its --from command has no words \"lotop stream\", for which \"lotop "
		      "kill\" could stand");
}

static int program_kill(struct stream *stream, const struct stream_order *o, char *refusal, size_t size)
{
	struct program *s = program_of(stream);
	struct demand demand = { 0 };
	int error;

	if (s->is_killing)
		return refuse(refusal, size, -EBUSY, "another kill is under way on that machine: try again");
	error = program_may_kill(stream, refusal, size);
	if (error)
		return error;
	demand_make(argv_of(s), o, &demand);
	error = child_start(&s->killer, demand.argv);
	demand_done(&demand);
	if (error)
		return refuse(refusal, size, error, strerror(-error));
	buf_clear(&s->answer);
	s->is_killing = true;
	s->kill_until_ms = clock_monotonic_ms() + o->wait_ms + KILL_EXTRA_MS;
	return 0;
}

/* True when all of it is there. */
static bool hear_answer(struct program *s)
{
	char bytes[4096];
	ssize_t count = 1;

	child_listen(&s->killer);
	while (s->answer.len < ANSWER_MAX && (count = child_read(&s->killer, bytes, sizeof bytes)) > 0)
		buf_add(&s->answer, bytes, (size_t)count);
	return count < 0;
}

static void set_text(struct stream_result *out, struct buf *text)
{
	demand_set_text(out->text, sizeof out->text, text);
	buf_done(text);
}

static void read_answer(struct program *s, int status, struct stream_result *out)
{
	struct buf text = { 0 };

	if (demand_read(buf_slice(&s->answer), out))
		return;
	*out = (struct stream_result){ 0 };
	add_end(&text, s, &s->killer, status);
	set_text(out, &text);
}

static bool program_killed(struct stream *stream, struct stream_result *out)
{
	struct program *s = program_of(stream);
	int status;

	if (!s->is_killing)
		return false;
	if (hear_answer(s) && child_ended(&s->killer, &status)) {
		read_answer(s, status, out);
	} else if (clock_monotonic_ms() >= s->kill_until_ms || s->answer.len >= ANSWER_MAX) {
		struct buf text = { 0 };

		child_end(&s->killer);
		*out = (struct stream_result){ 0 };
		buf_add_string(&text, "there was no answer: what became of it is not known");
		set_text(out, &text);
	} else {
		return false;
	}
	s->is_killing = false;
	return true;
}

static void program_free(struct stream *stream)
{
	struct program *s = program_of(stream);

	child_end(&s->child);
	child_end(&s->killer);
	buf_done(&s->child.complaint);
	buf_done(&s->killer.complaint);
	buf_done(&s->why);
	buf_done(&s->answer);
	lines_done(&s->lines);
	for (size_t i = 0; s->argv[i]; i++)
		free(s->argv[i]);
	free(s->argv);
	free(s);
}

static const struct stream_ops program_ops = {
	.start = program_start,
	.poll = program_poll,
	.step = program_step,
	.is_running = program_is_running,
	.why = program_why,
	.interval_ms = program_interval_ms,
	.may_kill = program_may_kill,
	.kill = program_kill,
	.killed = program_killed,
	.free = program_free,
};

struct stream *platform_stream_new(const char *const argv[])
{
	struct program *s = fatal_calloc(1, sizeof *s);
	size_t count = 0;

	while (argv[count])
		count++;
	s->stream.ops = &program_ops;
	s->argv = fatal_calloc(count + 1, sizeof *s->argv);
	for (size_t i = 0; i < count; i++)
		s->argv[i] = fatal_strdup(argv[i]);
	return &s->stream;
}
