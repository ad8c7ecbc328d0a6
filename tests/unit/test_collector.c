/* The collector's thread on a scripted platform: its frames, its schedule, its jobs, and that whatever
 * hangs in it hangs nobody else. Runs under TSan too. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "collector/collector.h"
#include "tests/fake/build.h"
#include "tests/fake/fake.h"

enum { PATIENCE_MS = 10000, LONG_MS = 3600000 };

/* The machine behind the fake, as both threads see it. */
struct desk {
	struct fake *fake;
	struct mailbox *mailbox;
	struct collector *collector;
	_Atomic(int) holder;                     /* pid on 127.0.0.1:3000; 0: the port is free */
	_Atomic(int) respawns;                   /* pid that takes the port after a signal; 0: none */
	_Atomic(int64_t) signalled_ms;
};

static void fill(void *context, struct facts *facts)
{
	struct desk *d = context;
	int pid = d->holder;

	facts->limits.self_uid = 1000;
	if (!pid && d->respawns && clock_monotonic_ms() - d->signalled_ms >= 100)
		pid = d->respawns;
	build_add(facts, "tcp 127.0.0.1:22 cookie 1 inode 2 user root");
	if (pid)
		build_add(facts, "tcp 127.0.0.1:3000 cookie %d inode %d by %d node alice", pid, pid * 10, pid);
}

static void obey(void *context, struct fake *f, int signal)
{
	struct desk *d = context;
	struct fake_target target;

	(void)signal;
	fake_get_target(f, &target);
	target.status.has_exited = true;
	fake_set_target(f, &target);
	d->signalled_ms = clock_monotonic_ms();
	d->holder = 0;
}

static void set_up(struct desk *d)
{
	*d = (struct desk){ .fake = fake_new(), .mailbox = mailbox_new(), .holder = 4211 };
	fake_add_frame(d->fake, fill, d);
	fake_on_signal(d->fake, obey, d);
}

static void start(struct desk *d, int interval_ms)
{
	const struct collector_options options = {
		.request = { .bound_only = true, .leftovers = true, .connections = true, .owners = true },
		.interval_ms = interval_ms
	};

	assert_int_equal(collector_start(fake_platform(d->fake), d->mailbox, &options, &d->collector), 0);
}

static void tear_down(struct desk *d)
{
	assert_int_equal(collector_stop(d->collector, PATIENCE_MS), 0);
	assert_int_equal(fake_count(d->fake, FAKE_FREE), 1);
	assert_int_equal(fake_count(d->fake, FAKE_OPEN), fake_count(d->fake, FAKE_CLOSE));
	mailbox_free(d->mailbox);
	fake_free(d->fake);
}

static void post(struct desk *d, enum job_kind kind)
{
	const struct job job = { .kind = kind };

	mailbox_post(d->mailbox, &job);
}

static bool wait_event(struct desk *d, int ms)
{
	struct pollfd p = { .fd = mailbox_event_fd(d->mailbox), .events = POLLIN };

	return poll(&p, 1, ms) == 1;
}

/* The next snapshot; replies stay where they are. */
static const struct snapshot *next_snapshot(struct desk *d)
{
	int64_t deadline_ms = clock_monotonic_ms() + PATIENCE_MS;
	const struct snapshot *s = NULL;

	while (!s && clock_monotonic_ms() < deadline_ms) {
		wait_event(d, 100);
		s = mailbox_take(d->mailbox);
	}
	assert_non_null(s);
	return s;
}

static struct reply next_reply(struct desk *d, enum reply_kind kind)
{
	int64_t deadline_ms = clock_monotonic_ms() + PATIENCE_MS;
	struct reply reply = { .kind = REPLY_NONE };

	while (clock_monotonic_ms() < deadline_ms && !mailbox_next_reply(d->mailbox, &reply)) {
		snapshot_unref(mailbox_take(d->mailbox));
		wait_event(d, 100);
	}
	assert_int_equal(reply.kind, kind);
	return reply;
}

