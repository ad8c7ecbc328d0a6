/* base/map: against a plain array as the model, with keys that collide, vanish and come back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/map.h"

static void empty_map_answers(void **state)
{
	struct map m = { 0 };
	uint64_t key = 7, value = 7;
	size_t cursor = 0;

	(void)state;
	assert_false(map_get(&m, 0, &value));
	assert_false(map_has(&m, 0));
	assert_false(map_remove(&m, 0));
	assert_false(map_next(&m, &cursor, &key, &value));
	assert_int_equal(value, 7);
	map_clear(&m);
	map_done(&m);
}

static void every_key_is_allowed(void **state)
{
	static const uint64_t keys[] = { 0, 1, UINT32_MAX, UINT64_MAX, UINT64_MAX - 1, (uint64_t)1 << 63 };
	struct map m = { 0 };
	uint64_t value = 0;

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		map_put(&m, keys[i], ~keys[i]);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		assert_true(map_get(&m, keys[i], &value));
		assert_int_equal(value, ~keys[i]);
	}
	map_put(&m, 0, 5);
	assert_true(map_get(&m, 0, &value));
	assert_int_equal(value, 5);
	assert_int_equal(m.count, sizeof keys / sizeof *keys);
	map_done(&m);
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

enum { KEYS = 500 };

struct model {
	bool present[KEYS];
	uint64_t value[KEYS];
	size_t count;
};

static void assert_same(const struct map *m, const struct model *model)
{
	bool seen[KEYS] = { false };
	uint64_t key, value;
	size_t cursor = 0, count = 0;

	assert_int_equal(m->count, model->count);
	for (; map_next(m, &cursor, &key, &value); count++) {
		assert_true(key % 64 == 0 && key / 64 < KEYS);
		assert_false(seen[key / 64]);
		seen[key / 64] = true;
		assert_true(model->present[key / 64]);
		assert_int_equal(value, model->value[key / 64]);
	}
	assert_int_equal(count, model->count);
	for (size_t i = 0; i < KEYS; i++)
		assert_int_equal(map_has(m, i * 64), model->present[i]);
}

static void step(struct map *m, struct model *model, uint64_t random)
{
	size_t i = random / 4 % KEYS;
	bool present = model->present[i];

	if (random % 4 == 0) {
		assert_int_equal(map_remove(m, i * 64), present);
		model->present[i] = false;
		model->count -= present;
	} else {
		map_put(m, i * 64, random);
		model->present[i] = true;
		model->value[i] = random;
		model->count += !present;
	}
}

static void behaves_like_the_model(void **state)
{
	struct map m = { 0 };
	struct model model = { .count = 0 };
	uint64_t seed = 88172645463325252;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		step(&m, &model, next_random(&seed));
		if (i % 500 == 0)
			assert_same(&m, &model);
	}
	assert_same(&m, &model);
	map_clear(&m);
	assert_same(&m, &(struct model){ .count = 0 });
	map_done(&m);
}

static void churn_does_not_grow(void **state)
{
	struct map m = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 100000; i++) {
		map_put(&m, i, i);
		if (i >= 10)
			assert_true(map_remove(&m, i - 10));
	}
	assert_int_equal(m.count, 10);
	assert_true(m.cap <= 64);
	map_done(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_map_answers),
		cmocka_unit_test(every_key_is_allowed),
		cmocka_unit_test(behaves_like_the_model),
		cmocka_unit_test(churn_does_not_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
