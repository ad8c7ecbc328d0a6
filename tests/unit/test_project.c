/* model/project: the table of files, and the one line that a project is told by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "model/project.h"

#define TEXT(literal) { literal, sizeof(literal) - 1 }

static const struct {
	struct project_fact project;
	const char *label;
} cases[] = {
	{ { .root = TEXT("/home/a/shop") }, "shop" },
	{ { .root = TEXT("/home/a/shop"), .name = TEXT("@acme/shop") }, "@acme/shop" },
	{ { .root = TEXT("/home/a/shop"), .git_root = TEXT("/home/a/shop"), .name = TEXT("vite-project"),
	    .branch = TEXT("main") }, "shop (main)" },
	{ { .root = TEXT("/home/a/shop/packages/web"), .git_root = TEXT("/home/a/shop"),
	  .branch = TEXT("fix/x") },
	  "shop/web (fix/x)" },
	{ { .root = TEXT("/home/a/shop"), .git_root = TEXT("/home/a/shop"), .branch = TEXT("1a2b3c4"),
	    .is_detached = true }, "shop (1a2b3c4, detached)" },
	{ { .root = TEXT("/home/a/shop-2"), .git_root = TEXT("/home/a/shop-2"), .branch = TEXT("agent-2"),
	    .repository = TEXT("shop"), .worktree = TEXT("shop-2") }, "shop (agent-2)" },
	{ { .root = TEXT("/home/a/shop-2"), .git_root = TEXT("/home/a/shop-2"), .branch = TEXT("1a2b3c4"),
	    .repository = TEXT("shop"), .worktree = TEXT("review"), .is_detached = true },
	  "shop (review, detached)" },
	{ { .root = TEXT("/home/a/shop"), .git_root = TEXT("/home/a/shop") }, "shop" },
	{ { .root = TEXT("/tmp/$(reboot)\033[2J\n\"x"), .git_root = TEXT("/tmp/$(reboot)\033[2J\n\"x"),
	    .branch = TEXT("\xe2\x80\xae" "niam") }, "$(reboot)\\x1b[2J\\x0a\"x (\\u{202e}niam)" },
};

static void tells_a_project_in_one_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf label = { 0 };

		project_add_label(&label, &cases[i].project);
		assert_string_equal(buf_string(&label), cases[i].label);
		buf_done(&label);
	}
}

static void every_file_has_its_line(void **state)
{
	uint32_t seen = 0;

	(void)state;
	assert_string_equal(project_files()[0].name, ".git");
	assert_true(PROJECT_FILE_COUNT <= 32);
	for (const struct project_file_name *f = project_files(); f->name; f++) {
		assert_true(f->file < PROJECT_FILE_COUNT);
		assert_true(f->is_root || !f->manifest);
		seen |= 1u << f->file;
	}
	assert_int_equal(seen, (1u << PROJECT_FILE_COUNT) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_a_project_in_one_line),
		cmocka_unit_test(every_file_has_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
