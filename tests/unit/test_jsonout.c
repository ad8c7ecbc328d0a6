/* cli/jsonout, with jansson as the judge: what is written is what a strict reader reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

#include "cli/jsonout.h"

static void commas_stand_where_they_belong(void **state)
{
	struct buf out = { 0 };
	(void)state;

	jsonout_open(&out, '{');
	jsonout_key(&out, "empty");
	jsonout_open(&out, '[');
	jsonout_close(&out, ']');
	jsonout_key(&out, "text");
	jsonout_text(&out, slice_of("[{:"));
	jsonout_key(&out, "list");
	jsonout_open(&out, '[');
	for (int64_t i = -1; i < 2; i++) {
		jsonout_line(&out);
		jsonout_number(&out, i);
	}
	jsonout_null(&out);
	jsonout_bool(&out, true);
	jsonout_open(&out, '{');
	jsonout_close(&out, '}');
	jsonout_text(&out, slice_of(""));
	jsonout_close(&out, ']');
	jsonout_key(&out, "last");
	jsonout_bool(&out, false);
	jsonout_close(&out, '}');
	assert_string_equal(buf_string(&out),
			    "{\"empty\":[],\"text\":\"[{:\",\"list\":[\n-1,\n0,\n1,null,true,{},\"\"],\"last\":false}");
	buf_done(&out);
}

static void numbers_of_every_size(void **state)
{
	static const struct { int64_t number; const char *text; } cases[] = {
		{ 0, "0" }, { -1, "-1" }, { INT64_MAX, "9223372036854775807" }, { INT64_MIN, "-9223372036854775808" },
	};
	struct buf out = { 0 };
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&out);
		jsonout_number(&out, cases[i].number);
		assert_string_equal(buf_string(&out), cases[i].text);
	}
	buf_done(&out);
}

/* What jansson reads back from the text, compared with `expected`. */
static void assert_read_back(struct slice raw, struct slice expected)
{
	struct buf out = { 0 };
	json_t *json;

	jsonout_text(&out, raw);
	for (size_t i = 0; i < out.len; i++)
		assert_true(out.data[i] >= ' ' && out.data[i] <= '~');
	json = json_loadb(out.data, out.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	assert_non_null(json);
	assert_int_equal(json_string_length(json), expected.len);
	assert_memory_equal(json_string_value(json), expected.ptr, expected.len);
	json_decref(json);
	buf_done(&out);
}

static void every_character_comes_back(void **state)
{
	(void)state;
	for (uint32_t code = 0; code <= 0x10ffff; code += code < 0x3000 ? 1 : 61) {
		char bytes[4];
		size_t len = 0;

		if (code < 0x80) {
			bytes[len++] = (char)code;
		} else if (code < 0x800) {
			bytes[len++] = (char)(0xc0 | code >> 6);
			bytes[len++] = (char)(0x80 | (code & 63));
		} else if (code < 0x10000) {
			bytes[len++] = (char)(0xe0 | code >> 12);
			bytes[len++] = (char)(0x80 | (code >> 6 & 63));
			bytes[len++] = (char)(0x80 | (code & 63));
		} else {
			bytes[len++] = (char)(0xf0 | code >> 18);
			bytes[len++] = (char)(0x80 | (code >> 12 & 63));
			bytes[len++] = (char)(0x80 | (code >> 6 & 63));
			bytes[len++] = (char)(0x80 | (code & 63));
		}
		if (code < 0xd800 || code > 0xdfff)
			assert_read_back((struct slice){ bytes, len }, (struct slice){ bytes, len });
	}
}

static void wrong_bytes_are_replaced_one_by_one(void **state)
{
	static const struct { const char *raw, *read; } cases[] = {
		{ "\xff", "\xef\xbf\xbd" }, { "a\x80z", "a\xef\xbf\xbdz" }, { "\xc3", "\xef\xbf\xbd" },
		{ "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" }, { "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xc3\xa4\xff\xc3\xb6", "\xc3\xa4\xef\xbf\xbd\xc3\xb6" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_read_back(slice_of(cases[i].raw), slice_of(cases[i].read));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas_stand_where_they_belong),
		cmocka_unit_test(numbers_of_every_size),
		cmocka_unit_test(every_character_comes_back),
		cmocka_unit_test(wrong_bytes_are_replaced_one_by_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
