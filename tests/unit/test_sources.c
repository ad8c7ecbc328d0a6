/* collector/sources: the thread that listens to other machines, with real programs at their ends and the collector's
 * part played by the test. Runs under ThreadSanitizer, too. */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "collector/sources.h"
#include "platform/replay/recording.h"
#include "tests/fake/build.h"

enum { PATIENCE_MS = 10000 };

struct world {
	char path[64];                   /* a recording of one frame, as a stream begins */
	struct mailbox *mailbox;
	struct sources *sources;
};

static void write_stream(struct world *w, const char *scene)
{
	struct facts *facts = build_facts(1000, scene);
	struct buf text = { 0 };
	int fd;

	snprintf(w->path, sizeof w->path, "/tmp/lotop-sources-XXXXXX");
	fd = mkstemp(w->path);
	assert_true(fd >= 0);
	recording_add_stream_header(&text, 100);
	recording_add_frame(&text, facts);
	assert_int_equal(write(fd, text.data, text.len), text.len);
	close(fd);
	buf_done(&text);
	facts_free(facts);
}

/* `tail -f` is a stream that says one frame and then nothing more; `cat` is one that ends. */
static void start(struct world *w, const char *const *argvs[], size_t count)
{
	struct source_spec specs[4];

	for (size_t i = 0; i < count; i++)
		specs[i] = (struct source_spec){ i ? NULL : "first", platform_stream_new(argvs[i]) };
	w->mailbox = mailbox_new();
	w->sources = sources_new(specs, count, w->mailbox, false);
	assert_int_equal(sources_start(w->sources), 0);
}

static void stop(struct world *w)
{
	sources_free(w->sources);
	mailbox_free(w->mailbox);
	unlink(w->path);
}

static void publish(struct world *w)
{
	sources_publish(w->sources, build_snapshot(clock_wall_ms(), "tcp 127.0.0.1:9000\n"));
}

/* The first joint snapshot of which `holds` is true. */
static const struct snapshot *await(struct world *w, bool (*holds)(const struct snapshot *s))
{
	int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
	const struct snapshot *s;

	while (clock_monotonic_ms() < until_ms) {
		struct pollfd fd = { .fd = mailbox_event_fd(w->mailbox), .events = POLLIN };

		poll(&fd, 1, 50);
		s = mailbox_take(w->mailbox);
		if (s && holds(s))
			return s;
		snapshot_unref(s);
	}
	fail_msg("no such snapshot in time");
	return NULL;
}

static bool await_reply(struct world *w, enum reply_kind kind, struct reply *out)
{
	int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;

	while (clock_monotonic_ms() < until_ms) {
		if (mailbox_next_reply(w->mailbox, out) && out->kind == kind)
			return true;
		poll(NULL, 0, 5);
	}
	return false;
}

static bool both_are_there(const struct snapshot *s)
{
	return s->hosts[1].snapshot && s->hosts[2].snapshot;
}

static bool second_has_ended(const struct snapshot *s)
{
	return both_are_there(s) && s->hosts[2].trouble;
}

static void rows_stay_when_a_program_ends(void **state)
{
	struct world w;
	const struct snapshot *s;
	struct reply reply;
	(void)state;

	write_stream(&w, "tcp 127.0.0.1:3000\n");
	start(&w, (const char *const *[]){ (const char *[]){ "tail", "-n", "+1", "-f", w.path, NULL },
					   (const char *[]){ "cat", w.path, NULL } }, 2);
	publish(&w);
	s = await(&w, second_has_ended);
	assert_int_equal(s->listener_count, 3);
	assert_null(s->hosts[1].trouble);
	assert_string_equal(s->hosts[1].name, "first");
	assert_string_equal(s->hosts[2].trouble, "cat ended with status 0");
	snapshot_unref(s);
	assert_true(await_reply(&w, REPLY_MESSAGE, &reply));
	assert_non_null(strstr(reply.message, "cat ended"));
	stop(&w);
}

/* While this machine's snapshots come, too, and a key asks for more. */
static void all_sides_talk_at_once(void **state)
{
	const struct job scan = { .kind = JOB_SCAN };
	struct world w;
	(void)state;

	write_stream(&w, "tcp 127.0.0.1:3000\n");
	start(&w, (const char *const *[]){ (const char *[]){ "cat", w.path, NULL },
					   (const char *[]){ "cat", w.path, NULL },
					   (const char *[]){ "/nonexistent/program", NULL } }, 3);
	for (int i = 0; i < 100; i++) {
		publish(&w);
		if (i % 10 == 0)
			sources_post(w.sources, &scan);
		snapshot_unref(mailbox_take(w.mailbox));
		poll(NULL, 0, 2);
	}
	publish(&w);
	snapshot_unref(await(&w, both_are_there));
	stop(&w);
}

