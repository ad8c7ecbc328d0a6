/* model/tracker: rows that are held, rows that are frozen, marks as events, and what events and rows remember */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/tracking.h"

/* The row under the cursor: gone for long, and whole, while others go; a leftover, too. */
static void a_held_row_stays_when_it_is_gone(void **state)
{
	static const char desk[] = "process 7 node alice command next dev\ntcp 127.0.0.1:3000 cookie 1 by 7 node alice\n"
				   "tcp 127.0.0.1:4000 cookie 2\n"
				   "time-wait tcp 127.0.0.1:8000 peer 127.0.0.1:40000 expires 9\n";
	struct tracker *t = tracker_new();
	struct row_key key;

	(void)state;
	tracking_see(t, 1000, desk);
	key = tracking_row(t, 3000)->listener->key;
	tracker_hold(t, &key);
	tracking_see(t, 2000, "");
	assert_true(tracking_row(t, 3000)->is_gone && tracking_row(t, 4000)->is_gone);
	tracking_see(t, 60000, "tcp 127.0.0.1:5000");
	tracking_see(t, 120000, "");
	tracking_see(t, 180000, "");
	assert_null(tracking_row(t, 4000));
	assert_true(tracking_row(t, 3000)->is_gone);
	assert_string_equal(tracking_row(t, 3000)->listener->holders[0].process->command, "next dev");
	assert_int_equal(tracking_row(t, 3000)->changed_ms, 2000);
	tracking_see(t, 181000, "tcp 127.0.0.1:3000 cookie 9");
	assert_string_equal(tracking_event(t, 0), "opened 127.0.0.1:3000 tcp ?");
	assert_int_equal(tracking_row(t, 3000)->since_ms, 181000);
	tracking_see(t, 182000, "");
	tracker_hold(t, NULL);
	tracking_see(t, 190000, "");
	assert_int_equal(tracking_row_count(t), 0);

	tracking_see(t, 200000, desk);
	key = tracking_row(t, 8000)->listener->key;
	tracker_hold(t, &key);
	tracking_see(t, 201000, "");
	tracking_see(t, 300000, "");
	assert_true(tracking_row(t, 8000)->is_gone);
	tracking_see(t, 301000, desk);
	assert_false(tracking_row(t, 8000)->is_gone);
	assert_int_equal(tracking_row(t, 8000)->change, CHANGE_NONE);
	for (size_t back = 0; back < tracking_event_count(t); back++)
		assert_null(strstr(tracking_event(t, back), ":8000"));
	tracker_free(t);
}

static void a_frozen_one_shows_what_was(void **state)
{
	struct tracker *t = tracker_new(), *frozen;

	(void)state;
	tracking_see(t, 1000, "tcp 127.0.0.1:3000 cookie 1 by 7 node alice\ntcp 127.0.0.1:4000 cookie 2");
	tracking_see(t, 2000, "tcp 127.0.0.1:3000 cookie 1 by 7 node alice");
	frozen = tracker_freeze(t);
	tracking_see(t, 3000, "tcp 127.0.0.1:5000 cookie 3");
	tracking_see(t, 30000, "tcp 127.0.0.1:5000 cookie 4");
	assert_int_equal(tracking_row_count(frozen), 2);
	assert_false(tracking_row(frozen, 3000)->is_gone);
	assert_true(tracking_row(frozen, 4000)->is_gone);
	assert_string_equal(tracking_row(frozen, 4000)->address, "127.0.0.1");
	assert_int_equal(tracking_row(frozen, 3000)->listener->holders[0].process->fact->pid, 7);
	assert_int_equal(tracker_snapshot(frozen)->facts->wall_ms, 2000);
	assert_int_equal(tracking_event_count(frozen), 1);
	assert_string_equal(tracking_event(frozen, 0), "closed 127.0.0.1:4000 tcp ?");
	assert_null(tracker_event(frozen, 1));
	assert_int_equal(tracker_newest_event(frozen), 1);
	assert_int_equal(tracker_newest_event(t), 4);
	assert_null(tracking_row(t, 3000));
	tracker_free(frozen);
	assert_int_equal(tracking_event_count(t), 4);
	tracker_free(t);
}

