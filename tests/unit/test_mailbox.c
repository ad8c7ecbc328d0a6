/* The mailbox: nothing but snapshots is dropped, nothing is doubled, everything is in order, and whoever
 * only polls its descriptor misses nothing. Runs under TSan too. */
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "collector/mailbox.h"
#include "tests/fake/build.h"

enum { MANY = 2000, PATIENCE_MS = 10000 };

static bool is_readable(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) == 1;
}

static void post(struct mailbox *m, int number)
{
	struct job job = { .kind = JOB_INTERVAL, .interval_ms = number };

	mailbox_post(m, &job);
}

static void answer(struct mailbox *m, int number)
{
	struct reply reply = { .kind = REPLY_SCAN_FAILED, .error = number };

	mailbox_reply(m, &reply);
}

static void jobs_come_in_order_and_ring(void **state)
{
	struct mailbox *m = mailbox_new();
	struct job job;

	(void)state;
	assert_false(is_readable(mailbox_job_fd(m), 0));
	assert_false(mailbox_next_job(m, &job));
	for (int i = 0; i < 5; i++)
		post(m, i);
	for (int i = 0; i < 5; i++) {
		assert_true(is_readable(mailbox_job_fd(m), 0));
		assert_true(mailbox_next_job(m, &job));
		assert_int_equal(job.interval_ms, i);
	}
	assert_false(mailbox_next_job(m, &job));
	assert_false(is_readable(mailbox_job_fd(m), 0));
	post(m, 7);
	assert_true(is_readable(mailbox_job_fd(m), 0));
	mailbox_free(m);                     /* with a job in it */
}

static void the_newest_snapshot_wins(void **state)
{
	struct mailbox *m = mailbox_new();
	const struct snapshot *s;

	(void)state;
	assert_null(mailbox_take(m));
	for (int i = 1; i <= 3; i++)
		mailbox_publish(m, build_snapshot(i, "tcp 127.0.0.1:80"));
	assert_true(is_readable(mailbox_event_fd(m), 0));
	s = mailbox_take(m);
	assert_int_equal(s->facts->wall_ms, 3);
	snapshot_unref(s);
	assert_null(mailbox_take(m));
	assert_false(is_readable(mailbox_event_fd(m), 0));
	mailbox_publish(m, build_snapshot(4, ""));
	mailbox_free(m);                     /* with a snapshot in it */
}

static void a_snapshot_and_replies_share_the_bell(void **state)
{
	struct mailbox *m = mailbox_new();
	struct reply reply;

	(void)state;
	answer(m, 1);
	answer(m, 2);
	assert_null(mailbox_take(m));        /* finds no snapshot, must not silence the replies */
	assert_true(is_readable(mailbox_event_fd(m), 0));
	assert_true(mailbox_next_reply(m, &reply));
	assert_int_equal(reply.error, 1);
	assert_true(is_readable(mailbox_event_fd(m), 0));
	mailbox_publish(m, build_snapshot(1, ""));
	assert_true(mailbox_next_reply(m, &reply));
	assert_int_equal(reply.error, 2);
	assert_false(mailbox_next_reply(m, &reply));         /* must not silence the snapshot */
	assert_true(is_readable(mailbox_event_fd(m), 0));
	snapshot_unref(mailbox_take(m));
	assert_false(mailbox_next_reply(m, &reply));
	assert_null(mailbox_take(m));
	assert_false(is_readable(mailbox_event_fd(m), 0));
	mailbox_free(m);
}

static void whole_jobs_travel(void **state)
{
	struct mailbox *m = mailbox_new();
	struct job sent = { .kind = JOB_COPY, .pid = -3, .signal = 15, .is_paused = true, .helper = "tmux" }, got;

	(void)state;
	sent.key.endpoint.port = 3000;
	for (size_t i = 0; i < sizeof sent.text - 1; i++)
		sent.text[i] = (char)('a' + i % 26);
	mailbox_post(m, &sent);
	assert_true(mailbox_next_job(m, &got));
	assert_int_equal(got.kind, JOB_COPY);
	assert_int_equal(got.pid, -3);
	assert_int_equal(got.signal, 15);
	assert_true(got.is_paused);
	assert_int_equal(got.key.endpoint.port, 3000);
	assert_string_equal(got.helper, "tmux");
	assert_string_equal(got.text, sent.text);
	mailbox_free(m);
}

/* Both directions at once; each side moves only when its descriptor says so. */
static void *collector_side(void *argument)
{
	struct mailbox *m = argument;
	int expected = 0;
	struct job job;

	while (expected < MANY && is_readable(mailbox_job_fd(m), PATIENCE_MS))
		while (mailbox_next_job(m, &job)) {
			if (job.interval_ms != expected)
				return NULL;
			answer(m, expected++);
			mailbox_publish(m, build_snapshot(expected, "tcp 127.0.0.1:80"));
		}
	return m;
}

static void nothing_is_lost_between_threads(void **state)
{
	struct mailbox *m = mailbox_new();
	int64_t newest = 0;
	int posted = 0, answered = 0;
	pthread_t thread;
	void *result;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, collector_side, m), 0);
	while (answered < MANY || newest < MANY) {
		const struct snapshot *s;
		struct reply reply;

		for (int i = 0; i < 3 && posted < MANY; i++)
			post(m, posted++);
		assert_true(is_readable(mailbox_event_fd(m), PATIENCE_MS));
		s = mailbox_take(m);
		if (s) {
			assert_true(s->facts->wall_ms > newest);
			newest = s->facts->wall_ms;
			snapshot_unref(s);
		}
		if (mailbox_next_reply(m, &reply)) {         /* only one: the rest must keep ringing */
			assert_int_equal(reply.error, answered);
			answered++;
		}
	}
	assert_int_equal(pthread_join(thread, &result), 0);
	assert_non_null(result);
	mailbox_free(m);
}

static void freeing_nothing_is_fine(void **state)
{
	(void)state;
	mailbox_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jobs_come_in_order_and_ring),
		cmocka_unit_test(the_newest_snapshot_wins),
		cmocka_unit_test(a_snapshot_and_replies_share_the_bell),
		cmocka_unit_test(whole_jobs_travel),
		cmocka_unit_test(nothing_is_lost_between_threads),
		cmocka_unit_test(freeing_nothing_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
