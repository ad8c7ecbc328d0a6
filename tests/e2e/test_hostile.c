/* Names chosen to harm: escape sequences, invalid UTF-8, wide, combining, bidirectional and invisible
 * characters. No byte of them may reach the terminal as it is, on any page, and the columns stay where
 * they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/buf.h"
#include "base/text.h"
#include "../live/run.h"
#include "escapes.h"
#include "replay.h"

static const char *const payloads[] = {
	"\033[31mred",
	"\033]0;",
	"\033]52;",
	"\033[2J\n",
	"title\007",
	"pwned\007",
	"\xc2\x9b",
	"\xe2\x80\xae",
	"\xe2\x81\xa6",
	"\xe2\x80\x8b",
	"\xe2\x80\x8d",
	"\xef\xbb\xbf",
	"\xf3\xa0\x81\x81",
	"\xe2\x80\xa8",
	"\xee\x80\x80",
	"\x7f",
	"\xcc\x81\xcc\x81\xcc\x81",
};

static void check_bytes(struct slice raw)
{
	struct buf foreign = { 0 };

	escapes_foreign(raw, &foreign);
	assert_string_equal(buf_string(&foreign), "");
	buf_done(&foreign);
	assert_true(text_is_utf8(raw));
	for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++)
		if (memmem(raw.ptr, raw.len, payloads[i], strlen(payloads[i])))
			fail_msg("payload %zu reached the terminal", i);
}

/* Every row has its state under the head's STATE. */
static void check_columns(struct term *t, int rows)
{
	struct vscreen *s = term_screen(t);
	int head = -1, column = -1, seen = 0;

	for (int row = 0; row < rows; row++) {
		if (column < 0 && (column = vscreen_column(s, row, "STATE")) >= 0)
			head = row;
		int found = vscreen_column(s, row, "LISTEN ");
		if (head >= 0 && found < 0)
			found = vscreen_column(s, row, "UNCONN ");
		if (head < 0 || found < 0 || row == head)
			continue;
		if (found != column)
			fail_msg("line %d: the state is at %d, its head at %d:\n%s", row, found, column,
				 vscreen_text(s));
		seen++;
	}
	if (!seen)
		fail_msg("no rows:\n%s", vscreen_text(s));
}

struct size {
	int rows, cols;
};

static const struct size sizes[] = { { 24, 80 }, { 40, 140 }, { 50, 250 }, { 12, 60 } };

static const char *const pages[] = { KEY_ENTER,  KEY_ESCAPE, "k",        KEY_ESCAPE, "y",
				     KEY_ESCAPE, "?",        KEY_ESCAPE, KEY_TAB,    KEY_BACK_TAB };

static void visit_pages(struct term *t)
{
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		term_type(t, pages[i]);
		term_settle(t);
	}
}

static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct term *t = replay_start(sizes[i].rows, sizes[i].cols, "hostile", NULL);
		check_columns(t, sizes[i].rows);
		term_type(t, KEY_PAGE_DOWN);
		term_settle(t);
		check_columns(t, sizes[i].rows);
		term_type(t, KEY_END);
		term_settle(t);
		check_bytes(term_raw(t));
		term_free(t);
	}
}

static void test_pages(void **state)
{
	struct term *t = replay_start(40, 140, "hostile", NULL);

	(void)state;
	for (int row = 0; row < 30; row += 6) {
		visit_pages(t);
		term_type(t, KEY_DOWN KEY_DOWN KEY_DOWN KEY_DOWN KEY_DOWN KEY_DOWN);
	}
	assert_true(replay_step(t, "12:03:18"));
	assert_true(replay_step(t, "12:03:19"));
	visit_pages(t);
	check_bytes(term_raw(t));
	check_columns(t, 40);
	term_free(t);
}

/* A terminal that is not UTF-8 gets ASCII only. */
static void test_ascii_terminal(void **state)
{
	const char *env[] = { "LANG=C", NULL };
	struct term *t = replay_start(24, 80, "hostile", env);
	struct slice raw;

	(void)state;
	visit_pages(t);
	raw = term_raw(t);
	check_bytes(raw);
	for (size_t i = 0; i < raw.len; i++)
		assert_in_range((unsigned char)raw.ptr[i], 0, 0x7e);
	term_free(t);
}

static void test_list(void **state)
{
	static const char *const forms[] = { "list --all", "list --all --json" };
	char arguments[512];

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		snprintf(arguments, sizeof arguments, "--replay " LOTOP_FIXTURES "/hostile.ndjson %s",
			 forms[i]);
		struct run r = run_lotop(arguments, NULL);
		assert_int_equal(r.status, 0);
		check_bytes((struct slice){ r.output, r.output_len });
		assert_null(strchr(r.output, '\033'));
		run_done(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_ascii_terminal),
		cmocka_unit_test(test_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
