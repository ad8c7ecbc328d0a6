/* platform/linux/project_parse: the files as their tools write them, cut, damaged, and meant to harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "platform/linux/project_parse.h"

#define SHA1 "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
#define SHA256 SHA1 "1a2b3c4d5e6f708192a3b4c5"

static void reads_head(void **state)
{
	static const struct {
		const char *bytes, *branch;      /* NULL = none */
		bool is_detached;
	} cases[] = {
		{ "ref: refs/heads/main\n", "main", false },
		{ "ref: refs/heads/fix/a-b\n", "fix/a-b", false },
		{ "ref:refs/heads/main", "main", false },
		{ "ref: refs/remotes/origin/main\n", "refs/remotes/origin/main", false },
		{ SHA1 "\n", "1a2b3c4", true },
		{ SHA256 "\n", "1a2b3c4", true },
		{ "ref: refs/heads/\033[2J\n", "\033[2J", false },
		{ "ref: refs/heads/.invalid\n", NULL, false },
		{ "ref: refs/heads/\n", NULL, false },
		{ "ref:", NULL, false },
		{ "1a2b3c4\n", NULL, false },
		{ "root:x:0:0:root:/root:/bin/sh\n", NULL, false },
		{ "", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct slice branch = slice_of("untouched");
		bool is_detached = false;

		assert_int_equal(project_parse_head(slice_of(cases[i].bytes), &branch, &is_detached),
				 cases[i].branch != NULL);
		assert_true(slice_is(branch, cases[i].branch ? cases[i].branch : "untouched"));
		assert_int_equal(is_detached, cases[i].is_detached);
	}
}

