/* model/tracker: scenes after scenes, and what is told about each row and in the events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/tracking.h"

/* Two frames, a second apart, and the events of the second, oldest first. */
static const struct event_case {
	const char *before, *after, *events;
} event_cases[] = {
	{ "", "tcp 127.0.0.1:3000 by 4211 node alice", "opened 127.0.0.1:3000 tcp node 4211 (alice)" },
	{ "", "tcp [::1]:80 by 10 nginx root by 11 nginx root by 12 nginx root",
	  "opened [::1]:80 tcp nginx 10 +2 (root)" },
	{ "", "process 12 master root start 5\ntcp 127.0.0.1:80 by 10 worker root by 12 master root",
	  "opened 127.0.0.1:80 tcp master 12 +1 (root)" },
	{ "", "udp 0.0.0.0:53 user root", "opened 0.0.0.0:53 udp ? (root)" },
	{ "", "tcp 127.0.0.1:631 cookie 3", "opened 127.0.0.1:631 tcp ?" },
	{ "", "bound tcp 127.0.0.1:4000 by 7 ruby alice", "opened 127.0.0.1:4000 tcp bound ruby 7 (alice)" },
	{ "tcp 127.0.0.1:3000 by 4211 node alice", "", "closed 127.0.0.1:3000 tcp node 4211 (alice)" },
	{ "tcp 127.0.0.1:3000 cookie 7 by 3 java alice", "tcp 127.0.0.1:3000 cookie 8 by 9 java alice",
	  "rebound 127.0.0.1:3000 tcp: java 3 -> java 9 (alice)" },
	{ "tcp 127.0.0.1:3000 cookie 7", "tcp 127.0.0.1:3000 cookie 8 by 9 java alice",
	  "rebound 127.0.0.1:3000 tcp java 9 (alice)" },
	{ "tcp 127.0.0.1:8080 cookie 7 by 3 java alice", "tcp 127.0.0.1:8080 cookie 7 by 9 java alice",
	  "owner changed 127.0.0.1:8080: java 3 -> java 9" },
	{ "tcp 127.0.0.1:80 cookie 7 by 3 nginx root",
	  "tcp 127.0.0.1:80 cookie 7 by 3 nginx root by 5 nginx root by 6 nginx root",
	  "owner changed 127.0.0.1:80: joined: nginx 5 +1" },
	{ "tcp 127.0.0.1:80 cookie 7 by 3 nginx root by 5 sleep root",
	  "tcp 127.0.0.1:80 cookie 7 by 5 sleep root",
	  "owner changed 127.0.0.1:80: left: nginx 3|marks 127.0.0.1:80: +inherited -leaked" },
	{ "tcp 127.0.0.1:2000 by 1 a root", "tcp 127.0.0.1:1000 by 2 b root\ntcp 127.0.0.1:3000 by 3 c root",
	  "opened 127.0.0.1:1000 tcp b 2 (root)|closed 127.0.0.1:2000 tcp a 1 (root)|"
	  "opened 127.0.0.1:3000 tcp c 3 (root)" },
	{ "", "time-wait tcp 127.0.0.1:8000 peer 127.0.0.1:40000 expires 9", "" },
	{ "time-wait tcp 127.0.0.1:8000 peer 127.0.0.1:40000 expires 9", "", "" },
	{ "tcp 127.0.0.1:8000",
	  "tcp 127.0.0.1:8000\ntime-wait tcp 127.0.0.1:40000 peer 127.0.0.1:8000 expires 9", "" },
	{ "tcp 127.0.0.1:8000 by 1 a root", "tcp 127.0.0.1:8000 by 1 a root", "" },
	{ "", "tcp 127.0.0.1:80 by 1 \x1b[31mred alice", "opened 127.0.0.1:80 tcp \\x1b[31mred 1 (alice)" },
};

static void events_read_well(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof event_cases / sizeof event_cases[0]; i++) {
		struct tracker *t = tracker_new();
		struct buf told = { 0 };

		tracking_see(t, 1000, event_cases[i].before);
		assert_int_equal(tracking_event_count(t), 0);
		tracking_see(t, 2000, event_cases[i].after);
		for (size_t back = tracking_event_count(t); back-- > 0;)
			buf_printf(&told, "%s%s", told.len ? "|" : "", tracking_event(t, back));
		assert_string_equal(buf_string(&told), event_cases[i].events);
		buf_done(&told);
		tracker_free(t);
	}
}