static struct row_key key_of_3000(void)
{
	struct row_key key = { .kind = ROW_LISTENER };

	endpoint_parse_address(slice_of("127.0.0.1"), &key.endpoint);
	key.endpoint.protocol = PROTOCOL_TCP;
	key.endpoint.port = 3000;
	return key;
}

/* Two scans are done: the newest snapshot has owners. */
static void wait_for_owners(struct desk *d)
{
	const struct snapshot *s;

	for (s = next_snapshot(d); !s->facts->owners_complete; s = next_snapshot(d))
		snapshot_unref(s);
	snapshot_unref(s);
}

/* Set up, started, and at rest: the interval is an hour. */
static void settle(struct desk *d)
{
	set_up(d);
	start(d, LONG_MS);
	wait_for_owners(d);
}

/* The scan behind this one hangs until it is released. */
static void fill_then_hang(void *context, struct facts *facts)
{
	struct desk *d = context;

	fill(context, facts);
	fake_hang(d->fake, PATIENCE_MS);
}

static void the_first_frame_comes_without_owners(void **state)
{
	const struct snapshot *s;
	struct desk d = { .fake = fake_new(), .mailbox = mailbox_new(), .holder = 4211 };

	(void)state;
	fake_add_frame(d.fake, fill_then_hang, &d);
	fake_add_frame(d.fake, fill, &d);
	start(&d, LONG_MS);
	s = next_snapshot(&d);
	assert_false(s->facts->owners_complete);
	assert_int_equal(s->listener_count, 2);
	assert_int_equal(s->process_count, 0);
	snapshot_unref(s);
	assert_true(fake_wait(d.fake, FAKE_STEP, 2, PATIENCE_MS));   /* without waiting for the interval */
	fake_release(d.fake);
	s = next_snapshot(&d);
	assert_true(s->facts->owners_complete);
	assert_int_equal(s->process_count, 1);
	snapshot_unref(s);
	assert_true(fake_last_request(d.fake).owners);
	assert_true(fake_last_request(d.fake).leftovers);
	assert_int_equal(fake_count(d.fake, FAKE_SCAN), 2);
	tear_down(&d);
}

static void a_first_frame_with_owners_is_not_repeated(void **state)
{
	const struct collector_options options = { .interval_ms = LONG_MS };     /* nobody wants owners */
	struct desk d;

	(void)state;
	set_up(&d);
	assert_int_equal(collector_start(fake_platform(d.fake), d.mailbox, &options, &d.collector), 0);
	snapshot_unref(next_snapshot(&d));
	assert_false(fake_wait(d.fake, FAKE_SCAN, 2, 60));
	tear_down(&d);
}

static void scans_follow_the_interval(void **state)
{
	struct desk d;
	struct job job = { .kind = JOB_INTERVAL, .interval_ms = 40 };
	unsigned count;

	(void)state;
	settle(&d);
	assert_false(fake_wait(d.fake, FAKE_SCAN, 3, 60));
	mailbox_post(d.mailbox, &job);
	assert_true(fake_wait(d.fake, FAKE_SCAN, 7, PATIENCE_MS));
	job.interval_ms = 0;                     /* nonsense is not obeyed */
	mailbox_post(d.mailbox, &job);
	job = (struct job){ .kind = JOB_PAUSE, .is_paused = true };
	mailbox_post(d.mailbox, &job);
	post(&d, JOB_SCAN);
	count = fake_count(d.fake, FAKE_SCAN);
	assert_true(fake_wait(d.fake, FAKE_SCAN, count + 1, PATIENCE_MS));
	job = (struct job){ .kind = JOB_COPY, .helper = "none" };
	mailbox_post(d.mailbox, &job);           /* its answer: all of the jobs before are served */
	next_reply(&d, REPLY_MESSAGE);
	count = fake_count(d.fake, FAKE_SCAN);
	assert_false(fake_wait(d.fake, FAKE_SCAN, count + 3, 150));
	job = (struct job){ .kind = JOB_PAUSE };
	mailbox_post(d.mailbox, &job);
	assert_true(fake_wait(d.fake, FAKE_SCAN, count + 4, PATIENCE_MS));
	tear_down(&d);
}

