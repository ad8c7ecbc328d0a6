/* base/path: cutting paths, with the odd ones among them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/path.h"

static void cuts_at_the_last_slash(void **state)
{
	static const struct {
		const char *path, *parent, *last;
	} cases[] = {
		{ "/usr/bin/node", "/usr/bin", "node" }, { "/node", "", "node" }, { "node", "", "node" },
		{ "a/", "a", "" }, { "/", "", "" }, { "", "", "" }, { "a//b", "a/", "b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct slice path = slice_of(cases[i].path);

		assert_true(slice_is(path_last(path), cases[i].last));
		assert_true(slice_is(path_parent(path), cases[i].parent));
	}
	assert_int_equal(path_last((struct slice){ 0 }).len, 0);
	assert_int_equal(path_parent((struct slice){ 0 }).len, 0);
}

static void takes_the_kernels_mark_away(void **state)
{
	(void)state;
	assert_true(slice_is(path_without_deleted(slice_of("/tmp/a (deleted)")), "/tmp/a"));
	assert_true(slice_is(path_without_deleted(slice_of("/tmp/a(deleted)")), "/tmp/a(deleted)"));
	assert_true(slice_is(path_without_deleted(slice_of("/tmp/a (deleted) (deleted)")),
	  "/tmp/a (deleted)"));
	assert_true(slice_is(path_without_deleted(slice_of("")), ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_at_the_last_slash),
		cmocka_unit_test(takes_the_kernels_mark_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
