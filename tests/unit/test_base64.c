/* base/base64 against the vectors of RFC 4648 section 10, and as a pair: decode(encode(x)) is x. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/base64.h"

static const struct { const char *bytes, *text; } vectors[] = {
	{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
	{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" }, { "\xff\xfe\xfd", "//79" }, { "\xfb\xf0", "+/A=" },
};

static void agrees_with_the_rfc(void **state)
{
	struct buf out = { 0 };
	(void)state;

	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		buf_clear(&out);
		base64_encode(&out, slice_of(vectors[i].bytes));
		assert_string_equal(buf_string(&out), vectors[i].text);
		buf_clear(&out);
		assert_true(base64_decode(&out, slice_of(vectors[i].text)));
		assert_string_equal(buf_string(&out), vectors[i].bytes);
	}
	buf_done(&out);
}

static void refuses_what_it_would_not_write(void **state)
{
	static const char *const wrong[] = { "Zg", "Zg=", "Zg===", "Z===", "====", "Zh==", "Zm9=", "Zg==Zg==", "Zm9v\n",
					     "Zm 9", "_-A=", "Zm=v", "\xc3\xa4==" };
	struct buf out = { 0 };
	(void)state;

	buf_add_string(&out, "before");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_false(base64_decode(&out, slice_of(wrong[i])));
		assert_string_equal(buf_string(&out), "before");
	}
	buf_done(&out);
}

static void every_byte_comes_back(void **state)
{
	char bytes[259];
	struct buf text = { 0 }, back = { 0 };
	(void)state;

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 7);
	for (size_t len = 0; len <= sizeof bytes; len++) {
		buf_clear(&text);
		buf_clear(&back);
		base64_encode(&text, (struct slice){ bytes, len });
		assert_int_equal(text.len, (len + 2) / 3 * 4);
		assert_true(base64_decode(&back, buf_slice(&text)));
		assert_int_equal(back.len, len);
		if (len)
			assert_memory_equal(back.data, bytes, len);
	}
	buf_done(&text);
	buf_done(&back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_rfc),
		cmocka_unit_test(refuses_what_it_would_not_write),
		cmocka_unit_test(every_byte_comes_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
