/* Who owns a socket, on real ones: workers and what leaked by their roles; an owner that cannot be seen by
 * the cgroup that its socket was made in; projects, also hostile ones. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include "run.h"
#include "scene.h"

enum { PATH_BYTES = 256 };

static const char *const families[] = { "inherited", "prefork", "in_flight", NULL };
static const char *const one[] = { "listen_v4", NULL };

static char project[PATH_BYTES];             /* where an own server stands, for the child that becomes it */
static char unit[PATH_BYTES];                /* the cgroup's directory; "" = none could be made */

struct world {
	bool is_ready;
	char cgroup_reason[80];
	char directory[64];
	struct scene of_root, in_unit, in_project, in_traps;
};

static void enter_unit(void)
{
	char path[PATH_BYTES + 16];
	int fd;

	snprintf(path, sizeof path, "%s/cgroup.procs", unit);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		_exit(126);
	close(fd);
}

static void enter_project(void)
{
	if (chdir(project))
		_exit(126);
}

/* In a cgroup2 every directory is born with its files. */
static bool make_unit(struct world *w)
{
	static const char *const mounts[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };
	char file[PATH_BYTES + 16];

	for (size_t i = 0; i < 2; i++) {
		snprintf(unit, sizeof unit, "%s/lotop-test.service", mounts[i]);
		snprintf(file, sizeof file, "%s/cgroup.procs", unit);
		if (mkdir(unit, 0755))
			continue;
		if (!access(file, W_OK))
			return true;
		rmdir(unit);
	}
	*unit = '\0';
	snprintf(w->cgroup_reason, sizeof w->cgroup_reason, "no cgroup2 directory can be made here");
	return false;
}

static void write_file(const char *directory, const char *name, const char *text)
{
	char path[2 * PATH_BYTES];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	file = fopen(path, "w");
	if (file) {
		fputs(text, file);
		fclose(file);
	}
}

static void make_directory(char *out, const struct world *w, const char *name)
{
	snprintf(out, PATH_BYTES, "%s/%s", w->directory, name);
	mkdir(out, 0755);
}

static void make_project(struct world *w)
{
	char git[PATH_BYTES];

	make_directory(project, w, "shop");
	make_directory(git, w, "shop/.git");
	write_file(git, "HEAD", "ref: refs/heads/main\n");
	write_file(project, "package.json", "{\"name\":\"@acme/shop\",\"dependencies\":{\"next\":\"1\"}}");
	scene_add(&w->in_project, one, 24000, enter_project);
}

/* A name for a shell and a terminal, a .git that never answers, a manifest of 1 GiB, a loop of links. */
static void make_traps(struct world *w)
{
	char path[2 * PATH_BYTES];

	make_directory(project, w, "$(touch pwned)'\"\n\033[2J");
	snprintf(path, sizeof path, "%s/.git", project);
	if (mkfifo(path, 0600))
		return;
	snprintf(path, sizeof path, "%s/package.json", project);
	write_file(project, "package.json", "{\"name\":\"\\u001b[2J\",");
	if (truncate(path, (off_t)1 << 30))
		return;
	snprintf(path, sizeof path, "%s/Cargo.toml", project);
	if (symlink("Cargo.toml", path))
		return;
	snprintf(path, sizeof path, "%s/pyproject.toml", project);
	if (symlink("/dev/zero", path))
		return;
	snprintf(path, sizeof path, "%s/go.mod", project);
	if (mkfifo(path, 0600))
		return;
	scene_add(&w->in_traps, one, 25000, enter_project);
}

static void make_world(struct world *w)
{
	char directory[] = "/tmp/lotop-owner-XXXXXX";

	w->is_ready = scene_enter();
	if (!w->is_ready || !mkdtemp(directory) || chmod(directory, 0755))
		return;
	snprintf(w->directory, sizeof w->directory, "%s", directory);
	scene_add(&w->of_root, families, 22000, NULL);
	if (!geteuid() && make_unit(w))
		scene_add(&w->in_unit, one, 23000, enter_unit);
	make_project(w);
	make_traps(w);
}

