/* model/joint and collector/board: rows of several machines side by side, each judged by its own, none mixed up */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "collector/board.h"
#include "model/column.h"
#include "model/joint.h"
#include "model/note.h"
#include "model/query.h"
#include "model/rows.h"
#include "tests/fake/build.h"

static const struct snapshot *machine(uint16_t number, const char *scene)
{
	struct facts *facts = build_facts(1000, scene);

	facts->machine = number;
	return snapshot_build(facts);
}

static const struct snapshot *join(const struct snapshot *a, const struct snapshot *b, const char *trouble)
{
	const struct host hosts[] = { { "desk", NULL, a }, { "devbox", trouble, b }, { "silent", "no such program", NULL } };
	const struct snapshot *s = joint_build(hosts, 3);

	snapshot_unref(a);
	snapshot_unref(b);
	return s;
}

static const struct snapshot *two(void)
{
	return join(machine(0, "tcp 127.0.0.1:3000 cookie 30\ntcp 127.0.0.1:5000\n"),
		    machine(1, "tcp 127.0.0.1:3000\ntcp [::1]:80 cookie 80\n"), NULL);
}

static void rows_stand_in_the_order_of_their_keys(void **state)
{
	const struct snapshot *s = two();
	(void)state;

	assert_int_equal(s->listener_count, 4);
	for (size_t i = 1; i < s->listener_count; i++)
		assert_true(row_key_compare(&s->listeners[i - 1].key, &s->listeners[i].key) < 0);
	for (size_t i = 0; i < s->listener_count; i++) {
		assert_ptr_equal(snapshot_find(s, &s->listeners[i].key), &s->listeners[i]);
		assert_ptr_equal(s->listeners[i].host, &s->hosts[s->listeners[i].key.machine]);
	}
	assert_string_equal(s->listeners[0].host->name, "devbox");
	snapshot_unref(s);
}

/* What localhost reaches is asked among the rows of the row's own machine. */
static void each_is_judged_by_its_own(void **state)
{
	const struct snapshot *s = two();
	const struct snapshot *own = snapshot_of(s, 1);
	const struct listener *reached = exposure_reached(own, PROTOCOL_TCP, FAMILY_IPV4, 3000);
	(void)state;

	assert_non_null(reached);
	assert_int_equal(reached->key.machine, 1);
	assert_null(exposure_reached(own, PROTOCOL_TCP, FAMILY_IPV4, 5000));
	assert_ptr_equal(snapshot_of(s, 0)->facts, s->facts);
	assert_null(snapshot_of(s, 2));
	assert_null(snapshot_of(s, 40));
	snapshot_unref(s);
}

static void count_event(void *context, const struct row *row, const struct change *change)
{
	(void)row;
	(void)change;
	++*(unsigned *)context;
}

/* However late a machine is heard the first time: nothing has opened there. */
static void the_first_frame_of_a_machine_is_no_news(void **state)
{
	struct tracker *t = tracker_new();
	const struct snapshot *frames[] = {
		join(machine(0, "tcp 127.0.0.1:3000 cookie 30\n"), NULL, NULL), two(),
		join(machine(0, "tcp 127.0.0.1:3000 cookie 30\n"), machine(1, "tcp [::1]:80 cookie 80\n"), NULL),
	};
	unsigned events = 0;
	(void)state;

	tracker_on_change(t, count_event, &events);
	tracker_update(t, frames[0]);
	tracker_update(t, frames[1]);
	assert_int_equal(events, 1);             /* port 5000, here */
	tracker_update(t, frames[2]);
	assert_int_equal(events, 3);             /* 5000 here and 3000 there are closed */
	assert_non_null(strstr(tracker_event(t, 0)->text, "closed"));
	assert_non_null(strstr(tracker_event(t, 1)->text, "devbox 127.0.0.1:3000"));
	tracker_free(t);
	for (size_t i = 0; i < 3; i++)
		snapshot_unref(frames[i]);
}

/* Who holds a row there is known later than who holds one here: what that tells is no news either. */
static void a_machine_whose_owners_come_late_is_no_news(void **state)
{
	static const char known[] = "process 7 node alice ties 3\ntcp 127.0.0.1:3000 cookie 5 by 7 node alice\n";
	struct tracker *t = tracker_new();
	const struct snapshot *frames[] = {
		join(machine(0, ""), machine(1, "pending\ntcp 127.0.0.1:3000 cookie 5\n"), NULL),
		join(machine(0, ""), machine(1, known), NULL),
		join(machine(0, "pending\n"), machine(1, "tcp 127.0.0.1:3000 cookie 5 by 7 node alice\n"), NULL),
		join(machine(0, ""), machine(1, "tcp 127.0.0.1:3000 cookie 5 by 7 node alice\n"), NULL),
	};
	(void)state;

	for (size_t i = 0; i < 3; i++) {
		tracker_update(t, frames[i]);
		assert_null(tracker_event(t, 0));
	}
	tracker_update(t, frames[3]);
	assert_string_equal(tracker_event(t, 0)->text, "marks devbox 127.0.0.1:3000: -orphan");
	assert_null(tracker_event(t, 1));
	tracker_free(t);
	for (size_t i = 0; i < 4; i++)
		snapshot_unref(frames[i]);
}

