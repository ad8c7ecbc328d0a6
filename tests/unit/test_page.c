/* ui/page: wrapping loses no word and keeps the width; scrolling stays inside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/text.h"
#include "ui/page.h"

static void long_facts_go_on_beside_their_label(void **state)
{
	struct page page = { 0 };

	(void)state;
	page_clear(&page, PAGE_LABEL + 20);
	page_add_fact(&page, STYLE_NORMAL, "command", "node server.js --port=3000 --watch", "cmdline");
	page_add_fact(&page, STYLE_NORMAL, "nothing", "", "not there");
	page_add_fact(&page, STYLE_NORMAL, "nothing", NULL, "not there");
	assert_int_equal(page.count, 3);
	assert_string_equal(page.lines[0].label, "command");
	assert_string_equal(page.lines[0].text, "node server.js");
	assert_string_equal(page.lines[0].note, "");
	assert_string_equal(page.lines[1].label, " ");
	assert_string_equal(page.lines[1].text, "--port=3000 --watch");
	assert_string_equal(page.lines[1].note, "");
	assert_string_equal(page.lines[2].note, "cmdline");
	page_done(&page);
}

static void every_line_fits(void **state)
{
	(void)state;
	for (unsigned width = 2; width < 100; width++) {
		struct page page = { 0 };

		page_clear(&page, width);
		page_add_title(&page, "A title");
		page_add_text(&page, STYLE_NORMAL, "a \xe4\xb8\xad\xe4\xb8\xad text e\xcc\x81 with all");
		page_add_fact(&page, STYLE_NORMAL, "label", "one two three four five six", "/proc/1/stat");
		for (size_t i = 1; i < page.count; i++) {
			unsigned before = *page.lines[i].label ? PAGE_LABEL : 0;

			if (width > before + 1)
				assert_true(before + text_width(page.lines[i].text) <= width);
		}
		page_done(&page);
	}
}

static void scrolling_ends_with_a_full_screen(void **state)
{
	static const struct {
		long lines;
		size_t top;
	} steps[] = {
		{ 3, 3 }, { -5, 0 }, { 100, 20 }, { -1, 19 }, { -INT32_MAX, 0 }, { INT32_MAX, 20 }, { 0, 20 },
	};
	struct page page = { 0 };

	(void)state;
	page_clear(&page, 80);
	for (unsigned i = 0; i < 30; i++)
		page_add_text(&page, STYLE_NORMAL, "line");
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		page_scroll(&page, steps[i].lines, 10);
		assert_int_equal(page.top, steps[i].top);
	}
	page_scroll(&page, 0, 100);
	assert_int_equal(page.top, 0);
	page_done(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_facts_go_on_beside_their_label),
		cmocka_unit_test(every_line_fits),
		cmocka_unit_test(scrolling_ends_with_a_full_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