static void a_paused_collector_scans_when_asked(void **state)
{
	struct job job = { .kind = JOB_PAUSE, .is_paused = true };
	struct desk d;

	(void)state;
	settle(&d);
	mailbox_post(d.mailbox, &job);
	fake_wake(d.fake);
	assert_false(fake_wait(d.fake, FAKE_SCAN, 3, 120));
	post(&d, JOB_SCAN);
	assert_true(fake_wait(d.fake, FAKE_SCAN, 3, PATIENCE_MS));
	snapshot_unref(next_snapshot(&d));
	tear_down(&d);
}

static void the_platforms_bell_brings_the_scan_forward(void **state)
{
	struct desk d;

	(void)state;
	settle(&d);
	for (unsigned i = 0; i < 3; i++) {
		int64_t rung_ms = clock_monotonic_ms();

		fake_wake(d.fake);
		assert_true(fake_wait(d.fake, FAKE_SCAN, 3 + i, PATIENCE_MS));
		assert_true(clock_monotonic_ms() - rung_ms < PATIENCE_MS / 2);       /* the interval is an hour */
		assert_int_equal(fake_count(d.fake, FAKE_DRAIN), 1 + i);
		snapshot_unref(next_snapshot(&d));
	}
	tear_down(&d);
}

/* A bell that never stops must not turn into scans without end. */
static void a_bell_that_rings_on_is_not_obeyed_faster(void **state)
{
	int64_t began_ms;
	struct desk d;

	(void)state;
	settle(&d);
	began_ms = clock_monotonic_ms();
	while (clock_monotonic_ms() - began_ms < 300) {
		fake_wake(d.fake);
		poll(NULL, 0, 1);
	}
	assert_in_range(fake_count(d.fake, FAKE_SCAN), 3, 2 + (clock_monotonic_ms() - began_ms) / 50 + 1);
	tear_down(&d);
}

static void a_failed_scan_is_told_and_tried_again(void **state)
{
	struct desk d;

	(void)state;
	set_up(&d);
	fake_fail_scans(d.fake, -EACCES, 2);
	start(&d, 30);
	for (int i = 0; i < 2; i++) {
		struct reply reply = next_reply(&d, REPLY_SCAN_FAILED);

		assert_int_equal(reply.error, EACCES);
		assert_true(reply.is_error);
	}
	wait_for_owners(&d);
	tear_down(&d);
}

static void jobs_are_served_within_a_scan(void **state)
{
	struct job begin = { .kind = JOB_KILL_BEGIN, .key = key_of_3000() };
	struct reply reply;
	struct desk d;

	(void)state;
	set_up(&d);
	fake_set_steps(d.fake, 100000000);       /* a walk that is not over before the test is */
	start(&d, 30);
	assert_true(fake_wait(d.fake, FAKE_STEP, 100, PATIENCE_MS));
	mailbox_post(d.mailbox, &begin);
	reply = next_reply(&d, REPLY_KILL_PLAN);
	assert_int_equal(reply.plan.refusal, KILL_GONE);
	assert_string_equal(reply.plan.refusal_text, "nothing was scanned yet");
	assert_int_equal(fake_count(d.fake, FAKE_SCAN), 1);
	tear_down(&d);
}

