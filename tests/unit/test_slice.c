/* base/slice: comparing, cutting and reading numbers, with NULs and empty slices among them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/slice.h"

#define BYTES(literal) ((struct slice){ literal, sizeof(literal) - 1 })

static const struct slice empty = { NULL, 0 };

static void assert_slice(struct slice got, const char *expected)
{
	assert_int_equal(got.len, strlen(expected));
	if (got.len)
		assert_memory_equal(got.ptr, expected, got.len);
}

static void compares_bytes_not_strings(void **state)
{
	(void)state;
	assert_true(slice_equal(BYTES("a\0b"), BYTES("a\0b")));
	assert_false(slice_equal(BYTES("a\0b"), BYTES("a\0c")));
	assert_false(slice_equal(BYTES("a"), BYTES("a\0")));
	assert_true(slice_equal(empty, BYTES("")));
	assert_true(slice_is(slice_of(NULL), ""));
	assert_false(slice_is(BYTES("ab\0"), "ab"));
}

static void finds_both_ends(void **state)
{
	(void)state;
	assert_true(slice_starts(BYTES("tcp6"), "tcp"));
	assert_true(slice_starts(empty, ""));
	assert_false(slice_starts(BYTES("tc"), "tcp"));
	assert_true(slice_ends(BYTES("nginx.service"), ".service"));
	assert_false(slice_ends(BYTES("service"), ".service"));
	assert_false(slice_ends(empty, "x"));
}

static void contains_ignores_ascii_case_only(void **state)
{
	static const struct {
		const char *haystack, *needle;
		bool expected;
	} cases[] = {
		{ "Node.JS", "node.js", true }, { "xnodey", "NODE", true }, { "nod", "node", false },
		{ "", "", true },		{ "a", "", true },	    { "", "a", false },
		{ "aab", "AB", true },		{ "[", "{", false },	    { "\xc3\x84", "\xc3\xa4", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(slice_contains_nocase(slice_of(cases[i].haystack), slice_of(cases[i].needle)),
				 cases[i].expected);
	assert_true(slice_contains_nocase(BYTES("a\0Bc"), BYTES("\0bC")));
}

static void from_never_leaves_the_slice(void **state)
{
	struct slice text = BYTES("abc");

	(void)state;
	assert_slice(slice_from(text, 0), "abc");
	assert_slice(slice_from(text, 2), "c");
	assert_slice(slice_from(text, 3), "");
	assert_slice(slice_from(text, SIZE_MAX), "");
	assert_slice(slice_from(empty, 1), "");
}

static void trims_white_space(void **state)
{
	(void)state;
	assert_slice(slice_trim(BYTES(" \t\r\n\v\fa b\n ")), "a b");
	assert_slice(slice_trim(BYTES(" \n ")), "");
	assert_slice(slice_trim(empty), "");
	assert_int_equal(slice_trim(BYTES("\0 ")).len, 1);
}

static void cuts_at_the_first_separator(void **state)
{
	struct slice rest = BYTES("a::b");

	(void)state;
	assert_slice(slice_cut(&rest, ':'), "a");
	assert_slice(rest, ":b");
	assert_slice(slice_cut(&rest, ':'), "");
	assert_slice(slice_cut(&rest, ':'), "b");
	assert_slice(rest, "");
	assert_slice(slice_cut(&rest, ':'), "");
	rest = BYTES("x\0y");
	assert_slice(slice_cut(&rest, '\0'), "x");
	assert_slice(rest, "y");
}

static void words_skip_blanks(void **state)
{
	struct slice rest = BYTES("  one\ttwo\n\nthree ");

	(void)state;
	assert_slice(slice_word(&rest), "one");
	assert_slice(slice_word(&rest), "two");
	assert_slice(slice_word(&rest), "three");
	assert_slice(slice_word(&rest), "");
	assert_int_equal(rest.len, 0);
}

static void reads_whole_numbers_only(void **state)
{
	static const struct {
		const char *text;
		unsigned base;
		bool good;
		uint64_t expected;
	} cases[] = {
		{ "0", 10, true, 0 },
		{ "0042", 10, true, 42 },
		{ "18446744073709551615", 10, true, UINT64_MAX },
		{ "18446744073709551616", 10, false, 0 },
		{ "99999999999999999999", 10, false, 0 },
		{ "ffffFFFFffffFFFF", 16, true, UINT64_MAX },
		{ "1ffffFFFFffffFFFF", 16, false, 0 },
		{ "0100007F", 16, true, 0x100007f },
		{ "777", 8, true, 0777 },
		{ "8", 8, false, 0 },
		{ "", 10, false, 0 },
		{ "+1", 10, false, 0 },
		{ "-1", 10, false, 0 },
		{ " 1", 10, false, 0 },
		{ "1 ", 10, false, 0 },
		{ "0x1", 16, false, 0 },
		{ "a", 10, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint64_t number = 12345;

		assert_int_equal(slice_to_u64(slice_of(cases[i].text), cases[i].base, &number), cases[i].good);
		assert_int_equal(number, cases[i].good ? cases[i].expected : 12345);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares_bytes_not_strings),
		cmocka_unit_test(finds_both_ends),
		cmocka_unit_test(contains_ignores_ascii_case_only),
		cmocka_unit_test(from_never_leaves_the_slice),
		cmocka_unit_test(trims_white_space),
		cmocka_unit_test(cuts_at_the_first_separator),
		cmocka_unit_test(words_skip_blanks),
		cmocka_unit_test(reads_whole_numbers_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
