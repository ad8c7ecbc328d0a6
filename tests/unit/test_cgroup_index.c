/* platform/linux/cgroup_index: the tree of this machine, and where cgroups may be made, some of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "platform/linux/cgroup_index.h"
#include "platform/linux/mounts.h"

#define SECOND_US ((int64_t)1000000)

enum { PATH_BYTES = 4096, DEPTH = 40 };

static char root[CGROUP_INDEX_ROOT], own[64];
static struct cgroup_index shared;
static int seen, made_count;

static int compare(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	struct slice found;

	(void)ftw;
	if (kind != FTW_D)
		return 0;
	found = cgroup_index_path(&shared, st->st_ino, SECOND_US);
	if (!found.len)
		return 0;                        /* made since */
	assert_true(slice_is(found, path[strlen(root)] ? path + strlen(root) : "/"));
	seen++;
	return 0;
}

static void knows_every_directory(void **state)
{
	(void)state;
	if (!*root)
		skip();
	assert_int_equal(nftw(root, compare, 16, FTW_PHYS), 0);
	assert_true(seen > 0);
	cgroup_index_done(&shared);
}

static uint64_t id_of(const char *name)
{
	char path[PATH_BYTES];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s/%s", root, own, name);
	return stat(path, &st) ? 0 : st.st_ino;
}

static bool make(const char *name)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof path, "%s/%s/%s", root, own, name);
	made_count++;
	return *root && mkdir(path, 0755) == 0;
}

static int remove_folder(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	return kind == FTW_DP ? rmdir(path) : 0;
}

static void remove_made(const char *name)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof path, "%s/%s/%s", root, own, name);
	nftw(path, remove_folder, 16, FTW_DEPTH | FTW_PHYS);
}

static void assert_path(struct cgroup_index *c, uint64_t id, int64_t now_us, const char *name)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof path, "/%s%s%s", own, *name ? "/" : "", name);
	assert_true(slice_is(cgroup_index_path(c, id, now_us), path));
}

static void finds_what_was_made_since(void **state)
{
	static const char *const names[] = { "nginx.service", "a b", "$(reboot)'\"", "\033[2J\xff", "..." };
	struct cgroup_index c = { 0 };
	int64_t now_us = SECOND_US;

	(void)state;
	if (!make(""))
		skip();
	assert_path(&c, id_of(""), now_us, "");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_true(make(names[i]));
		now_us += 100 * SECOND_US;
		assert_path(&c, id_of(names[i]), now_us, names[i]);
	}
	cgroup_index_done(&c);
}

static void goes_deep(void **state)
{
	struct cgroup_index c = { 0 };
	char name[PATH_BYTES] = "d";

	(void)state;
	if (!make(name))
		skip();
	for (int i = 1; i < DEPTH; i++) {
		strcat(name, "/d");
		assert_true(make(name));
	}
	assert_path(&c, id_of(name), SECOND_US, name);
	cgroup_index_done(&c);
	remove_made("d");
}

static void tells_the_name_of_what_is_gone(void **state)
{
	struct cgroup_index c = { 0 };
	uint64_t id;

	(void)state;
	if (!make("gone"))
		skip();
	id = id_of("gone");
	assert_path(&c, id, SECOND_US, "gone");
	remove_made("gone");
	assert_path(&c, id, 2 * SECOND_US, "gone");
	assert_int_equal(cgroup_index_processes(&c, id, 2 * SECOND_US, &(int32_t){ 0 }, 1), 0);
	cgroup_index_done(&c);
}

/* The tree is dear: an id that is not in it is looked for once a minute, and any id only when it is time. */
static void reads_the_tree_seldom(void **state)
{
	enum { NOBODY = 1 << 30 };
	struct cgroup_index c = { 0 };
	int64_t now_us = SECOND_US, looked_us;

	(void)state;
	if (!*root)
		skip();
	assert_int_equal(cgroup_index_path(&c, 0, now_us).len, 0);
	assert_int_equal(c.pace.looked_us, 0);
	assert_int_equal(cgroup_index_path(&c, NOBODY, now_us).len, 0);
	looked_us = c.pace.looked_us;
	assert_true(looked_us >= now_us);
	assert_int_equal(cgroup_index_path(&c, NOBODY + 1, looked_us).len, 0);
	assert_int_equal(c.pace.looked_us, looked_us);
	assert_int_equal(cgroup_index_path(&c, NOBODY, now_us + 59 * SECOND_US).len, 0);
	assert_int_equal(c.pace.looked_us, looked_us);
	assert_int_equal(cgroup_index_path(&c, NOBODY, now_us + 61 * SECOND_US).len, 0);
	assert_true(c.pace.looked_us > looked_us);
	cgroup_index_done(&c);
}

static bool join(const char *name, pid_t pid)
{
	char path[PATH_BYTES];
	FILE *file;
	bool is_good;

	snprintf(path, sizeof path, "%s/%s/%s/cgroup.procs", root, own, name);
	file = fopen(path, "w");
	if (!file)
		return false;
	is_good = fprintf(file, "%d\n", (int)pid) > 0;
	return fclose(file) == 0 && is_good;
}

static void lists_processes(void **state)
{
	struct cgroup_index c = { 0 };
	int32_t pids[4] = { 0 };
	pid_t children[3];

	(void)state;
	if (!make("crowd"))
		skip();
	for (int i = 0; i < 3; i++) {
		children[i] = fork();
		if (!children[i]) {
			pause();
			_exit(0);
		}
		assert_true(join("crowd", children[i]));
	}
	assert_int_equal(cgroup_index_processes(&c, id_of("crowd"), SECOND_US, pids, 4), 3);
	for (int i = 0; i < 3; i++)
		assert_true(pids[0] == children[i] || pids[1] == children[i] || pids[2] == children[i]);
	assert_int_equal(cgroup_index_processes(&c, id_of("crowd"), SECOND_US, pids, 2), 2);
	for (int i = 0; i < 3; i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], NULL, 0);
	}
	assert_int_equal(cgroup_index_processes(&c, id_of("crowd"), SECOND_US, pids, 4), 0);
	cgroup_index_done(&c);
}

static int find_root(void **state)
{
	(void)state;
	if (!mounts_find_cgroup2(root, sizeof root))
		*root = 0;
	snprintf(own, sizeof own, "lotop-test-%d.slice", (int)getpid());
	return 0;
}

static int remove_own(void **state)
{
	(void)state;
	if (made_count)
		remove_made("");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_every_directory),
		cmocka_unit_test(reads_the_tree_seldom),
		cmocka_unit_test(finds_what_was_made_since),
		cmocka_unit_test(goes_deep),
		cmocka_unit_test(tells_the_name_of_what_is_gone),
		cmocka_unit_test(lists_processes),
	};

	return cmocka_run_group_tests(tests, find_root, remove_own);
}