static void first_frame_guesses_ages(void **state)
{
	struct tracker *t = tracker_new();

	(void)state;
	tracking_see(t, 90000, "process 5 old root since 1000\nprocess 6 young root since 50000\n"
		"process 7 strange root\nprocess 8 client root since 2000\n"
		"tcp 127.0.0.1:1 by 6 young root by 5 old root\ntcp 127.0.0.1:2 by 6 young root\n"
		"tcp 127.0.0.1:3 by 7 strange root\ntcp 127.0.0.1:4\n"
		"close-wait tcp 127.0.0.1:5 peer 127.0.0.1:40000 by 8 client root");
	assert_int_equal(tracking_row(t, 1)->since_ms, 1000);
	assert_int_equal(tracking_row(t, 2)->since_ms, 50000);
	assert_int_equal(tracking_row(t, 3)->since_ms, 0);
	assert_int_equal(tracking_row(t, 4)->since_ms, 0);
	assert_int_equal(tracking_row(t, 5)->since_ms, 0);
	assert_int_equal(tracking_row(t, 1)->change, CHANGE_NONE);
	assert_int_equal(tracking_row(t, 1)->now_ms, 90000);
	assert_int_equal(tracking_event_count(t), 0);
	tracker_free(t);
}

/* Owners come after the first frame; an age that was seen to begin is no guess and stays. */
static void ages_are_learnt_and_kept(void **state)
{
	struct tracker *t = tracker_new();

	(void)state;
	tracking_see(t, 90000, "tcp 127.0.0.1:1 cookie 1\npending");
	tracking_see(t, 91000, "process 5 a root since 7000\ntcp 127.0.0.1:1 cookie 1 by 5 a root\n"
		"tcp 127.0.0.1:2 cookie 2 by 5 a root");
	assert_int_equal(tracking_row(t, 1)->since_ms, 7000);
	assert_int_equal(tracking_row(t, 2)->since_ms, 91000);
	tracking_see(t, 92000, "process 6 b root since 9000\ntcp 127.0.0.1:1 cookie 1 by 6 b root\n"
		"tcp 127.0.0.1:2 cookie 3 by 6 b root");
	assert_int_equal(tracking_row(t, 1)->since_ms, 7000);
	assert_int_equal(tracking_row(t, 2)->since_ms, 92000);
	tracker_free(t);
}

static void changes_fade(void **state)
{
	struct tracker *t = tracker_new();

	(void)state;
	tracking_see(t, 1000, "");
	tracking_see(t, 2000, "tcp 127.0.0.1:1 cookie 1");
	assert_int_equal(tracking_row(t, 1)->change, CHANGE_OPENED);
	assert_int_equal(tracking_row(t, 1)->changed_ms, 2000);
	tracking_see(t, 2000 + ROW_FRESH_MS - 1, "tcp 127.0.0.1:1 cookie 1");
	assert_int_equal(tracking_row(t, 1)->change, CHANGE_OPENED);
	tracking_see(t, 2000 + ROW_FRESH_MS, "tcp 127.0.0.1:1 cookie 1");
	assert_int_equal(tracking_row(t, 1)->change, CHANGE_NONE);
	assert_int_equal(tracking_row(t, 1)->since_ms, 2000);
	tracker_free(t);
}

static void new_server_stays_new_while_workers_start(void **state)
{
	struct tracker *t = tracker_new();

	(void)state;
	tracking_see(t, 1000, "");
	tracking_see(t, 2000, "tcp 127.0.0.1:1 cookie 1 by 5 a root");
	tracking_see(t, 3000, "tcp 127.0.0.1:1 cookie 1 by 5 a root by 6 a root");
	assert_int_equal(tracking_row(t, 1)->change, CHANGE_OPENED);
	assert_string_equal(tracking_event(t, 0), "owner changed 127.0.0.1:1: joined: a 6");
	tracking_see(t, 8000, "tcp 127.0.0.1:1 cookie 1 by 5 a root by 6 a root by 7 a root");
	assert_int_equal(tracking_row(t, 1)->change, CHANGE_OWNER);
	tracker_free(t);
}

