/* base/buf: everything that is added ends up there, with a NUL behind it. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/buf.h"

static void empty_is_a_string(void **state)
{
	struct buf b = { 0 };

	(void)state;
	assert_string_equal(buf_string(&b), "");
	assert_int_equal(buf_slice(&b).len, 0);
	buf_clear(&b);
	buf_add(&b, NULL, 0);
	assert_string_equal(buf_string(&b), "");
	buf_done(&b);
	buf_done(&b);
}

static void adds_in_order(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_add_string(&b, "tcp");
	buf_add_char(&b, ' ');
	buf_add_slice(&b, (struct slice){ "127.0.0.1xx", 9 });
	buf_add(&b, ":", 1);
	buf_add_number(&b, 62893);
	buf_add_repeat(&b, '.', 3);
	buf_add_repeat(&b, '!', 0);
	buf_printf(&b, "%s %d%%", "x", -5);
	assert_string_equal(buf_string(&b), "tcp 127.0.0.1:62893...x -5%");
	assert_int_equal(b.len, strlen(b.data));
	buf_clear(&b);
	assert_string_equal(buf_string(&b), "");
	buf_add_slice(&b, (struct slice){ "a\0b", 3 });
	assert_int_equal(b.len, 3);
	assert_memory_equal(buf_slice(&b).ptr, "a\0b\0", 4);
	buf_done(&b);
}

static void numbers_are_as_printf_writes_them(void **state)
{
	static const uint64_t numbers[] = { 0, 1, 9, 10, 99, 100, 65535, UINT32_MAX, UINT64_MAX - 1, UINT64_MAX };
	char expected[32];

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		struct buf b = { 0 };

		buf_add_number(&b, numbers[i]);
		snprintf(expected, sizeof expected, "%" PRIu64, numbers[i]);
		assert_string_equal(buf_string(&b), expected);
		buf_done(&b);
	}
}

static void grows_byte_by_byte(void **state)
{
	struct buf b = { 0 };

	(void)state;
	for (size_t i = 0; i < 5000; i++) {
		buf_printf(&b, "%c", (char)('a' + i % 26));
		assert_int_equal(b.len, i + 1);
		assert_int_equal(b.data[b.len], '\0');
	}
	for (size_t i = 0; i < 5000; i++)
		assert_int_equal(b.data[i], 'a' + i % 26);
	buf_done(&b);
}

static void prints_long_texts(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_printf(&b, "%05000d|%s", 7, "end");
	assert_int_equal(b.len, 5004);
	assert_string_equal(buf_string(&b) + 4999, "7|end");
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_is_a_string),
		cmocka_unit_test(adds_in_order),
		cmocka_unit_test(numbers_are_as_printf_writes_them),
		cmocka_unit_test(grows_byte_by_byte),
		cmocka_unit_test(prints_long_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