static void marks_are_events(void **state)
{
	static const char running[] = "process 7 ruby alice state S\ntcp 127.0.0.1:3000 cookie 1 by 7 ruby alice\n";
	static const char stopped[] = "process 7 ruby alice state T\ntcp 127.0.0.1:3000 cookie 1 by 7 ruby alice\n";
	static const char unowned[] = "tcp 127.0.0.1:3000 cookie 1\npending\n";
	struct tracker *t = tracker_new();

	(void)state;
	tracking_see(t, 1000, unowned);
	tracking_see(t, 2000, stopped);
	assert_int_equal(tracking_event_count(t), 0);     /* it came so */
	tracking_see(t, 3000, unowned);
	tracking_see(t, 4000, stopped);
	assert_int_equal(tracking_event_count(t), 0);
	tracking_see(t, 5000, unowned);
	tracking_see(t, 6000, running);
	tracking_see(t, 7000, stopped);
	assert_int_equal(tracking_event_count(t), 2);
	assert_string_equal(tracking_event(t, 1), "marks 127.0.0.1:3000: -stopped");
	assert_string_equal(tracking_event(t, 0), "marks 127.0.0.1:3000: +stopped");
	assert_int_equal(tracker_event(t, 0)->kind, EVENT_MARKS);
	assert_int_equal(tracker_event(t, 0)->change, CHANGE_NONE);
	assert_int_equal(tracker_event(t, 0)->about->key.endpoint.port, 3000);
	assert_int_equal(tracking_row(t, 3000)->change, CHANGE_NONE);
	tracker_free(t);
}

/* What an event is about outlives its snapshot, however many events follow, as long as the event does. */
static void events_know_what_they_are_about(void **state)
{
	struct tracker *t = tracker_new();
	char scene[200];

	(void)state;
	tracking_see(t, 1, "");
	for (unsigned i = 0; i < 1500; i++) {
		snprintf(scene, sizeof scene, "process %u node%u alice command serve --port %u\n"
			 "tcp 127.0.0.1:%u cookie %u by %u node%u alice by 1 init root", 1000 + i, i, 2000 + i,
			 2000 + i, 10 + i, 1000 + i, i);
		tracking_see(t, 100000 * (i + 1), scene);
	}
	assert_int_equal(tracking_event_count(t), EVENTS_MAX);
	for (size_t back = 0; back < tracking_event_count(t); back++) {
		const struct event *e = tracker_event(t, back);

		assert_int_equal(e->number, tracker_newest_event(t) - back);
		assert_int_equal(e->about->holder_count, 1);
		assert_int_equal(e->about->holders[0].process->fact->pid, 1);
		assert_non_null(strstr(e->text, e->about->key.endpoint.port == 3499 ? ":3499" : "127.0.0.1:"));
	}
	tracker_note(t, 1, "TERM sent", &tracker_event(t, 0)->about->key);
	assert_int_equal(tracker_event(t, 0)->about->key.endpoint.port, 3499);
	tracker_note(t, 1, "TERM sent", NULL);
	assert_null(tracker_event(t, 0)->about);
	tracker_free(t);
}

static void a_row_has_its_history(void **state)
{
	struct tracker *t = tracker_new();
	const struct history *h;

	(void)state;
	tracking_see(t, 100000, "tcp 127.0.0.1:3000 cookie 1\ntcp 127.0.0.1:4000 cookie 2\nconnections");
	tracking_see(t, 110000, "tcp 127.0.0.1:3000 cookie 1\ntcp 127.0.0.1:4000 cookie 2\nconnections");
	assert_null(row_history(tracking_row(t, 3000)));
	tracking_see(t, 120000, "tcp 127.0.0.1:3000 cookie 1\nconnections\n");
	tracking_see(t, 130000, "tcp 127.0.0.1:3000 cookie 9\nconnections\n");
	tracking_see(t, 140000, "tcp 127.0.0.1:3000 cookie 9\ntcp 127.0.0.1:4000 cookie 7\nconnections\n");
	h = row_history(tracking_row(t, 3000));
	assert_int_equal(history_cells(h, 140000, 1, 1), HISTORY_UP | HISTORY_REBOUND);
	assert_int_equal(history_cells(h, 140000, 4, 3), HISTORY_UP);
	h = row_history(tracking_row(t, 4000));                /* of before it went, too */
	assert_int_equal(history_cells(h, 140000, 4, 2), HISTORY_UP);
	assert_int_equal(history_cells(h, 140000, 2, 1), HISTORY_UP | HISTORY_DOWN | HISTORY_CLOSED);
	assert_int_equal(history_cells(h, 140000, 0, 1), HISTORY_UP | HISTORY_DOWN | HISTORY_OPENED);
	tracker_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_held_row_stays_when_it_is_gone),
		cmocka_unit_test(a_frozen_one_shows_what_was),
		cmocka_unit_test(marks_are_events),
		cmocka_unit_test(events_know_what_they_are_about),
		cmocka_unit_test(a_row_has_its_history),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
