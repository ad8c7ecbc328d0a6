/* remember and home: what counts more, and that files of the user are read and written with care. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fatal.h"
#include "remember.h"

enum { NOBODY = 65534, PATH = 4200 };

struct fixture {
	char home[64];
	struct remembered *r;
};

static void path_of(const struct fixture *f, const char *name, char out[PATH])
{
	snprintf(out, PATH, "%s/%s", f->home, name);
}

static void put(const struct fixture *f, const char *name, const char *text)
{
	char path[PATH];
	FILE *file;

	path_of(f, name, path);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static bool has(const struct fixture *f, const char *name, const char *text)
{
	struct buf read = { 0 };
	char path[PATH];
	bool is_there;

	path_of(f, name, path);
	is_there = home_read(&f->r->home, path, &read) == 0 && strstr(buf_string(&read), text);
	buf_done(&read);
	return is_there;
}

static void load(struct fixture *f)
{
	remember_done(f->r);
	remember_load(f->r, true);
}

/* As if the user had chosen this in the dashboard, and left it. */
static int leave(struct fixture *f, const struct column *sort)
{
	struct tui_view after = f->r->settings.view;

	after.sort = sort;
	return remember_save(f->r, &f->r->settings.view, &after);
}

static int set_up(void **state)
{
	static const char *const folders[] = { ".config", ".config/lotop" };
	struct fixture *f = fatal_calloc(1, sizeof *f);
	char path[PATH];

	snprintf(f->home, sizeof f->home, "/tmp/lotop-test-XXXXXX");
	assert_non_null(mkdtemp(f->home));
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		path_of(f, folders[i], path);
		assert_int_equal(mkdir(path, 0755), 0);
	}
	f->r = fatal_calloc(1, sizeof *f->r);
	setenv("HOME", f->home, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	unsetenv("SUDO_UID");
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const paths[] = {
		".config/lotop/lotop.conf", ".config/lotop/other", ".config/lotop", ".config",
		".local/state/lotop/view/inner", ".local/state/lotop/view", ".local/state/lotop/view.broken/inner",
		".local/state/lotop/view.broken", ".local/state/lotop", ".local/state", ".local", "",
	};
	struct fixture *f = *state;
	char path[PATH];

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		path_of(f, paths[i], path);
		remove(path);
	}
	remember_done(f->r);
	free(f->r);
	free(f);
	return 0;
}

static void nothing_is_no_problem(void **state)
{
	struct fixture *f = *state;

	load(f);
	assert_int_equal(f->r->problem_count, 0);
	assert_false(f->r->has_config || f->r->is_broken);
	assert_ptr_equal(f->r->settings.view.sort, column_named("port"));
	assert_int_equal(remember_save(f->r, &f->r->settings.view, &f->r->settings.view), 0);
	assert_int_equal(access(f->r->home.state, F_OK), -1);
}

static void a_changed_view_is_there_again(void **state)
{
	struct fixture *f = *state;
	struct stat about;

	load(f);
	assert_int_equal(leave(f, column_named("age")), 0);
	assert_int_equal(stat(f->r->home.state, &about), 0);
	assert_int_equal(about.st_mode & 07777, 0600);
	load(f);
	assert_int_equal(f->r->problem_count, 0);
	assert_ptr_equal(f->r->settings.view.sort, column_named("age"));
}

static void every_column_may_be_chosen(void **state)
{
	struct fixture *f = *state;
	const struct column *all[COLUMN_MAX];
	const unsigned count = column_all(all);
	struct tui_view after;

	load(f);
	after = f->r->settings.view;
	for (after.column_count = 0; after.column_count + 1u < count; after.column_count++)
		after.columns[after.column_count] = all[after.column_count + 1];
	assert_int_equal(remember_save(f->r, &f->r->settings.view, &after), 0);
	load(f);
	assert_int_equal(f->r->problem_count, 0);
	assert_memory_equal(&f->r->settings.view, &after, sizeof after);
}

static void the_config_counts_more_than_the_view(void **state)
{
	struct fixture *f = *state;

	load(f);
	leave(f, column_named("age"));
	put(f, ".config/lotop/lotop.conf", "sort = pid\n");
	load(f);
	assert_ptr_equal(f->r->settings.view.sort, column_named("pid"));
	assert_int_equal(leave(f, column_named("pid")), 0);
	assert_true(has(f, ".local/state/lotop/view", "sort = age\n"));
}