static void reads_where_git_is(void **state)
{
	static const struct {
		const char *bytes, *path, *worktree, *repository;        /* NULL = none */
	} cases[] = {
		{ "gitdir: /home/a/shop/.git/worktrees/fix\n", "/home/a/shop/.git/worktrees/fix", "fix",
		  "shop" },
		{ "gitdir: /srv/shop.git/worktrees/fix", "/srv/shop.git/worktrees/fix", "fix", "shop.git" },
		{ "gitdir: ../.git/worktrees/fix/\n", "../.git/worktrees/fix/", "fix", "" },
		{ "gitdir: ../shop/.git/worktrees/fix\n", "../shop/.git/worktrees/fix", "fix", "shop" },
		{ "gitdir: ../.git/modules/lib\n", "../.git/modules/lib", NULL, NULL },
		{ "gitdir: worktrees/fix\n", "worktrees/fix", NULL, NULL },
		{ "gitdir: \n", NULL, NULL, NULL },
		{ "gitdir", NULL, NULL, NULL },
		{ "", NULL, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct slice path = { 0 }, worktree = { 0 }, repository = { 0 };
		bool is_path = project_parse_gitdir(slice_of(cases[i].bytes), &path);

		assert_int_equal(is_path, cases[i].path != NULL);
		assert_true(slice_is(path, cases[i].path ? cases[i].path : ""));
		assert_int_equal(project_parse_worktree(path, &worktree, &repository),
				 cases[i].worktree != NULL);
		assert_true(slice_is(worktree, cases[i].worktree ? cases[i].worktree : ""));
		assert_true(slice_is(repository, cases[i].repository ? cases[i].repository : ""));
	}
}

static const struct {
	enum project_manifest manifest;
	const char *bytes, *name;                /* NULL = none */
} manifests[] = {
	{ MANIFEST_JSON, "{ \"name\": \"shop\" }", "shop" },
	{ MANIFEST_JSON, "\xef\xbb\xbf{\n\t\"private\": true,\n\t\"name\" :\n \"@acme/shop\"", "@acme/shop" },
	{ MANIFEST_JSON, "{\"author\":{\"name\":\"alice\"},\"x\":[1,{\"name\":\"no\"}],\"name\":\"shop\"}",
	  "shop" },
	{ MANIFEST_JSON, "{\"title\":\"name\",\"name\":\"shop\"}", "shop" },
	{ MANIFEST_JSON, "{\"a\":\"\\\",\\\"name\\\":\\\"no\",\"name\":\"shop\"}", "shop" },
	{ MANIFEST_JSON, "// { \"name\": \"no\" }\n{ /* \"name\": \"no\" */ \"name\": \"shop\" }", "shop" },
	{ MANIFEST_JSON, "{\"keywords\":[\"name\",\"b\"],\"version\":\"1\"}", NULL },
	{ MANIFEST_JSON, "{\"name\":\"a\\u001bb\"}", NULL },
	{ MANIFEST_JSON, "{\"name\":\"a\nb\"}", NULL },
	{ MANIFEST_JSON, "{\"name\":{\"x\":\"no\"}}", NULL },
	{ MANIFEST_JSON, "{\"name\":\"\"}", NULL },
	{ MANIFEST_JSON, "{\"name\":\"cut", NULL },
	{ MANIFEST_JSON, "[{\"name\":\"no\"}]", NULL },
	{ MANIFEST_JSON, "{}{\"name\":\"no\"}", NULL },
	{ MANIFEST_JSON, "{\"a\\", NULL },
	{ MANIFEST_JSON, "/*", NULL },
	{ MANIFEST_JSON, "", NULL },
	{ MANIFEST_TOML, "[package]\nname = \"shop\"\nversion = \"1\"\n", "shop" },
	{ MANIFEST_TOML, "[build-system]\nname = \"no\"\n\n[project]\nname='shop' # ours\n", "shop" },
	{ MANIFEST_TOML, "[tool.poetry]\nname = \"shop\"", "shop" },
	{ MANIFEST_TOML, "name = \"no\"\n[[bin]]\nname = \"no\"\n", NULL },
	{ MANIFEST_TOML, "[package]\nname.workspace = true\n", NULL },
	{ MANIFEST_TOML, "[package]\nname = \"cut", NULL },
	{ MANIFEST_TOML, "[package]\nname = \"a\\nb\"", NULL },
	{ MANIFEST_TOML, "[package]\nname =", NULL },
	{ MANIFEST_GO, "// shop\n\nmodule example.org/acme/shop\n\ngo 1.22\n", "shop" },
	{ MANIFEST_GO, "module \"example.org/shop/v2\"\n", "shop" },
	{ MANIFEST_GO, "module shop", "shop" },
	{ MANIFEST_GO, "module v2", "v2" },
	{ MANIFEST_GO, "module", NULL },
	{ MANIFEST_GO, "module a/\n", NULL },
	{ MANIFEST_GO, "modules x\n", NULL },
	{ MANIFEST_NONE, "{\"name\":\"no\"}", NULL },
};

static void reads_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof manifests / sizeof *manifests; i++) {
		struct slice name = slice_of("untouched");
		bool is_name = project_parse_name(manifests[i].manifest, slice_of(manifests[i].bytes), &name);

		print_message("%s\n", manifests[i].bytes);
		assert_int_equal(is_name, manifests[i].name != NULL);
		assert_true(slice_is(name, is_name ? manifests[i].name : "untouched"));
	}
}

/* A file is read up to a limit: any beginning may be all there is. */
static void takes_any_beginning(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof manifests / sizeof *manifests; i++) {
		for (size_t len = 0; len <= strlen(manifests[i].bytes); len++) {
			struct slice bytes = { manifests[i].bytes, len }, name = { 0 };

			if (project_parse_name(manifests[i].manifest, bytes, &name))
				assert_true(name.len && name.ptr >= bytes.ptr &&
					    name.ptr + name.len <= bytes.ptr + bytes.len);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_head),
		cmocka_unit_test(reads_where_git_is),
		cmocka_unit_test(reads_names),
		cmocka_unit_test(takes_any_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
