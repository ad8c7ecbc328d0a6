/* Opened, rebound, owner changed, closed: each is marked in the first column and in words when it happens,
 * stands in the events, and fades. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "replay.h"

struct change_case {
	const char *clock;           /* of the frame in which it happens */
	const char *row;             /* part of the row, before and after */
	char sign;
	const char *note;
};

static const struct change_case changes[] = {
	{ "12:03:19", "5173 ::1", '+', "new" },
	{ "12:03:20", "9000 127.0.0.1", '~', "rebound" },
	{ "12:03:21", "8001 127.0.0.1", '~', "new owner" },
	{ "12:03:21", "6006 127.0.0.1", '-', "gone" },
};

enum { CHANGES = sizeof changes / sizeof *changes };

/* The last frame of the recording once more, ten seconds later: for what fades. */
static void write_longer(const char *path)
{
	static const char last[] = "{\"wall_ms\":1795262602000", later[] = "{\"wall_ms\":1795262612000";
	FILE *in = fopen(LOTOP_FIXTURES "/desk.ndjson", "r"), *out = fopen(path, "w");
	char *line = NULL;
	size_t cap = 0;
	ssize_t length;

	assert_true(in && out);
	while ((length = getline(&line, &cap, in)) > 0) {
		fwrite(line, 1, (size_t)length, out);
		if (!strncmp(line, last, sizeof last - 1))
			fprintf(out, "%s%s", later, line + sizeof last - 1);
	}
	free(line);
	fclose(in);
	fclose(out);
}

static struct term *start(void **state)
{
	return replay_file(40, 140, *state, NULL);
}

static void check_row(struct term *t, const struct change_case *c, bool is_changed)
{
	struct vscreen *s = term_screen(t);
	int row = vscreen_find(s, c->row);

	if (row < 0)
		fail_msg("no row %s:\n%s", c->row, vscreen_text(s));
	const char *line = vscreen_line(s, row);
	const char *sign = line + strspn(line, " ");
	if ((*sign == c->sign) != is_changed || !strstr(line, c->note) == is_changed)
		fail_msg("%s should %sbe marked %c %s: %s", c->row, is_changed ? "" : "not ", c->sign,
			 c->note, line);
}

static void test_marks_appear(void **state)
{
	struct term *t = start(state);

	assert_true(replay_step(t, "12:03:18"));
	for (int i = 0; i < CHANGES; i++) {
		if (vscreen_column(term_screen(t), 0, changes[i].clock) < 0)
			assert_true(replay_step(t, changes[i].clock));
		check_row(t, &changes[i], true);
	}
	for (int i = 0; i < CHANGES; i++)        /* still fresh */
		check_row(t, &changes[i], true);
	term_free(t);
}

static void test_marks_fade(void **state)
{
	static const char *const clocks[] = { "12:03:18", "12:03:19", "12:03:20",
					      "12:03:21", "12:03:22", "12:03:32" };
	struct term *t = start(state);

	for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++)
		assert_true(replay_step(t, clocks[i]));
	for (int i = 0; i < CHANGES - 1; i++)
		check_row(t, &changes[i], false);
	assert_int_equal(vscreen_find(term_screen(t), changes[CHANGES - 1].row), -1);
	term_free(t);
}

/* Colour is never the only mark, but where there is colour a new row has one; under NO_COLOR nothing has. */
static void test_colors(void **state)
{
	static const char *const no_color[] = { "NO_COLOR=1", NULL };

	for (int with_color = 0; with_color < 2; with_color++) {
		struct term *t = replay_file(40, 140, *state, with_color ? NULL : no_color);
		assert_true(replay_step(t, "12:03:18"));
		assert_true(replay_step(t, "12:03:19"));
		int row = vscreen_find(term_screen(t), changes[0].row);
		int column = vscreen_column(term_screen(t), row, "5173");
		assert_int_equal(vscreen_look(term_screen(t), row, column).color >= 0, with_color);
		check_row(t, &changes[0], true);
		term_free(t);
	}
}

static void test_events(void **state)
{
	static const char *const clocks[] = { "12:03:18", "12:03:19", "12:03:20", "12:03:21" };
	static const char *const events[] = {
		"12:03:21  owner changed 127.0.0.1:8001: left: gunicorn 6500",
		"12:03:21  closed 127.0.0.1:6006 tcp node 3999 (alice)",
		"12:03:20  rebound 127.0.0.1:9000 tcp: java 6120 -> java 6120 (alice)",
		"12:03:19  opened [::1]:5173 tcp vite 4820 (alice)",
	};
	struct term *t = start(state);

	for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++)
		assert_true(replay_step(t, clocks[i]));
	term_type(t, KEY_BACK_TAB);
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		assert_true(term_await(t, events[i]));
	term_free(t);
}

/* The selection follows the row, not the line: rows that appear above do not move it. */
static void test_selection_follows_identity(void **state)
{
	struct term *t = start(state);

	term_type(t, KEY_END KEY_UP);
	term_settle(t);
	struct vscreen *s = term_screen(t);
	int before = -1, after = -1;
	for (int row = 0; row < 40; row++)
		if (vscreen_look(s, row, 10).is_reverse && vscreen_column(s, row, "127.0.0.1") >= 0)
			before = row;
	assert_true(before >= 0);
	char *line = strdup(vscreen_line(s, before));
	assert_true(replay_step(t, "12:03:18"));
	assert_true(replay_step(t, "12:03:19"));
	for (int row = 0; row < 40; row++)
		if (vscreen_look(s, row, 10).is_reverse && vscreen_column(s, row, "127.0.0.1") >= 0)
			after = row;
	assert_int_equal(strncmp(vscreen_line(s, after), line, 20), 0);
	assert_int_equal(after, before + 1);
	free(line);
	term_free(t);
}

int main(void)
{
	char path[] = "/tmp/lotop-changes-XXXXXX";
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_marks_appear, path),
		cmocka_unit_test_prestate(test_marks_fade, path),
		cmocka_unit_test_prestate(test_colors, path),
		cmocka_unit_test_prestate(test_events, path),
		cmocka_unit_test_prestate(test_selection_follows_identity, path),
	};

	close(mkstemp(path));
	write_longer(path);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
