/* base/array: growth keeps the items, and the capacity says the truth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/array.h"

static void pushes_keep_all_items(void **state)
{
	struct pair { uint64_t number; char letter; } *items = NULL;
	size_t count = 0, cap = 0, moves = 0;

	(void)state;
	for (uint64_t i = 0; i < 10000; i++) {
		size_t old_cap = cap;

		ARRAY_PUSH(items, count, cap) = (struct pair){ i * i, (char)('a' + i % 26) };
		moves += cap != old_cap;
		assert_true(count <= cap);
	}
	assert_int_equal(count, 10000);
	assert_true(moves <= 12);
	for (uint64_t i = 0; i < count; i++) {
		assert_int_equal(items[i].number, i * i);
		assert_int_equal(items[i].letter, 'a' + i % 26);
	}
	free(items);
}

static void reserve_gives_all_at_once(void **state)
{
	size_t cap = 0;
	int *items = array_reserve(NULL, &cap, 1000, sizeof *items);
	int *same;

	(void)state;
	assert_true(cap >= 1000);
	memset(items, 0x5a, cap * sizeof *items);
	same = array_reserve(items, &cap, cap, sizeof *items);
	assert_ptr_equal(same, items);
	free(items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pushes_keep_all_items),
		cmocka_unit_test(reserve_gives_all_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
