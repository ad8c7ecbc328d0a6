/* ui/eventlog: which events are in view, and a cursor that follows the newest until it is moved */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tests/unit/tracking.h"
#include "ui/eventlog.h"

enum { HEIGHT = 4 };

static const char *text_at(const struct eventlog *l, size_t i)
{
	assert_true(i < l->count);
	return l->items[i]->text;
}

static const char *selected(const struct eventlog *l)
{
	const struct event *event = eventlog_selected(l);

	return event ? event->text : "";
}

static void update(struct eventlog *l, const struct tracker *t, const char *filter, bool show_all)
{
	struct query_error error;
	struct query *query = NULL;

	if (filter)
		assert_int_equal(query_parse(slice_of(filter), &query, &error), 0);
	eventlog_update(l, t, query, show_all, HEIGHT);
	query_free(query);
}

static void newest_first_and_in_scope(void **state)
{
	struct tracker *t = tracker_new();
	struct eventlog l = { 0 };

	(void)state;
	tracking_see(t, 1000000, "tcp 127.0.0.1:3000 cookie 1\n");
	update(&l, t, NULL, false);
	assert_int_equal(l.count, 0);
	assert_null(eventlog_selected(&l));
	tracking_see(t, 1001000, "tcp 127.0.0.1:3000 cookie 1\ntcp 10.0.0.1:22 cookie 2\n");
	tracker_note(t, 1002000, "TERM sent to node 4211", NULL);
	update(&l, t, NULL, false);
	assert_int_equal(l.count, 1);
	assert_string_equal(text_at(&l, 0), "TERM sent to node 4211");
	update(&l, t, NULL, true);
	assert_int_equal(l.count, 2);
	assert_non_null(strstr(text_at(&l, 1), "10.0.0.1:22"));
	eventlog_done(&l);
	tracker_free(t);
}

/* The filter is held against the row as it was when the event happened. */
static void filters_as_the_table_does(void **state)
{
	static const struct {
		const char *filter;
		size_t count;
	} cases[] = {
		{ "port:3000", 3 }, { "node", 2 }, { "ruby", 1 }, { "proc:node or port:4000", 3 },
		{ "addr:127.0.0.1", 4 }, { "user:alice", 3 }, { "zzz", 0 }, { "", 5 }, { "not port:3000", 1 },
	};
	struct tracker *t = tracker_new();
	struct eventlog l = { 0 };

	(void)state;
	tracking_see(t, 1000, "");
	tracking_see(t, 2000, "tcp 127.0.0.1:3000 cookie 1 by 7 node alice\n");
	tracking_see(t, 3000, "");
	tracking_see(t, 4000, "tcp 127.0.0.1:4000 cookie 2\n");
	tracking_see(t, 20000, "tcp 127.0.0.1:4000 cookie 2\ntcp 127.0.0.1:3000 cookie 3 by 8 ruby alice\n");
	tracker_note(t, 21000, "nobody's note", NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		update(&l, t, *cases[i].filter ? cases[i].filter : NULL, false);
		assert_int_equal(l.count, cases[i].count);
		assert_int_equal(l.count + l.hidden, 5);
	}
	eventlog_done(&l);
	tracker_free(t);
}

static void a_mark_is_found_when_it_comes_and_when_it_goes(void **state)
{
	static const char running[] = "process 7 ruby alice state S\ntcp 127.0.0.1:3000 cookie 1 by 7 ruby alice\n";
	static const char stopped[] = "process 7 ruby alice state T\ntcp 127.0.0.1:3000 cookie 1 by 7 ruby alice\n";
	struct tracker *t = tracker_new();
	struct eventlog l = { 0 };

	(void)state;
	tracking_see(t, 1000, running);
	tracking_see(t, 2000, stopped);
	tracking_see(t, 3000, running);
	update(&l, t, "mark:stopped", false);
	assert_int_equal(l.count, 2);
	assert_string_equal(text_at(&l, 0), "marks 127.0.0.1:3000: -stopped");
	assert_string_equal(text_at(&l, 1), "marks 127.0.0.1:3000: +stopped");
	update(&l, t, "mark:exposed", false);
	assert_int_equal(l.count, 0);
	eventlog_done(&l);
	tracker_free(t);
}

static void the_cursor_follows_the_newest_until_it_is_moved(void **state)
{
	struct tracker *t = tracker_new();
	struct eventlog l = { 0 };

	(void)state;
	for (int i = 0; i < 9; i++) {
		char text[] = "event 0";

		text[6] = (char)('0' + i);
		tracker_note(t, i, text, NULL);
		update(&l, t, NULL, false);
		assert_string_equal(selected(&l), text);
	}
	eventlog_select(&l, 6, HEIGHT);
	assert_string_equal(selected(&l), "event 2");
	assert_int_equal(l.window.top, 3);
	tracker_note(t, 9, "event 9", NULL);
	update(&l, t, NULL, false);
	assert_string_equal(selected(&l), "event 2");
	assert_int_equal(l.window.top, 4);               /* what is being read stands still */
	eventlog_select(&l, 0, HEIGHT);
	tracker_note(t, 10, "event A", NULL);
	update(&l, t, NULL, false);
	assert_string_equal(selected(&l), "event A");
	assert_int_equal(l.window.top, 0);
	eventlog_done(&l);
	tracker_free(t);
}

/* An event that the ring has lost leaves its cursor on the oldest; one that a filter hides, on the next older. */
static void a_lost_event_leaves_the_cursor_near(void **state)
{
	struct tracker *t = tracker_new();
	struct eventlog l = { 0 };

	(void)state;
	tracking_see(t, 1000, "");
	tracking_see(t, 2000, "tcp 127.0.0.1:3000 cookie 1\n");
	tracking_see(t, 3000, "tcp 127.0.0.1:3000 cookie 1\ntcp 127.0.0.1:4000 cookie 2\n");
	tracking_see(t, 4000, "tcp 127.0.0.1:3000 cookie 9\ntcp 127.0.0.1:4000 cookie 2\n");
	update(&l, t, NULL, false);
	eventlog_select(&l, 1, HEIGHT);
	assert_non_null(strstr(selected(&l), "opened 127.0.0.1:4000"));
	update(&l, t, "port:3000", false);
	assert_non_null(strstr(selected(&l), "opened 127.0.0.1:3000"));
	for (int i = 0; i < 2 * EVENTS_MAX; i++)
		tracker_note(t, 5000, "much", NULL);
	tracker_note(t, 6000, "last", NULL);
	update(&l, t, NULL, false);
	assert_int_equal(l.count, EVENTS_MAX);
	assert_int_equal(l.window.index, EVENTS_MAX - 1);
	eventlog_done(&l);
	tracker_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(newest_first_and_in_scope),
		cmocka_unit_test(filters_as_the_table_does),
		cmocka_unit_test(a_mark_is_found_when_it_comes_and_when_it_goes),
		cmocka_unit_test(the_cursor_follows_the_newest_until_it_is_moved),
		cmocka_unit_test(a_lost_event_leaves_the_cursor_near),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