static void gone_rows_stay_a_while_without_their_snapshot(void **state)
{
	struct tracker *t = tracker_new();
	const struct row *row;

	(void)state;
	tracking_see(t, 1000, "process 7 node alice since 100 command next dev\n"
		"tcp 127.0.0.1:3000 cookie 1 by 7 node alice");
	tracking_see(t, 2000, "");
	tracking_see(t, 3000, "");
	row = tracking_row(t, 3000);
	assert_non_null(row);
	assert_true(row->is_gone);
	assert_int_equal(row->change, CHANGE_CLOSED);
	assert_int_equal(row->now_ms, 3000);
	assert_int_equal(row->since_ms, 100);
	assert_string_equal(row->address, "127.0.0.1");
	assert_string_equal(row->listener->holders[0].process->command, "next dev");
	tracking_see(t, 2000 + ROW_GONE_MS - 1, "");
	assert_int_equal(tracking_row_count(t), 1);
	tracking_see(t, 2000 + ROW_GONE_MS, "");
	assert_int_equal(tracking_row_count(t), 0);
	tracker_free(t);
}

static void leftovers_are_no_news(void **state)
{
	struct tracker *t = tracker_new();

	(void)state;
	tracking_see(t, 1000, "");
	tracking_see(t, 2000, "time-wait tcp 127.0.0.1:8000 peer 127.0.0.1:40000 expires 9000");
	assert_int_equal(tracking_row(t, 8000)->change, CHANGE_NONE);
	assert_int_equal(tracking_row(t, 8000)->since_ms, 2000);
	tracking_see(t, 3000, "");
	assert_int_equal(tracking_row_count(t), 0);
	tracker_free(t);
}

static void back_again_is_rebound(void **state)
{
	struct tracker *t = tracker_new();

	(void)state;
	tracking_see(t, 1000, "tcp 127.0.0.1:9000 cookie 1 by 3 java alice");
	tracking_see(t, 2000, "");
	tracking_see(t, 3000, "tcp 127.0.0.1:9000 cookie 2 by 9 java alice");
	assert_int_equal(tracking_row_count(t), 1);
	assert_false(tracking_row(t, 9000)->is_gone);
	assert_int_equal(tracking_row(t, 9000)->change, CHANGE_REBOUND);
	assert_int_equal(tracking_row(t, 9000)->since_ms, 3000);
	assert_string_equal(tracking_event(t, 0), "rebound 127.0.0.1:9000 tcp: java 3 -> java 9 (alice)");
	tracker_free(t);
}

/* A dump can miss a socket that is there: it did not move, and its age is what it was. */
static void missed_socket_is_open_again(void **state)
{
	struct tracker *t = tracker_new();

	(void)state;
	tracking_see(t, 50000, "process 3 java alice since 100\ntcp 127.0.0.1:9000 cookie 1 by 3 java alice");
	tracking_see(t, 51000, "");
	tracking_see(t, 52000, "process 3 java alice since 100\ntcp 127.0.0.1:9000 cookie 1 by 3 java alice");
	assert_int_equal(tracking_row(t, 9000)->since_ms, 100);
	assert_string_equal(tracking_event(t, 0), "opened 127.0.0.1:9000 tcp java 3 (alice)");
	assert_string_equal(tracking_event(t, 1), "closed 127.0.0.1:9000 tcp java 3 (alice)");
	tracker_free(t);
}

static void owner_is_told_when_it_is_found(void **state)
{
	struct tracker *t = tracker_new();

	(void)state;
	tracking_see(t, 1000, "tcp 127.0.0.1:9 cookie 9 by 3 java alice");
	tracking_see(t, 2000, "tcp 127.0.0.1:9 cookie 10\ntcp 127.0.0.1:1 cookie 1\npending");
	assert_string_equal(tracking_event(t, 1), "opened 127.0.0.1:1 tcp ?");
	assert_string_equal(tracking_event(t, 0), "rebound 127.0.0.1:9 tcp: java 3 -> ?");
	tracking_see(t, 3000, "tcp 127.0.0.1:9 cookie 10 by 5 java alice\n"
		"tcp 127.0.0.1:1 cookie 1 by 4 vite alice\npending");
	assert_string_equal(tracking_event(t, 1), "opened 127.0.0.1:1 tcp vite 4 (alice)");
	assert_string_equal(tracking_event(t, 0), "rebound 127.0.0.1:9 tcp: java 3 -> java 5 (alice)");
	tracking_see(t, 4000, "tcp 127.0.0.1:9 cookie 10 by 5 java alice\n"
			      "tcp 127.0.0.1:1 cookie 1 by 6 other alice");
	assert_string_equal(tracking_event(t, 1), "opened 127.0.0.1:1 tcp vite 4 (alice)");
	assert_int_equal(tracking_event_count(t), 2);
	tracker_free(t);
}

