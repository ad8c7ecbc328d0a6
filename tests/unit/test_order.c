/* model/order: sorted as qsort would, equal keys as they came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "model/order.h"

enum { MOST = 5000 };

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Keys of `mask` bits; the index counts up, so that it shows the order in which equal keys came. */
static void check_sorted(size_t count, uint64_t mask, uint64_t seed)
{
	struct order o;
	uint64_t sum = 0, index_sum = 0;

	order_init(&o, count);
	for (size_t i = 0; i < count; i++) {
		uint64_t key = next_random(&seed) & mask;

		order_add(&o, key, (uint32_t)i, (uint32_t)key);
		sum += key;
	}
	order_sort(&o);
	assert_int_equal(o.count, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(o.items[i].tag, (uint32_t)o.items[i].key);
		sum -= o.items[i].key;
		index_sum += o.items[i].index;
		if (!i)
			continue;
		assert_true(o.items[i - 1].key <= o.items[i].key);
		if (o.items[i - 1].key == o.items[i].key)
			assert_true(o.items[i - 1].index < o.items[i].index);
	}
	assert_true(sum == 0);
	assert_true(index_sum == (uint64_t)count * (count ? count - 1 : 0) / 2);
	order_done(&o);
}

static void any_keys_in_any_number(void **state)
{
	static const size_t counts[] = { 0, 1, 2, 3, 23, 24, 25, 26, 100, 255, 256, 257, MOST };
	static const uint64_t masks[] = {
		0, 1, 0xff, 0xffff, 0xff00, UINT64_C(0xff) << 56, UINT64_C(1) << 63 | 1, UINT64_MAX,
	};

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		for (size_t j = 0; j < sizeof masks / sizeof *masks; j++)
			check_sorted(counts[i], masks[j], 88172645463325252 + i);
}

/* First by the less important number, then by the other. */
static void two_numbers(void **state)
{
	struct order o;
	uint64_t seed = 42;

	(void)state;
	order_init(&o, MOST);
	for (uint32_t i = 0; i < MOST; i++)
		order_add(&o, next_random(&seed) % 10, i, (uint32_t)(next_random(&seed) % 10));
	order_sort(&o);
	for (size_t i = 0; i < MOST; i++) {
		uint64_t minor = o.items[i].key;

		o.items[i].key = o.items[i].tag;
		o.items[i].tag = (uint32_t)minor;
	}
	order_sort(&o);
	for (size_t i = 1; i < MOST; i++) {
		const struct order_item *before = &o.items[i - 1], *item = &o.items[i];

		assert_true(before->key * 10 + before->tag <= item->key * 10 + item->tag);
	}
	order_done(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_keys_in_any_number),
		cmocka_unit_test(two_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