static bool has_first(const struct snapshot *s)
{
	return s->hosts[1].snapshot;
}

static void a_kill_without_a_place_is_refused(void **state)
{
	struct job begin = { .kind = JOB_KILL_BEGIN }, send = { .kind = JOB_KILL_SEND, .signal = SIGTERM };
	const struct snapshot *s;
	struct reply reply;
	struct world w;
	(void)state;

	write_stream(&w, "tcp 127.0.0.1:3000 by 4211 node alice\n");
	start(&w, (const char *const *[]){ (const char *[]){ "tail", "-n", "+1", "-f", w.path, NULL } }, 1);
	publish(&w);
	s = await(&w, has_first);
	begin.key = s->listeners[0].key;
	assert_int_equal(begin.key.machine, 1);
	snapshot_unref(s);
	sources_post(w.sources, &begin);
	assert_true(await_reply(&w, REPLY_KILL_PLAN, &reply));
	assert_int_equal(reply.plan.refusal, KILL_ELSEWHERE);
	assert_string_equal(reply.plan.address, "first: 127.0.0.1:3000");
	sources_post(w.sources, &send);
	assert_true(await_reply(&w, REPLY_KILL_STATUS, &reply));
	assert_int_equal(reply.status.phase, KILL_FAILED);
	begin.key.machine = 40;
	sources_post(w.sources, &begin);
	assert_true(await_reply(&w, REPLY_KILL_PLAN, &reply));
	assert_int_equal(reply.plan.refusal, KILL_ELSEWHERE);
	stop(&w);
}

/* The last word of the command is another program here: it prints what it was given, as lotop would answer. */
static void a_kill_goes_the_same_way(void **state)
{
	struct job begin = { .kind = JOB_KILL_BEGIN }, send = { .kind = JOB_KILL_SEND, .signal = SIGTERM };
	char script[] = "/tmp/lotop-sources-XXXXXX", program[64];
	const struct snapshot *s;
	struct reply reply;
	struct world w;
	FILE *file;
	(void)state;

	assert_non_null(mkdtemp(script));
	write_stream(&w, "tcp 127.0.0.1:3000 cookie 9 by 4211 node alice\n");
	snprintf(program, sizeof program, "%s/lotop", script);
	file = fopen(program, "w");
	assert_non_null(file);
	fprintf(file, "#!/bin/sh\n"
		"if [ \"$1\" = stream ]; then cat %s; exec sleep 60; fi\n"
		"[ \"$*\" = 'kill 3000 --identity 4211:42110:9 --signal TERM --wait 5000ms --all --yes --json' ] &&\n"
		"echo '{\"kills\":[{\"outcome\":\"released\",\"text\":\"it is done\"}]}'\n", w.path);
	fclose(file);
	start(&w, (const char *const *[]){ (const char *[]){ "sh", program, "stream", NULL } }, 1);
	publish(&w);
	s = await(&w, has_first);
	begin.key = s->listeners[0].key;
	snapshot_unref(s);
	sources_post(w.sources, &begin);
	assert_true(await_reply(&w, REPLY_KILL_PLAN, &reply));
	assert_int_equal(reply.plan.refusal, KILL_ALLOWED);
	sources_post(w.sources, &send);
	do
		assert_true(await_reply(&w, REPLY_KILL_STATUS, &reply));
	while (!reply.status.is_final);
	assert_int_equal(reply.status.phase, KILL_RELEASED);
	assert_string_equal(reply.status.text, "first: it is done");
	stop(&w);
	unlink(program);
	rmdir(script);
}

static void a_list_waits_for_each_once(void **state)
{
	struct source_spec specs[2];
	const struct snapshot *s;
	struct sources *sources;
	struct world w;
	(void)state;

	write_stream(&w, "tcp 127.0.0.1:3000\n");
	specs[0] = (struct source_spec){ NULL, platform_stream_new((const char *[]){ "cat", w.path, NULL }) };
	specs[1] = (struct source_spec){ NULL, platform_stream_new((const char *[]){ "sleep", "60", NULL }) };
	sources = sources_new(specs, 2, NULL, false);
	s = sources_join_once(sources, build_snapshot(1000, "tcp 127.0.0.1:9000\n"), 1000);
	assert_int_equal(s->listener_count, 2);
	assert_string_equal(s->hosts[2].trouble, "nothing was heard for 1 s");
	sources_free(sources);
	snapshot_unref(s);
	unlink(w.path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_stay_when_a_program_ends),
		cmocka_unit_test(all_sides_talk_at_once),
		cmocka_unit_test(a_kill_without_a_place_is_refused),
		cmocka_unit_test(a_kill_goes_the_same_way),
		cmocka_unit_test(a_list_waits_for_each_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