static void what_is_gone_still_tells_where_it_was(void **state)
{
	const struct snapshot *before = two();
	const struct snapshot *after = join(machine(0, ""), machine(1, ""), NULL);
	struct tracker *t = tracker_new();
	const struct row *rows;
	size_t count;
	(void)state;

	tracker_update(t, before);
	snapshot_unref(before);
	tracker_update(t, after);
	snapshot_unref(after);
	rows = tracker_rows(t, &count);
	assert_int_equal(count, 4);
	for (size_t i = 0; i < count; i++) {
		assert_true(rows[i].is_gone);
		assert_string_equal(rows[i].listener->host->name, rows[i].listener->key.machine ? "devbox" : "desk");
	}
	tracker_free(t);
}

/* Rows stay, and say so. */
static void a_silent_machine_is_stale(void **state)
{
	const struct snapshot *s = join(machine(0, "tcp 127.0.0.1:1\n"), machine(1, "tcp 127.0.0.1:2\n"), "it is gone");
	struct tracker *t = tracker_new();
	struct buf note = { 0 };
	const struct row *rows;
	size_t count;
	(void)state;

	tracker_update(t, s);
	snapshot_unref(s);
	rows = tracker_rows(t, &count);
	assert_int_equal(count, 2);
	assert_int_equal(note_sign(&rows[1]), '#');
	assert_int_not_equal(note_sign(&rows[0]), '#');
	note_add(&note, &rows[1]);
	assert_int_equal(strncmp(buf_string(&note), "stale", 5), 0);
	buf_done(&note);
	tracker_free(t);
}

static size_t count_rows(const struct tracker *t, const char *filter)
{
	struct query_error error;
	struct query *query;
	struct rows rows = { 0 };
	size_t count;

	assert_int_equal(query_parse(slice_of(filter), &query, &error), 0);
	rows_update(&rows, t, &(struct rows_options){ .query = query, .sort = column_named("host") });
	count = rows.count;
	rows_done(&rows);
	query_free(query);
	return count;
}

static void the_column_and_the_filter_tell_them_apart(void **state)
{
	const struct snapshot *s = two(), *alone = machine(0, "tcp 127.0.0.1:3000\n");
	struct tracker *t = tracker_new();
	(void)state;

	assert_true(column_is_usual(column_named("host"), s));
	assert_false(column_is_usual(column_named("netns"), s));
	assert_false(column_is_usual(column_named("host"), alone));
	tracker_update(t, s);
	assert_int_equal(count_rows(t, "host:devbox"), 2);
	assert_int_equal(count_rows(t, "host:desk port:3000"), 1);
	assert_int_equal(count_rows(t, "host:moon"), 0);
	tracker_free(t);
	snapshot_unref(s);
	snapshot_unref(alone);
}

/* One may call itself by the name of another. */
static void no_two_names_are_alike(void **state)
{
	static const char *const hosts[] = { "vm", "vm", "vm#2", "vm", "\x1b[31mvm", "" };
	enum { COUNT = sizeof hosts / sizeof *hosts };
	struct board *b = board_new(COUNT + 1, NULL);
	const struct snapshot *s;
	(void)state;

	assert_null(board_join(b));
	for (uint16_t i = 0; i < COUNT; i++) {
		struct facts *facts = build_facts(1000, "tcp 127.0.0.1:3000\n");

		facts->host = arena_slice(&facts->arena, slice_of(hosts[i]));
		facts->machine = i;
		board_put(b, i, snapshot_build(facts), NULL, NULL);
	}
	board_put(b, COUNT, NULL, "blue", "it does not answer");
	s = board_join(b);
	board_free(b);
	assert_int_equal(s->listener_count, COUNT);
	for (size_t i = 0; i < s->host_count; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(s->hosts[i].name, s->hosts[k].name);
	assert_string_equal(s->hosts[4].name, "\\x1b[31mvm");
	assert_string_equal(s->hosts[COUNT].name, "blue");
	assert_string_equal(s->hosts[COUNT].trouble, "it does not answer");
	snapshot_unref(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_stand_in_the_order_of_their_keys),
		cmocka_unit_test(each_is_judged_by_its_own),
		cmocka_unit_test(the_first_frame_of_a_machine_is_no_news),
		cmocka_unit_test(a_machine_whose_owners_come_late_is_no_news),
		cmocka_unit_test(what_is_gone_still_tells_where_it_was),
		cmocka_unit_test(a_silent_machine_is_stale),
		cmocka_unit_test(the_column_and_the_filter_tell_them_apart),
		cmocka_unit_test(no_two_names_are_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
