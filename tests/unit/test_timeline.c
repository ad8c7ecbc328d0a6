/* model/timeline: what is drawn of which past */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "model/timeline.h"

enum { CELL = HISTORY_CELL_MS, MINUTE = 60000 };

static const int64_t start_ms = INT64_C(1795262597000) / (10 * MINUTE) * (10 * MINUTE);

/* In letters: "=" high, "_" low, the rest as it is. */
static const char *letters(const struct history *h, int64_t now_ms, unsigned stretches)
{
	static struct buf text;
	static char out[HISTORY_CELLS + 1];
	size_t len = 0;

	buf_clear(&text);
	timeline_add(&text, h, now_ms, stretches);
	for (const char *c = buf_string(&text); *c; c += (*c & 0x80) ? 3 : 1)
		out[len++] = !strncmp(c, "\u2586", 3) ? '=' : !strncmp(c, "\u2581", 3) ? '_' : *c;
	out[len] = 0;
	return out;
}

static const char *heights(const struct history *h, int64_t now_ms, unsigned stretches, int *most)
{
	static struct buf text;
	static char out[HISTORY_CELLS + 1];
	size_t len = 0;

	buf_clear(&text);
	timeline_add_clients(&text, h, now_ms, stretches, most);
	for (const char *c = buf_string(&text); *c; c += (*c & 0x80) ? 3 : 1)
		out[len++] = *c == ' ' ? ' ' : (char)('0' + (unsigned char)c[2] - 0x80);
	out[len] = 0;
	return out;
}

static struct history *change(struct histories *h, int64_t at_ms, enum change_kind kind)
{
	static const struct listener port = { .key.endpoint.port = 3000 };
	const struct change c = { kind, kind == CHANGE_OPENED ? NULL : &port, kind == CHANGE_CLOSED ? NULL : &port };

	return histories_change(h, at_ms, &c);
}

static void marks_for_what_happened(void **state)
{
	struct histories *h = histories_new();
	const struct history *of;

	(void)state;
	histories_begin(h, start_ms + MINUTE);
	of = change(h, start_ms + 3 * MINUTE + 5000, CHANGE_OPENED);
	change(h, start_ms + 5 * MINUTE, CHANGE_REBOUND);
	change(h, start_ms + 6 * MINUTE, CHANGE_CLOSED);
	change(h, start_ms + 8 * MINUTE, CHANGE_OPENED);
	change(h, start_ms + 8 * MINUTE + 30000, CHANGE_CLOSED);
	change(h, start_ms + 9 * MINUTE, CHANGE_OPENED);
	assert_string_equal(letters(of, start_ms + 10 * MINUTE - 1, 10), " __+=~-_*+");
	assert_string_equal(letters(of, start_ms + 10 * MINUTE - 1, 5), "_+~-*");
	assert_int_equal(strlen(letters(of, start_ms + 10 * MINUTE - 1, 60)), 60);
	histories_free(h);
}

/* Within a minute nothing moves; with the next one everything goes one to the left. */
static void the_past_stands_still(void **state)
{
	struct histories *h = histories_new();
	const struct history *of;

	(void)state;
	histories_begin(h, start_ms - 20 * MINUTE);
	of = change(h, start_ms + 1000, CHANGE_OPENED);
	for (int second = 1; second < 60; second++)
		assert_string_equal(letters(of, start_ms + second * 1000, 10), "_________+");
	for (int second = 60; second < 120; second++)
		assert_string_equal(letters(of, start_ms + second * 1000, 10), "________+=");
	assert_string_equal(letters(of, start_ms + 30 * MINUTE, 10), "==========");
	histories_free(h);
}

static void clients_are_scaled_to_their_most(void **state)
{
	static const int counts[] = { 0, 1, 2, 7, 14, 0 };
	struct listener before = { .key.endpoint.port = 3000 }, after = before;
	struct histories *h = histories_new();
	const struct history *of = NULL;
	int most;

	(void)state;
	histories_begin(h, start_ms);
	for (int i = 1; i < 6; i++) {
		before.clients = counts[i - 1];
		after.clients = counts[i];
		of = histories_clients(h, start_ms + (i + 10) * CELL, &before, &after);
	}
	assert_string_equal(heights(of, start_ms + 17 * CELL, 60, &most) + 42, "111111111112258811");
	assert_int_equal(most, 14);
	histories_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_for_what_happened),
		cmocka_unit_test(the_past_stands_still),
		cmocka_unit_test(clients_are_scaled_to_their_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