/* The screen's side of a collector that is stuck in the kernel for five seconds. */
static void a_scan_that_hangs_hangs_nobody_else(void **state)
{
	int64_t worst_us = 0, until_ms;
	unsigned rounds = 0, slow = 0;
	struct desk d;

	(void)state;
	set_up(&d);
	start(&d, 20);
	wait_for_owners(&d);
	fake_hang(d.fake, 5000);
	until_ms = clock_monotonic_ms() + 1000;
	for (; clock_monotonic_ms() < until_ms; rounds++) {
		struct job job = { .kind = JOB_INTERVAL, .interval_ms = 20 };
		int64_t began_us = clock_monotonic_us(), took_us;
		struct reply reply;

		mailbox_post(d.mailbox, &job);
		snapshot_unref(mailbox_take(d.mailbox));
		mailbox_next_reply(d.mailbox, &reply);
		took_us = clock_monotonic_us() - began_us;
		worst_us = took_us > worst_us ? took_us : worst_us;
		slow += took_us >= 50000;
		poll(NULL, 0, 1);
	}
	print_message("slowest post, take and reply of %u: %lld us\n", rounds, (long long)worst_us);
	assert_true(slow <= rounds / 100);       /* a crowded machine may be slow, the mailbox never is */
	assert_true(worst_us < 1000000);

	until_ms = clock_monotonic_ms();
	assert_int_equal(collector_stop(d.collector, 50), -ETIMEDOUT);
	assert_in_range(clock_monotonic_ms() - until_ms, 45, 1000);
	assert_int_equal(fake_count(d.fake, FAKE_FREE), 0);
	fake_release(d.fake);                    /* it comes back after all, and cleans up behind itself */
	assert_true(fake_wait(d.fake, FAKE_FREE, 1, PATIENCE_MS));
	poll(NULL, 0, 50);                       /* the thread's last steps, behind that */
	mailbox_free(d.mailbox);
	fake_free(d.fake);
}

static void begin_kill(struct desk *d)
{
	struct job job = { .kind = JOB_KILL_BEGIN, .key = key_of_3000() };
	struct reply reply;

	mailbox_post(d->mailbox, &job);
	reply = next_reply(d, REPLY_KILL_PLAN);
	assert_string_equal(reply.plan.refusal_text, "");
	assert_int_equal(reply.plan.id.pid, 4211);
}

static void send_term(struct desk *d)
{
	struct job job = { .kind = JOB_KILL_SEND, .signal = SIGTERM };

	mailbox_post(d->mailbox, &job);
}

static void a_kill_from_the_plan_to_the_free_port(void **state)
{
	struct reply reply;
	int64_t sent_ms;
	struct desk d;

	(void)state;
	settle(&d);
	begin_kill(&d);
	sent_ms = clock_monotonic_ms();
	send_term(&d);
	reply = next_reply(&d, REPLY_KILL_STATUS);
	assert_string_equal(reply.status.text, "TERM sent to node 4211");
	reply = next_reply(&d, REPLY_KILL_STATUS);
	assert_int_equal(reply.status.phase, KILL_RELEASED);
	assert_true(clock_monotonic_ms() - sent_ms < KILL_WATCH_MS);
	assert_int_equal(fake_last_signal(d.fake), SIGTERM);
	assert_true(fake_wait(d.fake, FAKE_SCAN, 4, PATIENCE_MS));   /* the table follows at once */
	reply = next_reply(&d, REPLY_KILL_STATUS);
	assert_true(reply.status.is_final);
	assert_true(clock_monotonic_ms() - sent_ms >= KILL_WATCH_MS);
	assert_true(fake_wait(d.fake, FAKE_CLOSE, 1, PATIENCE_MS));
	send_term(&d);                           /* there is nothing armed any more */
	reply = next_reply(&d, REPLY_KILL_STATUS);
	assert_int_equal(reply.status.phase, KILL_CHANGED);
	assert_int_equal(fake_count(d.fake, FAKE_SIGNAL), 1);
	tear_down(&d);
}

static void a_server_that_comes_back_is_noticed(void **state)
{
	struct reply reply;
	struct desk d;

	(void)state;
	set_up(&d);
	d.respawns = 5300;
	start(&d, LONG_MS);
	wait_for_owners(&d);
	begin_kill(&d);
	send_term(&d);
	do
		reply = next_reply(&d, REPLY_KILL_STATUS);
	while (!reply.status.is_final);
	assert_string_equal(reply.status.text, "port 3000 is back: node 5300");
	assert_int_equal(reply.status.new_pid, 5300);
	assert_true(clock_monotonic_ms() - d.signalled_ms < KILL_WATCH_MS);
	tear_down(&d);
}