static void a_broken_view_is_kept_aside(void **state)
{
	struct fixture *f = *state;

	load(f);
	leave(f, column_named("age"));
	put(f, ".local/state/lotop/view", "sort = nothing\nshow_all = yes\n");
	load(f);
	assert_int_equal(f->r->problem_count, 1);
	assert_non_null(strstr(buf_string(&f->r->problems), "/view:1: sort: nothing: no such column"));
	assert_true(f->r->settings.view.show_all);
	assert_int_equal(leave(f, column_named("pid")), 0);
	assert_true(has(f, ".local/state/lotop/view.broken", "sort = nothing\n"));
	assert_true(has(f, ".local/state/lotop/view", "sort = pid\n"));
	load(f);
	assert_int_equal(f->r->problem_count, 0);
}

static void what_is_no_file_is_told_and_kept_aside(void **state)
{
	struct fixture *f = *state;
	char inner[PATH];

	load(f);
	leave(f, column_named("age"));
	unlink(f->r->home.state);
	mkdir(f->r->home.state, 0700);
	path_of(f, ".local/state/lotop/view/inner", inner);
	mkdir(inner, 0700);
	load(f);
	assert_int_equal(f->r->problem_count, 1);
	assert_ptr_equal(f->r->settings.view.sort, column_named("port"));
	assert_int_equal(leave(f, column_named("pid")), 0);
	path_of(f, ".local/state/lotop/view.broken/inner", inner);
	assert_int_equal(access(inner, F_OK), 0);
}

static void a_fifo_holds_nobody(void **state)
{
	struct fixture *f = *state;
	char path[PATH];

	path_of(f, ".config/lotop/lotop.conf", path);
	assert_int_equal(mkfifo(path, 0600), 0);
	load(f);
	assert_int_equal(f->r->problem_count, 1);
	assert_int_equal(f->r->settings.interval_ms, 1000);
}

static void without_a_home_nothing_is_made(void **state)
{
	struct fixture *f = *state;

	setenv("HOME", "/nonexistent/lotop", 1);
	load(f);
	assert_int_equal(leave(f, column_named("age")), 0);
	assert_int_equal(access("/nonexistent", F_OK), -1);
	unsetenv("HOME");
	load(f);
	assert_int_equal(leave(f, column_named("age")), 0);
	setenv("XDG_STATE_HOME", "relative", 1);
	load(f);
	assert_string_equal(f->r->home.state, "");
}

/* Root for a user: sudo, seen from a home of nobody's. */
static void under_sudo_files_are_the_users(void **state)
{
	struct fixture *f = *state;
	char path[PATH], other[PATH];

	if (geteuid() != 0)
		skip();
	setenv("SUDO_UID", "65534", 1);
	setenv("XDG_CONFIG_HOME", f->home, 1);
	setenv("XDG_STATE_HOME", f->home, 1);
	chmod(f->home, 0755);
	snprintf(path, sizeof path, "%s/.config/lotop/lotop.conf", f->home);
	snprintf(other, sizeof other, "%s/.config", f->home);
	setenv("XDG_CONFIG_HOME", other, 1);
	put(f, ".config/lotop/lotop.conf", "sort = age\n");
	load(f);
	assert_true(f->r->home.is_borrowed);
	assert_non_null(strstr(buf_string(&f->r->problems), "it belongs to somebody else"));
	assert_ptr_equal(f->r->settings.view.sort, column_named("port"));
	assert_int_equal(chown(path, NOBODY, NOBODY), 0);
	load(f);
	assert_int_equal(f->r->problem_count, 0);
	assert_ptr_equal(f->r->settings.view.sort, column_named("age"));
	snprintf(other, sizeof other, "%s/.config/lotop/other", f->home);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(symlink(other, path), 0);
	load(f);
	assert_int_equal(f->r->problem_count, 1);
	assert_int_equal(lchown(path, NOBODY, NOBODY), 0);
	load(f);
	assert_int_equal(f->r->problem_count, 0);
	assert_int_equal(leave(f, column_named("pid")), 0);
	assert_int_equal(access(f->r->home.state, F_OK), -1);
}

static void what_the_user_may_not_read_root_does_not_read_for_them(void **state)
{
	struct fixture *f = *state;
	char path[PATH];

	if (geteuid() != 0)
		skip();
	path_of(f, ".config/lotop/lotop.conf", path);
	put(f, ".config/lotop/lotop.conf", "sort = age\n");
	chmod(path, 0600);
	chmod(f->home, 0755);
	/* HOME of another user is enough, without sudo */
	assert_int_equal(chown(f->home, NOBODY, NOBODY), 0);
	load(f);
	assert_true(f->r->home.is_borrowed);
	assert_ptr_equal(f->r->settings.view.sort, column_named("port"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_no_problem, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_changed_view_is_there_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_column_may_be_chosen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_config_counts_more_than_the_view, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_broken_view_is_kept_aside, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_file_is_told_and_kept_aside, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_fifo_holds_nobody, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_a_home_nothing_is_made, set_up, tear_down),
		cmocka_unit_test_setup_teardown(under_sudo_files_are_the_users, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_the_user_may_not_read_root_does_not_read_for_them, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
