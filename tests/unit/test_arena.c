/* base/arena: what it hands out is zeroed, aligned, apart from everything else, and stays in place. */
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/arena.h"

static bool is_zeroed(const unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i])
			return false;
	return true;
}

/* Each piece is filled with its own byte; if two overlapped or one moved, a byte would differ. */
static void pieces_do_not_overlap(struct arena *a)
{
	enum { PIECES = 500 };
	unsigned char *pieces[PIECES];

	for (size_t i = 0; i < PIECES; i++) {
		size_t size = i * i % 4099;

		pieces[i] = arena_alloc(a, size);
		assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
		assert_true(is_zeroed(pieces[i], size));
		memset(pieces[i], (int)(i % 255 + 1), size);
	}
	for (size_t i = 0; i < PIECES; i++)
		for (size_t k = 0; k < i * i % 4099; k++)
			assert_int_equal(pieces[i][k], i % 255 + 1);
}

static void hands_out_and_starts_again(void **state)
{
	struct arena a = { 0 };

	(void)state;
	pieces_do_not_overlap(&a);
	arena_reset(&a);
	pieces_do_not_overlap(&a);
	arena_done(&a);
	assert_null(a.block);
	pieces_do_not_overlap(&a);
	arena_done(&a);
}

static void reset_keeps_the_largest_block(void **state)
{
	struct arena a = { 0 };
	const void *largest;

	(void)state;
	arena_reset(&a);
	assert_null(a.block);
	arena_alloc(&a, 1000000);
	arena_alloc(&a, 3000000);
	arena_alloc(&a, 7000000);
	largest = a.block;
	arena_alloc(&a, 3000000);
	arena_reset(&a);
	assert_ptr_equal(a.block, largest);
	arena_alloc(&a, 7000000);
	assert_ptr_equal(a.block, largest);
	arena_done(&a);
}

static void copies_end_with_a_nul(void **state)
{
	struct arena a = { 0 };
	struct slice copy = arena_slice(&a, (struct slice){ "x\0y", 3 });

	(void)state;
	assert_int_equal(copy.len, 3);
	assert_memory_equal(copy.ptr, "x\0y\0", 4);
	assert_string_equal(arena_string(&a, (struct slice){ "node", 3 }), "nod");
	assert_string_equal(arena_string(&a, (struct slice){ NULL, 0 }), "");
	assert_memory_equal(arena_copy(&a, "abc", 3), "abc", 3);
	assert_non_null(arena_copy(&a, NULL, 0));
	copy = arena_slice(&a, (struct slice){ "", 0 });
	assert_null(copy.ptr);
	assert_int_equal(copy.len, 0);
	arena_done(&a);
}

/* Texts lie side by side, whatever is taken in between stays aligned, and a text may end with its block. */
static void texts_take_no_more_than_they_need(void **state)
{
	struct arena a = { 0 };
	const char *first, *second;
	const void *block;

	(void)state;
	first = arena_string(&a, (struct slice){ "node", 4 });
	second = arena_string(&a, (struct slice){ "nginx", 5 });
	assert_ptr_equal(second, first + 5);
	assert_int_equal((uintptr_t)arena_alloc(&a, 8) % alignof(max_align_t), 0);
	assert_string_equal(first, "node");
	assert_string_equal(second, "nginx");
	block = a.block;
	for (size_t i = 0; i < 10000 && a.block == block; i++)
		assert_string_equal(arena_string(&a, (struct slice){ "x", 1 }), "x");
	assert_ptr_not_equal(a.block, block);
	assert_int_equal((uintptr_t)arena_copy(&a, "abc", 3) % alignof(max_align_t), 0);
	assert_true(is_zeroed(arena_alloc(&a, 5000), 5000));
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hands_out_and_starts_again),
		cmocka_unit_test(reset_keeps_the_largest_block),
		cmocka_unit_test(copies_end_with_a_nul),
		cmocka_unit_test(texts_take_no_more_than_they_need),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