static void end_world(struct world *w)
{
	const char *const clean[] = { "rm", "-rf", w->directory, NULL };

	scene_end(&w->of_root);
	scene_end(&w->in_unit);
	scene_end(&w->in_project);
	scene_end(&w->in_traps);
	for (int tries = 0; *unit && rmdir(unit) && tries < 100; tries++)
		usleep(10000);
	if (*w->directory) {
		struct run removed = run_program(clean, NULL);

		run_done(&removed);
	}
}

static json_t *row_of(json_t *list, const struct scene *s, int index)
{
	json_t *row;

	if (index >= s->count || !s->situations[index].made)
		fail_msg("situation %d was not made", index);
	row = situation_find(json_object_get(list, "listeners"),
			     json_array_get(json_object_get(s->situations[index].made, "rows"), 0));
	if (!row)
		fail_msg("no such row");
	return row;
}

static json_t *holder_of(json_t *row, size_t index)
{
	return json_array_get(json_object_get(row, "holders"), index);
}

static void test_roles(void **state)
{
	struct world *w = *state;
	json_t *list, *row, *holder;
	size_t i, servers = 0, workers = 0;

	scene_need(w->is_ready, "no namespace");
	list = scene_list("list --json --all", NULL);
	row = row_of(list, &w->of_root, 0);
	assert_string_equal(scene_text(holder_of(row, 0), "role"), "leaked");
	assert_string_equal(scene_text(holder_of(row, 0), "name"), "sleep");
	assert_true(scene_has_mark(row, "inherited"));
	row = row_of(list, &w->of_root, 1);
	json_array_foreach(json_object_get(row, "holders"), i, holder) {
		servers += !strcmp(scene_text(holder, "role"), "server");
		workers += !strcmp(scene_text(holder, "role"), "worker");
	}
	assert_int_equal(servers, 1);
	assert_int_equal(workers, 3);
	assert_false(scene_has_mark(row, "leaked") || scene_has_mark(row, "inherited"));
	row = row_of(list, &w->of_root, 2);
	assert_int_equal(json_array_size(json_object_get(row, "holders")), 0);
	assert_string_not_equal(scene_text(json_object_get(row, "owner"), "certainty"), "certain");
	assert_true(strlen(scene_text(json_object_get(row, "owner"), "reason")) > 10);
	json_decref(list);
}

static void test_inferred(void **state)
{
	struct world *w = *state;
	json_t *list, *row, *owner;

	scene_need(w->is_ready, "no namespace");
	scene_need(!geteuid(), "not root: cannot become another user");
	scene_need(*unit && w->in_unit.count, w->cgroup_reason);
	list = scene_list("list --json --all", run_as_nobody);
	row = row_of(list, &w->in_unit, 0);
	owner = json_object_get(row, "owner");
	assert_int_equal(json_array_size(json_object_get(row, "holders")), 0);
	assert_string_equal(scene_text(owner, "certainty"), "inferred");
	assert_string_equal(scene_text(owner, "unit"), "lotop-test.service");
	assert_int_equal(json_integer_value(json_object_get(owner, "pid")), w->in_unit.situations[0].pid);
	assert_true(scene_has_mark(row, "inferred"));
	assert_false(scene_has_mark(row, "hidden"));
	json_decref(list);
	list = scene_list("list --json --all", NULL);
	owner = json_object_get(row_of(list, &w->in_unit, 0), "owner");
	assert_string_equal(scene_text(owner, "certainty"), "certain");
	assert_string_equal(scene_text(owner, "unit"), "lotop-test.service");
	json_decref(list);
}

static bool is_row(json_t *found, json_t *row)
{
	static const char *const keys[] = { "protocol", "address", "port", "state", "inode" };

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!json_equal(json_object_get(found, keys[i]), json_object_get(row, keys[i])))
			return false;
	return true;
}

