/* model/recall through the tracker: scenes after scenes, and the marks that one look cannot give. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/text.h"
#include "tests/unit/tracking.h"

#define FULL "tcp 127.0.0.1:3000 cookie 7 queue 9 8 by 7 node alice\nconnections"
#define WELL "tcp 127.0.0.1:3000 cookie 7 queue 0 8 by 7 node alice\nconnections"
#define BUSY WELL "\nestablished tcp 127.0.0.1:3000 peer 127.0.0.1:40000 by 7 node alice"
#define AGAIN "tcp 127.0.0.1:3000 cookie 8 queue 0 8 by 9 node alice\nconnections"
#define THIRD "tcp 127.0.0.1:3000 cookie 9 queue 0 8 by 11 node alice\nconnections"
#define BOUND "bound tcp 127.0.0.1:3000 by 7 node alice"
#define IDLE_AFTER 60000

/* Looks one after the other, at these times; the marks and the evidence of the main one after the last. */
static const struct {
	const char *marks, *evidence;
	struct { int64_t ms; const char *scene; } looks[5];
} cases[] = {
	{ "full", "9 connections wait to be accepted, the limit is 8", { { 1000, FULL } } },
	{ "stuck full", "in each of 2 looks over 1s its accept queue was full: 9 wait, the limit is 8",
	  { { 1000, FULL }, { 2000, FULL } } },
	{ "stuck full", "in each of 3 looks over 30s its accept queue was full: 9 wait, the limit is 8",
	  { { 1000, FULL }, { 2000, FULL }, { 31000, FULL } } },
	{ "full", "9 connections wait to be accepted, the limit is 8",
	  { { 1000, FULL }, { 2000, WELL }, { 3000, FULL } } },
	{ "", "", { { 1000, FULL }, { 2000, FULL }, { 3000, WELL } } },

	{ "", "", { { 1000, WELL }, { 60999, WELL } } },
	{ "idle", "no connection in any look for 1m; short ones may have been missed",
	  { { 1000, WELL }, { 61000, WELL } } },
	{ "", "", { { 1000, WELL }, { 30000, BUSY }, { 61000, WELL }, { 90000, WELL } } },
	{ "idle", "no connection in any look for 1m; short ones may have been missed",
	  { { 1000, WELL }, { 30000, BUSY }, { 61000, WELL }, { 121000, WELL } } },
	{ "", "", { { 1000, BUSY }, { 99000, BUSY } } },
	{ "", "", { { 90000, WELL }, { 1000, WELL }, { 60000, WELL } } },      /* the clock went back */

	{ "respawned", "1 time in 0s, the last one 0s ago, by node 9; before it was 7",
	  { { 1000, WELL }, { 2000, AGAIN } } },
	{ "respawned", "1 time in 4s, the last one 4s ago, by node 9; before it was 7",
	  { { 1000, WELL }, { 2000, "connections" }, { 3000, AGAIN }, { 7000, AGAIN } } },
	{ "respawned", "2 times in 9s, the last one 0s ago, by node 11; before it was 9",
	  { { 1000, WELL }, { 2000, AGAIN }, { 11000, THIRD } } },
	{ "", "", { { 1000, WELL }, { 2000, AGAIN }, { 50000, BUSY }, { 400000, BUSY } } },
	{ "", "", { { 1000, "connections" }, { 2000, WELL } } },               /* that is no second time */

	{ "bound", "node 7: bound to the port, but not listening", { { 1000, BOUND } } },
	{ "", "", { { 1000, "connections" }, { 2000, BOUND } } },
	{ "", "", { { 1000, "connections" }, { 2000, BOUND }, { 3999, BOUND } } },
	{ "bound", "node 7: bound to the port, but not listening",
	  { { 1000, "connections" }, { 2000, BOUND }, { 4000, BOUND } } },
};

static void add_marks(struct buf *out, uint32_t marks)
{
	const struct health_rule *rule;

	while ((rule = health_next(&marks)))
		buf_printf(out, "%s%s", out->len ? " " : "", rule->id);
}

static void check_case(size_t i)
{
	struct tracker *t = tracker_new();
	struct buf marks = { 0 }, evidence = { 0 };
	const struct health_rule *rule;
	const struct row *rows;
	size_t count;

	tracker_idle_after(t, IDLE_AFTER);
	for (size_t k = 0; k < 5 && cases[i].looks[k].scene; k++)
		tracking_see(t, cases[i].looks[k].ms, cases[i].looks[k].scene);
	rows = tracker_rows(t, &count);
	assert_int_equal(count, 1);
	add_marks(&marks, row_marks(rows));
	rule = health_main(row_marks(rows));
	if (rule)
		row_explain_mark(rows, tracker_snapshot(t), rule, &evidence);
	if (strcmp(buf_string(&marks), cases[i].marks) || strcmp(buf_string(&evidence), cases[i].evidence))
		fail_msg("case %zu: \"%s\": %s", i, buf_string(&marks), buf_string(&evidence));
	assert_true(text_is_safe(buf_slice(&evidence)));
	buf_done(&marks);
	buf_done(&evidence);
	tracker_free(t);
}

static void marks_of_the_past(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check_case(i);
}

/* Also in a frame in which nothing changed but the time; and the bound one is no news before its moment is
 * over. */
static void they_are_events(void **state)
{
	struct tracker *t = tracker_new();

	(void)state;
	tracker_idle_after(t, IDLE_AFTER);
	tracking_see(t, 1000, WELL);
	tracking_see(t, 2000, WELL);
	assert_int_equal(tracking_event_count(t), 0);
	tracking_see(t, 62000, WELL);
	assert_string_equal(tracker_event(t, 0)->text, "marks 127.0.0.1:3000: +idle");
	assert_false(tracker_is_repeated(t));
	tracking_see(t, 63000, FULL);
	assert_string_equal(tracker_event(t, 0)->text, "marks 127.0.0.1:3000: +full -idle");
	tracking_see(t, 64000, FULL);
	assert_string_equal(tracker_event(t, 0)->text, "marks 127.0.0.1:3000: +stuck");
	assert_int_equal(tracking_event_count(t), 3);
	tracker_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_of_the_past),
		cmocka_unit_test(they_are_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