static void a_cancelled_or_repeated_kill_lets_go(void **state)
{
	struct desk d;

	(void)state;
	settle(&d);
	begin_kill(&d);
	begin_kill(&d);
	assert_int_equal(fake_count(d.fake, FAKE_CLOSE), 1);
	post(&d, JOB_KILL_CANCEL);
	assert_true(fake_wait(d.fake, FAKE_CLOSE, 2, PATIENCE_MS));
	begin_kill(&d);                          /* armed when the collector ends */
	tear_down(&d);
}

static void only_known_helpers_and_web_addresses_run(void **state)
{
	static const struct job refused[] = {
		{ .kind = JOB_COPY, .helper = "rm", .text = "x" },
		{ .kind = JOB_COPY, .helper = "", .text = "x" },
		{ .kind = JOB_OPEN, .text = "/etc/passwd" },
		{ .kind = JOB_OPEN, .text = "--help" },
		{ .kind = JOB_OPEN, .text = "file:///etc/passwd" },
		{ .kind = JOB_OPEN, .text = "" },
	};
	struct job open = { .kind = JOB_OPEN, .text = "http://localhost:3000" };
	struct buf argv = { 0 }, input = { 0 };
	struct reply reply;
	struct desk d;

	(void)state;
	set_up(&d);
	start(&d, LONG_MS);
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		mailbox_post(d.mailbox, &refused[i]);
		assert_true(next_reply(&d, REPLY_MESSAGE).is_error);
	}
	assert_int_equal(fake_count(d.fake, FAKE_RUN), 0);
	mailbox_post(d.mailbox, &open);
	reply = next_reply(&d, REPLY_MESSAGE);
	assert_string_equal(reply.message, "opened http://localhost:3000");
	fake_last_run(d.fake, &argv, &input);
	assert_string_equal(buf_string(&argv), "xdg-open http://localhost:3000");
	assert_string_equal(buf_string(&input), "");
	buf_done(&argv);
	buf_done(&input);
	tear_down(&d);
}

/* A signal to the process that the main thread blocks stays pending: no other thread takes it. */
static void signals_are_left_to_the_screens_thread(void **state)
{
	sigset_t usr1, pending, before;
	struct desk d;

	(void)state;
	set_up(&d);
	start(&d, 5);
	assert_true(fake_wait(d.fake, FAKE_SCAN, 2, PATIENCE_MS));
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &usr1, &before);
	kill(getpid(), SIGUSR1);
	assert_true(fake_wait(d.fake, FAKE_SCAN, fake_count(d.fake, FAKE_SCAN) + 5, PATIENCE_MS));
	sigpending(&pending);
	assert_true(sigismember(&pending, SIGUSR1));
	signal(SIGUSR1, SIG_IGN);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	assert_false(sigismember(&before, SIGUSR1));         /* the caller's own mask is as it was */
	tear_down(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_frame_comes_without_owners),
		cmocka_unit_test(a_first_frame_with_owners_is_not_repeated),
		cmocka_unit_test(scans_follow_the_interval),
		cmocka_unit_test(a_paused_collector_scans_when_asked),
		cmocka_unit_test(the_platforms_bell_brings_the_scan_forward),
		cmocka_unit_test(a_bell_that_rings_on_is_not_obeyed_faster),
		cmocka_unit_test(a_failed_scan_is_told_and_tried_again),
		cmocka_unit_test(jobs_are_served_within_a_scan),
		cmocka_unit_test(a_scan_that_hangs_hangs_nobody_else),
		cmocka_unit_test(a_kill_from_the_plan_to_the_free_port),
		cmocka_unit_test(a_server_that_comes_back_is_noticed),
		cmocka_unit_test(a_cancelled_or_repeated_kill_lets_go),
		cmocka_unit_test(only_known_helpers_and_web_addresses_run),
		cmocka_unit_test(signals_are_left_to_the_screens_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