static json_t *find_row(json_t *list, json_t *row)
{
	json_t *found;
	size_t i;

	json_array_foreach(json_object_get(list, "listeners"), i, found)
		if (is_row(found, row))
			return found;
	return NULL;
}

/* Without root: every row, each with an owner, or with the reason why not and what helps. */
static void test_every_row(void **state)
{
	struct world *w = *state;
	json_t *all, *seen, *row, *found, *owner;
	size_t i, inferred = 0, hidden = 0;

	scene_need(w->is_ready, "no namespace");
	scene_need(!geteuid(), "not root: cannot become another user");
	all = scene_list("list --json --all", NULL);
	seen = scene_list("list --json --all", run_as_nobody);
	json_array_foreach(json_object_get(all, "listeners"), i, row) {
		found = find_row(seen, row);
		owner = json_object_get(found, "owner");
		if (!found)
			fail_msg("no such row without root: %s", json_dumps(row, 0));
		assert_string_not_equal(scene_text(owner, "certainty"), "certain");
		inferred += !strcmp(scene_text(owner, "certainty"), "inferred");
		if (strcmp(scene_text(owner, "certainty"), "hidden") != 0)
			continue;
		assert_non_null(strstr(scene_text(owner, "reason"), "sudo"));
		hidden++;
	}
	assert_true(hidden > 0);
	assert_int_equal(inferred > 0, *unit != '\0');
	printf("rows without root: %zu, inferred %zu, hidden %zu\n",
	       json_array_size(json_object_get(all, "listeners")), inferred, hidden);
	json_decref(all);
	json_decref(seen);
}

static void test_project(void **state)
{
	struct world *w = *state;
	json_t *list, *found;

	scene_need(w->is_ready && w->in_project.count, "no namespace");
	list = scene_list("list --json --all", NULL);
	found = json_object_get(holder_of(row_of(list, &w->in_project, 0), 0), "project");
	assert_string_equal(scene_text(found, "label"), "shop (main)");
	assert_string_equal(scene_text(found, "branch"), "main");
	assert_string_equal(scene_text(found, "name"), "@acme/shop");
	assert_string_equal(scene_text(found, "repository"), "shop");
	json_decref(list);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Lines of text, and nothing that a terminal would obey. */
static void check_bytes(const struct run *run)
{
	for (size_t i = 0; i < run->output_len; i++) {
		unsigned char byte = (unsigned char)run->output[i];

		if ((byte < ' ' && byte != '\n') || byte == 0x7f)
			fail_msg("byte %02x at %zu: %s", byte, i, run->output);
	}
}

/* What a hang would take: the deadline of run_lotop() is longer. */
enum { HANG_MS = 10000 };

static void test_traps(void **state)
{
	static const char *const commands[] = {
		"list --all port:25000", "list --all --json port:25000", "why 25000", "why --json 25000",
		"list --all --format address,port,project,command,service port:25000",
	};
	struct world *w = *state;
	char pwned[2 * PATH_BYTES];

	scene_need(w->is_ready && w->in_traps.count, "no namespace");
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		int64_t began = now_ms();
		struct run run = run_lotop(commands[i], NULL);

		assert_int_equal(run.status, 0);
		assert_true(now_ms() - began < HANG_MS);
		check_bytes(&run);
		assert_non_null(strstr(run.output, "25000"));
		run_done(&run);
	}
	snprintf(pwned, sizeof pwned, "%s/pwned", project);
	assert_int_equal(access(pwned, F_OK), -1);
	assert_int_equal(access("pwned", F_OK), -1);
}

int main(void)
{
	struct world world = { 0 };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_roles, &world),
		cmocka_unit_test_prestate(test_inferred, &world),
		cmocka_unit_test_prestate(test_every_row, &world),
		cmocka_unit_test_prestate(test_project, &world),
		cmocka_unit_test_prestate(test_traps, &world),
	};

	make_world(&world);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	end_world(&world);
	return failed;
}
