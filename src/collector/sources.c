/* Owns the thread that waits for all sources at once: each gets a bounded piece of it in turn, so none keeps the
 * others waiting. Its jobs come through a mailbox of their own. Refuses to know rows and formats. */
#include "collector/sources.h"

#include <poll.h>
#include <stdlib.h>
#include "base/clock.h"
#include "base/fatal.h"
#include "collector/board.h"
#include "collector/faraway.h"
#include "collector/source.h"
#include "collector/thread.h"
#include "model/host.h"

enum { WAIT_MAX_MS = 250, ENDING_MS = 20 };

struct sources {
	struct board *board;             /* owned */
	struct mailbox *jobs;            /* owned: only its jobs are used */
	struct mailbox *replies;         /* borrowed; NULL without a thread */
	struct source items[HOSTS_MAX - 1];
	size_t count;
	struct faraway faraway;
	pthread_t thread;
	bool has_thread, has_quit, is_read_only;
};

struct sources *sources_new(const struct source_spec *specs, size_t count, struct mailbox *m, bool is_read_only)
{
	struct sources *s = fatal_calloc(1, sizeof *s);

	s->board = board_new(count + 1, m);
	s->jobs = mailbox_new();
	s->replies = m;
	s->faraway.mailbox = m;
	s->is_read_only = is_read_only;
	for (size_t i = 0; i < count; i++)
		source_init(&s->items[s->count++], specs[i].stream, specs[i].label, (uint16_t)(i + 1));
	return s;
}

static void hang_up(struct sources *s, const struct source *source)
{
	board_put(s->board, source->machine, source->newest ? snapshot_ref(source->newest) : NULL, source->label,
		  *source->trouble ? source->trouble : NULL);
}

static void say(struct sources *s, const struct source *source)
{
	struct reply reply = { .kind = REPLY_MESSAGE, .is_error = true };
	char name[64];

	if (!*source->trouble || !s->replies)
		return;
	source_name(source, name, sizeof name);
	phrase_set(reply.message, sizeof reply.message, "%s: %s", name, source->trouble);
	mailbox_reply(s->replies, &reply);
}

static void step(struct sources *s, struct source *source)
{
	bool was_heard = !*source->trouble;

	if (!source_step(source, clock_monotonic_ms(), clock_wall_ms()))
		return;
	hang_up(s, source);
	if (was_heard)
		say(s, source);
}

static void start(struct sources *s, struct source *source)
{
	source_start(source, clock_monotonic_ms());
	if (!*source->trouble)
		return;
	hang_up(s, source);
	say(s, source);
}

static void start_all(struct sources *s)
{
	for (size_t i = 0; i < s->count; i++)
		start(s, &s->items[i]);
}

/* What has ended is started at once when somebody asks to look. */
static void look_again(struct sources *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (!s->items[i].stream->ops->is_running(s->items[i].stream))
			start(s, &s->items[i]);
}

static void begin_kill(struct sources *s, const struct job *job)
{
	struct reply reply = { .kind = REPLY_KILL_PLAN, .plan = { .key = job->key, .clients = -1, .up_ms = -1 } };

	if (job->key.machine <= s->count && !s->is_read_only) {
		faraway_begin(&s->faraway, &s->items[job->key.machine - 1], &job->key, job->pid);
		return;
	}
	plan_refuse(&reply.plan, KILL_ELSEWHERE, s->is_read_only ? "read-only: nothing is signalled"
								 : "there is no such machine");
	mailbox_reply(s->replies, &reply);
}

static void serve(struct sources *s, const struct job *job)
{
	switch (job->kind) {
	case JOB_QUIT:
		s->has_quit = true;
		break;
	case JOB_SCAN:
		look_again(s);
		break;
	case JOB_PAUSE:
		board_pause(s->board, job->is_paused);
		break;
	case JOB_KILL_BEGIN:
		begin_kill(s, job);
		break;
	case JOB_KILL_SEND:
		faraway_send(&s->faraway, job->signal);
		break;
	case JOB_KILL_CANCEL:
		faraway_cancel(&s->faraway);
		break;
	default:
		break;
	}
}

/* Descriptors of all, and how long nothing is to be done though none of them says anything. Ends of processes and
 * answers of kills ring at no descriptor for sure. */
static size_t gather(struct sources *s, struct pollfd *fds, int *wait_ms)
{
	int64_t now_ms = clock_monotonic_ms();
	size_t count = 0;

	fds[count++] = (struct pollfd){ .fd = mailbox_job_fd(s->jobs), .events = POLLIN };
	*wait_ms = s->faraway.is_sent ? ENDING_MS : WAIT_MAX_MS;
	for (size_t i = 0; i < s->count; i++) {
		struct stream *stream = s->items[i].stream;
		int due_ms = source_wait_ms(&s->items[i], now_ms);

		if (!source_is_resting(&s->items[i], now_ms))
			count += stream->ops->poll(stream, fds + count);
		*wait_ms = due_ms < *wait_ms ? due_ms : *wait_ms;
	}
	return count;
}

static void wait_and_step(struct sources *s)
{
	struct pollfd fds[1 + STREAM_FDS * (HOSTS_MAX - 1)];
	struct job job;
	int wait_ms;
	size_t count = gather(s, fds, &wait_ms);

	if (poll(fds, count, wait_ms) > 0 && fds[0].revents)
		while (!s->has_quit && mailbox_next_job(s->jobs, &job))
			serve(s, &job);
	for (size_t i = 0; i < s->count && !s->has_quit; i++)
		step(s, &s->items[i]);
	faraway_step(&s->faraway);
}

static void *run(void *argument)
{
	struct sources *s = argument;

	pthread_setname_np(pthread_self(), "lotop-sources");
	start_all(s);
	while (!s->has_quit)
		wait_and_step(s);
	return NULL;
}

int sources_start(struct sources *s)
{
	int error = thread_start(&s->thread, run, s);

	s->has_thread = !error;
	return error;
}

void sources_free(struct sources *s)
{
	const struct job quit = { .kind = JOB_QUIT };

	if (!s)
		return;
	if (s->has_thread) {
		mailbox_post(s->jobs, &quit);
		pthread_join(s->thread, NULL);
	}
	for (size_t i = 0; i < s->count; i++)
		source_done(&s->items[i]);
	board_free(s->board);
	mailbox_free(s->jobs);
	free(s);
}

void sources_publish(struct sources *s, const struct snapshot *local)
{
	board_put(s->board, 0, local, NULL, NULL);
}

void sources_post(struct sources *s, const struct job *job)
{
	mailbox_post(s->jobs, job);
}

static bool is_settled(const struct sources *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (!s->items[i].newest && !*s->items[i].trouble)
			return false;
	return true;
}

static void give_up(struct sources *s, int timeout_ms)
{
	for (size_t i = 0; i < s->count; i++) {
		struct source *source = &s->items[i];

		if (source->newest || *source->trouble)
			continue;
		phrase_set(source->trouble, sizeof source->trouble, "nothing was heard for %d s", timeout_ms / 1000);
		hang_up(s, source);
	}
}

const struct snapshot *sources_join_once(struct sources *s, const struct snapshot *local, int timeout_ms)
{
	int64_t until_ms = clock_monotonic_ms() + timeout_ms;

	board_put(s->board, 0, local, NULL, NULL);
	start_all(s);
	while (!is_settled(s) && clock_monotonic_ms() < until_ms)
		wait_and_step(s);
	give_up(s, timeout_ms);
	return board_join(s->board);
}
