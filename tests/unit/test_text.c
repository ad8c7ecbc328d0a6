/* base/text: hostile bytes in, safe and aligned text out. Cases for each kind of byte, and
 * properties over random bytes that are rich in what breaks decoders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/text.h"

#define BYTES(literal) { literal, sizeof(literal) - 1 }
#define ACUTE "\xcc\x81"
#define CJK "\xe4\xb8\xad"
#define EMOJI "\xf0\x9f\x9a\x80"
#define ELLIPSIS "\xe2\x80\xa6"

static void escapes_what_is_not_safe(void **state)
{
	static const struct {
		struct slice raw;
		const char *safe;
	} cases[] = {
		{ BYTES(""), "" },
		{ BYTES("node /srv/app.js --port=3000 ~{|}"), "node /srv/app.js --port=3000 ~{|}" },
		{ BYTES("back\\slash \\x1b"), "back\\slash \\x1b" },
		{ BYTES("\x1b[31mred"), "\\x1b[31mred" },
		{ BYTES("a\0b\n\t\r\b\x7f"), "a\\x00b\\x0a\\x09\\x0d\\x08\\x7f" },
		{ BYTES("12345678\x1f"), "12345678\\x1f" },
		{ BYTES("1234567\x7f"), "1234567\\x7f" },
		{ BYTES("\xc2\x9b" "1m"), "\\u{9b}1m" },                  /* C1 CSI as a code point */
		{ BYTES("\x9b" "1m"), "\\x9b1m" },                        /* and as a byte */
		{ BYTES("\xe2\x80\xae" "gpj.exe"), "\\u{202e}gpj.exe" },  /* right-to-left override */
		{ BYTES("a\xe2\x81\xa6\xe2\x81\xa9"), "a\\u{2066}\\u{2069}" },
		{ BYTES("z\xe2\x80\x8bw\xe2\x80\x8d\xef\xbb\xbf"), "z\\u{200b}w\\u{200d}\\u{feff}" },
		{ BYTES("\xe2\x80\xa8\xe2\x80\xa9"), "\\u{2028}\\u{2029}" },
		{ BYTES("\xf3\xa0\x81\x81"), "\\u{e0041}" },              /* tag letter */
		{ BYTES("\xe2\x9d\xa4\xef\xb8\x8f"), "\xe2\x9d\xa4\\u{fe0f}" },   /* variation selector */
		{ BYTES("\xe3\x85\xa4"), "\\u{3164}" },                   /* Hangul filler: an invisible letter */
		{ BYTES("\xee\x80\x80\xef\xbf\xbf"), "\\u{e000}\\u{ffff}" },
		{ BYTES("\xcd\xb8"), "\\u{378}" },                        /* unassigned */
		{ BYTES("\xff\xfe"), "\\xff\\xfe" },
		{ BYTES("\xc0\xaf\xe0\x80\xaf"), "\\xc0\\xaf\\xe0\\x80\\xaf" },   /* overlong slash */
		{ BYTES("\xed\xa0\x80"), "\\xed\\xa0\\x80" },             /* surrogate */
		{ BYTES("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80" },    /* above 10FFFF */
		{ BYTES("\xf8\x88\x80\x80\x80"), "\\xf8\\x88\\x80\\x80\\x80" },
		{ BYTES("cut\xe4\xb8"), "cut\\xe4\\xb8" },
		{ BYTES("\xe4\xb8x"), "\\xe4\\xb8x" },
		{ BYTES("caf\xc3\xa9 " CJK EMOJI), "caf\xc3\xa9 " CJK EMOJI },
		{ BYTES("e" ACUTE ACUTE), "e" ACUTE ACUTE },
		{ BYTES("e" ACUTE ACUTE ACUTE "x"), "e" ACUTE ACUTE "\\u{301}x" },
		{ BYTES("e" ACUTE ACUTE ACUTE ACUTE), "e" ACUTE ACUTE "\\u{301}\\u{301}" },
		{ BYTES(ACUTE "e"), "\\u{301}e" },
		{ BYTES("\x01" ACUTE), "\\x01\\u{301}" },                 /* an escape is no base */
		{ BYTES(CJK ACUTE), CJK ACUTE },
	};
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(text_sanitize(&arena, cases[i].raw), cases[i].safe);
	arena_done(&arena);
}