static void owner_change_survives_incomplete_frames(void **state)
{
	struct tracker *t = tracker_new();

	(void)state;
	tracking_see(t, 1000, "tcp 127.0.0.1:1 cookie 1 by 3 java alice");
	tracking_see(t, 2000, "tcp 127.0.0.1:1 cookie 1 by 3 java alice\npending");
	tracking_see(t, 3000, "tcp 127.0.0.1:1 cookie 1\npending");
	assert_int_equal(tracking_event_count(t), 0);
	tracking_see(t, 4000, "tcp 127.0.0.1:1 cookie 1 by 9 java alice");
	assert_string_equal(tracking_event(t, 0), "owner changed 127.0.0.1:1: java 3 -> java 9");
	tracking_see(t, 5000, "tcp 127.0.0.1:1 cookie 1 by 9 java alice");
	assert_int_equal(tracking_event_count(t), 1);
	tracker_free(t);
}

static void clock_that_steps_back_ends_what_was_fresh(void **state)
{
	struct tracker *t = tracker_new();

	(void)state;
	tracking_see(t, 100000, "tcp 127.0.0.1:2 cookie 2");
	tracking_see(t, 101000, "tcp 127.0.0.1:1 cookie 1");
	assert_int_equal(tracking_row_count(t), 2);
	tracking_see(t, 5000, "tcp 127.0.0.1:1 cookie 1");
	assert_int_equal(tracking_row_count(t), 1);
	assert_int_equal(tracking_row(t, 1)->change, CHANGE_NONE);
	tracker_free(t);
}

static void ring_keeps_the_newest(void **state)
{
	struct tracker *t = tracker_new();
	char text[32];

	(void)state;
	assert_null(tracker_event(t, 0));
	for (int i = 1; i <= EVENTS_MAX + 10; i++) {
		snprintf(text, sizeof text, "note %d", i);
		tracker_note(t, i, text, NULL);
	}
	assert_int_equal(tracking_event_count(t), EVENTS_MAX);
	assert_string_equal(tracking_event(t, 0), text);
	assert_string_equal(tracking_event(t, EVENTS_MAX - 1), "note 11");
	assert_null(tracker_event(t, EVENTS_MAX));
	assert_int_equal(tracker_event(t, 0)->change, CHANGE_NONE);
	assert_true(tracker_event(t, 0)->is_local);
	tracker_free(t);
}

static void events_know_whether_loopback_is_concerned(void **state)
{
	struct tracker *t = tracker_new();

	(void)state;
	tracking_see(t, 1000, "");
	tracking_see(t, 2000, "tcp 127.0.0.1:1\ntcp 192.168.1.5:2\ntcp 0.0.0.0:3");
	assert_true(tracker_event(t, 0)->is_local);
	assert_false(tracker_event(t, 1)->is_local);
	assert_true(tracker_event(t, 2)->is_local);
	tracker_free(t);
}

/* The lists take turns: after the first frames no array moves, whatever the number of frames. */
static void steady_frames_reuse_their_arrays(void **state)
{
	struct tracker *t = tracker_new();
	const struct row *seen[2] = { NULL, NULL };
	struct facts *f = build_facts(1000, "");
	const struct snapshot *s;
	size_t count;

	(void)state;
	for (int port = 1; port <= 300; port++)
		build_add(f, "tcp 127.0.0.1:%d by %d a root", port, port);
	s = snapshot_build(f);
	for (int i = 0; i < 20; i++) {
		tracker_update(t, s);
		if (i > 1)
			assert_ptr_equal(tracker_rows(t, &count), seen[i % 2]);
		seen[i % 2] = tracker_rows(t, &count);
		assert_int_equal(count, 300);
	}
	snapshot_unref(s);
	tracker_free(t);
}

static const struct snapshot *random_snapshot(int64_t wall_ms)
{
	struct facts *f = build_facts(wall_ms, rand() % 4 ? "" : "pending");

	for (int i = rand() % 12; i > 0; i--) {
		int port = 1 + rand() % 10;

		build_add(f, "%s 127.0.0.1:%d cookie %d by %d a root\n", rand() % 5 ? "tcp" : "udp", port,
			  port * 100 + rand() % 2, 1 + rand() % 3);
		if (rand() % 4 == 0)
			build_add(f, "time-wait tcp 127.0.0.1:%d peer 127.0.0.1:40000 expires 9", port);
	}
	return snapshot_build(f);
}

static void check_rows(const struct tracker *t, const struct snapshot *s, int64_t now_ms)
{
	size_t count, present = 0;
	const struct row *rows = tracker_rows(t, &count);

	for (size_t i = 0; i < count; i++) {
		const struct listener *l = snapshot_find(s, &rows[i].listener->key);

		if (i)
			assert_true(row_key_compare(&rows[i - 1].listener->key, &rows[i].listener->key) < 0);
		assert_int_equal(rows[i].now_ms, now_ms);
		assert_true(rows[i].is_gone ? !l : l == rows[i].listener);
		assert_true(rows[i].is_gone == (rows[i].change == CHANGE_CLOSED));
		assert_false(rows[i].is_gone && listener_is_leftover(rows[i].listener));
		assert_true(rows[i].change == CHANGE_NONE || now_ms - rows[i].changed_ms < ROW_FRESH_MS);
		assert_string_equal(rows[i].address, "127.0.0.1");
		present += !rows[i].is_gone;
	}
	assert_int_equal(present, s->listener_count);
}

static void any_sequence_keeps_the_rows_whole(void **state)
{
	struct tracker *t = tracker_new();
	int64_t now_ms = 1000;

	(void)state;
	srand(2);
	for (int i = 0; i < 3000; i++) {
		const struct snapshot *s = random_snapshot(now_ms);

		tracker_update(t, s);
		check_rows(t, s, now_ms);
		snapshot_unref(s);
		now_ms += rand() % 50 ? rand() % 2000 : -rand() % 5000;
	}
	assert_int_equal(tracking_event_count(t), EVENTS_MAX);
	tracker_free(t);
}

/* A first frame that did not ask for bound-only sockets: that they come with the next one is no news. */
static void what_was_not_asked_for_does_not_open(void **state)
{
	struct tracker *t = tracker_new();
	struct facts *first = build_facts(100000, "tcp 127.0.0.1:3000 cookie 1");
	const struct snapshot *s;

	(void)state;
	first->lacks_bound = true;
	s = snapshot_build(first);
	tracker_update(t, s);
	snapshot_unref(s);
	tracking_see(t, 101000, "tcp 127.0.0.1:3000 cookie 1\nbound tcp 127.0.0.1:4000 cookie 2\n"
				"tcp 127.0.0.1:5000 cookie 3");
	assert_int_equal(tracking_row(t, 4000)->change, CHANGE_NONE);
	assert_int_equal(tracking_row(t, 5000)->change, CHANGE_OPENED);
	tracking_see(t, 102000, "tcp 127.0.0.1:3000 cookie 1\nbound tcp 127.0.0.1:4001 cookie 4");
	assert_int_equal(tracking_row(t, 4001)->change, CHANGE_OPENED);
	tracker_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_read_well),
		cmocka_unit_test(first_frame_guesses_ages),
		cmocka_unit_test(ages_are_learnt_and_kept),
		cmocka_unit_test(changes_fade),
		cmocka_unit_test(new_server_stays_new_while_workers_start),
		cmocka_unit_test(gone_rows_stay_a_while_without_their_snapshot),
		cmocka_unit_test(leftovers_are_no_news),
		cmocka_unit_test(back_again_is_rebound),
		cmocka_unit_test(missed_socket_is_open_again),
		cmocka_unit_test(owner_is_told_when_it_is_found),
		cmocka_unit_test(owner_change_survives_incomplete_frames),
		cmocka_unit_test(clock_that_steps_back_ends_what_was_fresh),
		cmocka_unit_test(ring_keeps_the_newest),
		cmocka_unit_test(events_know_whether_loopback_is_concerned),
		cmocka_unit_test(steady_frames_reuse_their_arrays),
		cmocka_unit_test(any_sequence_keeps_the_rows_whole),
		cmocka_unit_test(what_was_not_asked_for_does_not_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