static void decodes_strictly(void **state)
{
	static const struct {
		struct slice bytes;
		size_t len;
		uint32_t code;
	} cases[] = {
		{ BYTES("A"), 1, 'A' },
		{ BYTES("\xc2\x80"), 2, 0x80 },
		{ BYTES("\xdf\xbf"), 2, 0x7ff },
		{ BYTES("\xe0\xa0\x80"), 3, 0x800 },
		{ BYTES("\xed\x9f\xbf"), 3, 0xd7ff },
		{ BYTES("\xee\x80\x80"), 3, 0xe000 },
		{ BYTES("\xf0\x90\x80\x80"), 4, 0x10000 },
		{ BYTES("\xf4\x8f\xbf\xbf"), 4, 0x10ffff },
		{ BYTES(""), 0, 0 },
		{ BYTES("\x80"), 0, 0 },
		{ BYTES("\xc1\xbf"), 0, 0 },
		{ BYTES("\xe0\x9f\xbf"), 0, 0 },
		{ BYTES("\xf0\x8f\xbf\xbf"), 0, 0 },
		{ BYTES("\xc3("), 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint32_t code = 0;

		assert_int_equal(text_decode(cases[i].bytes, &code), cases[i].len);
		assert_int_equal(code, cases[i].code);
		assert_int_equal(text_is_utf8(cases[i].bytes), cases[i].len || !cases[i].bytes.len);
	}
	assert_true(text_is_utf8((struct slice)BYTES("long plain text and " CJK)));
	assert_false(text_is_utf8((struct slice)BYTES("long plain text and \xe4\xb8")));
}

static void knows_widths(void **state)
{
	static const struct {
		const char *safe;
		unsigned columns;
	} cases[] = {
		{ "", 0 }, { "node", 4 }, { "caf\xc3\xa9", 4 }, { CJK CJK, 4 }, { EMOJI, 2 }, { "e" ACUTE "x", 2 },
		{ "\xea\xb0\x80", 2 },                          /* Hangul syllable */
		{ "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8", 2 },  /* the same from three letters */
		{ "\xef\xbc\xa1", 2 }, { "\xef\xbd\xb1", 1 },   /* full-width A, half-width katakana */
		{ "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", 2 },      /* a flag: two regional indicators */
		{ ELLIPSIS, 1 }, { "\xff", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(text_width(cases[i].safe), cases[i].columns);
}

static void fits_whole_characters(void **state)
{
	static const struct {
		const char *safe;
		unsigned columns, used;
		size_t len;
	} cases[] = {
		{ "node", 10, 4, 4 }, { "node", 4, 4, 4 }, { "node", 3, 3, 3 }, { "node", 0, 0, 0 }, { "", 5, 0, 0 },
		{ "a" CJK "b", 2, 1, 1 }, { "a" CJK "b", 3, 3, 4 }, { "xe" ACUTE ACUTE "y", 2, 2, 6 },
		{ "xe" ACUTE "y", 1, 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned used = 99;

		assert_int_equal(text_fit(cases[i].safe, cases[i].columns, &used), cases[i].len);
		assert_int_equal(used, cases[i].used);
	}
	assert_int_equal(text_fit("node", 2, NULL), 2);
}

static void cuts_and_pads(void **state)
{
	static const struct {
		const char *safe;
		unsigned columns;
		bool right, ascii;
		const char *cut, *padded;
	} cases[] = {
		{ "node", 6, false, false, "node", "node  " },
		{ "node", 6, true, false, "node", "  node" },
		{ "node", 4, true, false, "node", "node" },
		{ "nodejs", 4, false, false, "nod" ELLIPSIS, "nod" ELLIPSIS },
		{ "nodejs", 4, true, true, "nod~", "nod~" },
		{ "nodejs", 1, false, true, "~", "~" },
		{ "nodejs", 0, false, true, "", "" },
		{ CJK CJK, 3, false, false, CJK ELLIPSIS, CJK ELLIPSIS },
		{ CJK CJK, 2, false, true, "~", "~ " },
		{ CJK, 1, false, true, "~", "~" },
		{ "", 2, true, true, "", "  " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = { 0 };

		text_truncate(&out, cases[i].safe, cases[i].columns, cases[i].ascii);
		assert_string_equal(buf_string(&out), cases[i].cut);
		buf_clear(&out);
		text_pad(&out, cases[i].safe, cases[i].columns, cases[i].right, cases[i].ascii);
		assert_string_equal(buf_string(&out), cases[i].padded);
		buf_done(&out);
	}
}

static void wraps_at_blanks(void **state)
{
	static const struct {
		const char *text;
		unsigned columns;
		size_t len;
	} cases[] = {
		{ "one two three", 20, 13 }, { "one two three", 8, 7 }, { "one two three", 7, 7 },
		{ "one two three", 6, 3 }, { "one two", 3, 3 },
		{ "abcdef", 4, 4 }, { "abcdef", 1, 1 }, { "", 5, 0 }, { "\xe4\xb8\xad\xe4\xb8\xad", 3, 3 },
		{ "\xe4\xb8\xad\xe4\xb8\xad", 1, 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(text_wrap(cases[i].text, cases[i].columns), cases[i].len);
}

static void writes_ascii(void **state)
{
	struct buf out = { 0 };

	(void)state;
	text_to_ascii(&out, "caf\xc3\xa9 " EMOJI "e" ACUTE "\\n");
	assert_string_equal(buf_string(&out), "caf\\u{e9} \\u{1f680}e\\u{301}\\n");
	buf_done(&out);
}

/* Random bytes, half of them drawn from what matters to the decoder. */
static struct slice random_bytes(char *bytes, size_t cap)
{
	static const char *const pieces[] = {
		"\x1b[2J", "\n", "\x7f", "\xc2\x85", "\xc2\xad", "\xe2\x80\xae", "\xe2\x80\x8b", "\xef\xbb\xbf",
		"\xf3\xa0\x80\xa0", "\xed\xa0\x80", "\xc0\x80", "\xe2\x80", "\xf0\x9f\x9a", CJK, EMOJI, ACUTE, "e",
		"plain text of some length", "\xe1\x85\xa1", "\xef\xb8\x8f", "\xd7\x90", "\xee\x80\x80",
	};
	size_t len = 0, wanted = (size_t)rand() % cap;

	while (len < wanted) {
		const char *piece = pieces[(size_t)rand() % (sizeof pieces / sizeof *pieces)];

		if (rand() % 2 && len + strlen(piece) <= cap) {
			memcpy(bytes + len, piece, strlen(piece));
			len += strlen(piece);
		} else {
			bytes[len++] = (char)rand();
		}
	}
	return (struct slice){ bytes, len };
}

/* Independent of the tables: ranges of what SAFETY asks for, written out by hand. */
static bool is_forbidden(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} forbidden[] = {
		{ 0, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x600, 0x605 }, { 0x61c, 0x61c }, { 0x6dd, 0x6dd },
		{ 0x70f, 0x70f }, { 0x180e, 0x180e }, { 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f },
		{ 0xd800, 0xf8ff }, { 0xfdd0, 0xfdef }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb },
		{ 0x1d173, 0x1d17a }, { 0xe0000, 0x10ffff },
	};

	if ((code & 0xfffe) == 0xfffe)
		return true;
	for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
		if (code >= forbidden[i].first && code <= forbidden[i].last)
			return true;
	return false;
}

static void assert_safe(const char *text)
{
	struct slice rest = slice_of(text);
	uint32_t code = 0;

	while (rest.len) {
		size_t size = text_decode(rest, &code);

		assert_int_not_equal(size, 0);
		assert_false(is_forbidden(code));
		rest = slice_from(rest, size);
	}
}

static void assert_pads_exactly(const char *safe, unsigned columns)
{
	struct buf out = { 0 };

	text_pad(&out, safe, columns, rand() % 2, rand() % 2);
	assert_int_equal(text_width(buf_string(&out)), columns);
	assert_safe(buf_string(&out));
	buf_clear(&out);
	text_truncate(&out, safe, columns, rand() % 2);
	assert_true(text_width(buf_string(&out)) <= columns);
	buf_done(&out);
}

static void random_bytes_become_safe(void **state)
{
	char bytes[200];

	(void)state;
	srand(20261121);
	for (int i = 0; i < 20000; i++) {
		struct arena arena = { 0 };
		struct buf ascii = { 0 };
		const char *safe = text_sanitize(&arena, random_bytes(bytes, sizeof bytes));

		assert_safe(safe);
		assert_string_equal(text_sanitize(&arena, slice_of(safe)), safe);
		assert_pads_exactly(safe, (unsigned)rand() % 100);
		text_to_ascii(&ascii, safe);
		assert_int_equal(text_width(buf_string(&ascii)), ascii.len);
		buf_done(&ascii);
		arena_done(&arena);
	}
}

/* Each code point alone and behind a letter; whatever stays must not be forbidden. */
static void every_code_point_is_safe_or_escaped(void **state)
{
	struct buf out = { 0 };
	char utf8[6] = "x";

	(void)state;
	for (uint32_t code = 0x80; code <= 0x10ffff; code++) {
		size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

		for (size_t i = len; i-- > 1;)
			utf8[1 + i] = (char)(0x80 | (code >> 6 * (len - 1 - i) & 0x3f));
		utf8[1] = (char)(0xf00 >> len | code >> 6 * (len - 1));
		buf_clear(&out);
		text_escape(&out, (struct slice){ utf8, 1 + len });
		if (is_forbidden(code))
			assert_int_equal(out.data[1], '\\');
		assert_true(text_width(buf_string(&out)) <= 13);
	}
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_what_is_not_safe),
		cmocka_unit_test(decodes_strictly),
		cmocka_unit_test(knows_widths),
		cmocka_unit_test(fits_whole_characters),
		cmocka_unit_test(cuts_and_pads),
		cmocka_unit_test(wraps_at_blanks),
		cmocka_unit_test(writes_ascii),
		cmocka_unit_test(random_bytes_become_safe),
		cmocka_unit_test(every_code_point_is_safe_or_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
