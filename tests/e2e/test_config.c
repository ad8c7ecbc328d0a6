/* Config file, remembered view, themes and keys of one's choice, on the screen. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "replay.h"
#include "vscreen.h"

enum { SOON_MS = 2000 };

struct place {
	char root[64], config[96], state[96], config_entry[128], state_entry[128];
	const char *env[5];
};

static void put(const char *folder, const char *name, const char *text)
{
	char path[160];
	FILE *file;

	snprintf(path, sizeof path, "%s/lotop", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/lotop/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof *p);

	assert_non_null(p);
	snprintf(p->root, sizeof p->root, "/tmp/lotop-e2e-XXXXXX");
	assert_non_null(mkdtemp(p->root));
	snprintf(p->config, sizeof p->config, "%s/config", p->root);
	snprintf(p->state, sizeof p->state, "%s/state", p->root);
	snprintf(p->config_entry, sizeof p->config_entry, "XDG_CONFIG_HOME=%s", p->config);
	snprintf(p->state_entry, sizeof p->state_entry, "XDG_STATE_HOME=%s", p->state);
	mkdir(p->config, 0700);
	mkdir(p->state, 0700);
	p->env[0] = p->config_entry;
	p->env[1] = p->state_entry;
	p->env[2] = "SUDO_UID";
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const paths[] = {
		"config/lotop/lotop.conf", "config/lotop", "config", "state/lotop/view", "state/lotop/view.broken",
		"state/lotop", "state", "",
	};
	struct place *p = *state;
	char path[160];

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		snprintf(path, sizeof path, "%s/%s", p->root, paths[i]);
		remove(path);
	}
	free(p);
	return 0;
}

static void test_broken_config(void **state)
{
	struct place *p = *state;
	struct term *t;

	put(p->config, "lotop.conf", "theme = lihgt\nsort = -port\nthem = x\n");
	t = replay_start(24, 140, "desk", p->env);
	assert_true(term_await(t, "lotop.conf:1: theme: no such theme (did you mean light?); 1 more"));
	assert_true(term_await(t, "127.0.0.1:62893 tcp"));       /* the first row: port, reversed */
	term_quit(t, SOON_MS);
	term_free(t);
}

static void test_sort_is_remembered(void **state)
{
	struct place *p = *state;
	struct term *t = replay_start(24, 80, "desk", p->env);

	assert_true(term_answers(t, "r", "by port, reversed"));
	term_quit(t, SOON_MS);
	term_free(t);
	t = replay_start(24, 80, "desk", p->env);
	assert_true(term_await(t, "by port, reversed"));
	term_quit(t, SOON_MS);
	term_free(t);
}

static void test_filter_is_remembered_and_told(void **state)
{
	struct place *p = *state;
	struct term *t = replay_start(24, 80, "desk", p->env);

	assert_true(term_await(t, " 1/25 "));
	term_type(t, "/ruby\r");
	assert_true(term_await(t, "filter: ruby"));
	term_quit(t, SOON_MS);
	term_free(t);
	t = replay_start(24, 80, "desk", p->env);
	assert_true(term_await(t, "filtered from the start: ruby; all rows: Esc"));
	term_type(t, "\033");
	assert_true(term_await(t, "/25 "));
	term_quit(t, SOON_MS);
	term_free(t);
}

static void test_broken_state(void **state)
{
	struct place *p = *state;
	char aside[160];
	struct term *t;

	put(p->state, "view", "sort = nowhere\nnonsense\n");
	t = replay_start(24, 140, "desk", p->env);
	assert_true(term_await(t, "view:1: sort: nowhere: no such column"));
	term_type(t, "r");
	term_settle(t);
	term_quit(t, SOON_MS);
	term_free(t);
	snprintf(aside, sizeof aside, "%s/lotop/view.broken", p->state);
	assert_int_equal(access(aside, F_OK), 0);
	t = replay_start(24, 80, "desk", p->env);
	assert_true(term_await(t, "by port, reversed"));
	term_quit(t, SOON_MS);
	term_free(t);
}

/* Files that cannot be read, for a folder is in their place: told, the defaults count, and they stay. */
static void test_unreadable_files(void **state)
{
	struct place *p = *state;
	char config[192], view[192];
	struct stat kind;
	struct term *t;

	snprintf(config, sizeof config, "%s/lotop", p->config);
	mkdir(config, 0700);
	snprintf(config, sizeof config, "%s/lotop/lotop.conf", p->config);
	mkdir(config, 0700);
	snprintf(view, sizeof view, "%s/lotop", p->state);
	mkdir(view, 0700);
	snprintf(view, sizeof view, "%s/lotop/view", p->state);
	mkdir(view, 0700);
	t = replay_start(24, 140, "desk", p->env);
	assert_true(term_await(t, "/lotop/view: it is no file (the view is not as you left it); 1 more"));
	assert_true(vscreen_find(term_screen(t), "3000 127.0.0.1") >= 0);
	term_quit(t, SOON_MS);
	term_free(t);
	assert_int_equal(stat(config, &kind), 0);
	assert_true(S_ISDIR(kind.st_mode));
	assert_int_equal(stat(view, &kind), 0);
	assert_true(S_ISDIR(kind.st_mode));
}

static void test_columns_of_the_config(void **state)
{
	struct place *p = *state;
	struct term *t;

	put(p->config, "lotop.conf",
	    "columns = process, port, inode\nconnection_columns = server, age\nsplit = yes\n");
	t = replay_start(24, 80, "desk", p->env);
	assert_true(term_await(t, "  PROCESS      PORT   INODE"));
	assert_int_equal(vscreen_find(term_screen(t), "ADDRESS"), -1);
	assert_true(term_answers(t, KEY_TAB, "SERVER                       AGE"));
	assert_int_equal(vscreen_column(term_screen(t), 1, "SERVER"), 0);
	assert_int_equal(vscreen_find(term_screen(t), "CLIENT"), -1);
	term_quit(t, SOON_MS);
	term_free(t);
	t = replay_start(24, 140, "desk", p->env);
	assert_true(term_await(t, "Details"));
	term_quit(t, SOON_MS);
	term_free(t);
}

/* What was chosen by keys is there again at the next start: columns and order of both views, the split. */
static void test_columns_are_remembered(void **state)
{
	static const char *const keys[] = {
		"C", KEY_DOWN, " ", KEY_ENTER, "d", KEY_TAB, "C", " ", KEY_ENTER, "r",
	};
	struct place *p = *state;
	struct term *t = replay_start(24, 140, "desk", p->env);

	assert_true(vscreen_find(term_screen(t), "ADDRESS") >= 0);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		term_type(t, keys[i]);
		term_settle(t);
	}
	term_quit(t, SOON_MS);
	term_free(t);
	t = replay_start(24, 140, "desk", p->env);
	assert_int_equal(vscreen_find(term_screen(t), "ADDRESS"), -1);
	assert_true(vscreen_find(term_screen(t), "Details") >= 0);
	assert_true(term_answers(t, KEY_TAB, "SERVER "));
	term_settle(t);
	assert_int_equal(strncmp(vscreen_line(term_screen(t), 1), "SERVER", 6), 0);
	assert_int_equal(vscreen_find(term_screen(t), "127.0.0.1:7450"), 2);
	term_quit(t, SOON_MS);
	term_free(t);
}

static void test_unknown_theme_of_the_state(void **state)
{
	struct place *p = *state;
	struct term *t;

	put(p->state, "view", "theme = lihgt\nsort = -port\n");
	t = replay_start(24, 140, "desk", p->env);
	assert_true(term_await(t, "view:1: theme: no such theme (did you mean light?)"));
	assert_true(term_await(t, "by port, reversed"));         /* the other lines count */
	term_quit(t, SOON_MS);
	term_free(t);
}

static void test_vim_keys(void **state)
{
	struct place *p = *state;
	struct term *t;

	put(p->config, "lotop.conf", "keys = vim\n[filters]\n3 = ruby\n[keys]\nredraw = Ctrl-R\n");
	t = replay_start(24, 80, "desk", p->env);
	assert_true(vscreen_find(term_screen(t), " x kill") >= 0);
	assert_true(term_await(t, " 1/"));
	assert_true(term_answers(t, "jj", " 3/"));
	assert_true(term_answers(t, "k", " 2/"));
	assert_true(term_answers(t, "3", "filter: ruby"));
	term_type(t, "3");
	assert_true(term_await_gone(t, "filter: ruby"));
	assert_true(term_answers(t, "?", "Down j Ctrl-N"));
	term_type(t, "?q");
	assert_true(term_await_end(t, SOON_MS));
	term_free(t);
}

static bool has_colour(struct term *t)
{
	for (int row = 0; row < 24; row++)
		for (int column = 0; column < 80; column++)
			if (vscreen_look(term_screen(t), row, column).color >= 0)
				return true;
	return false;
}

/* Colour where both the terminal and the theme have some; the same words everywhere. */
static void test_terminals_and_themes(void **state)
{
	static const char *const terms[] = { "TERM=vt100", "TERM=xterm", "TERM=xterm-256color", "TERM=linux" };
	static const char *const themes[] = { "mono", "light", "colour-blind", "high-contrast" };
	struct place *p = *state;

	for (size_t i = 0; i < 4; i++) {
		for (size_t k = 0; k < 4; k++) {
			struct term *t;
			char line[64];

			snprintf(line, sizeof line, "theme = %s\n", themes[k]);
			put(p->config, "lotop.conf", line);
			p->env[3] = terms[i];
			t = replay_start(24, 80, "desk", p->env);
			assert_true(vscreen_find(term_screen(t), "3000 127.0.0.1") >= 0);
			assert_int_equal(has_colour(t), i > 0 && k > 0);
			term_signal(t, SIGTERM);         /* ncurses leaks 10 bytes at the end of a TERM=linux */
			assert_true(term_await_end(t, SOON_MS));
			assert_int_equal(term_status(t), 128 + SIGTERM);
			assert_true(term_is_whole(t));
			term_free(t);
		}
	}
}

static void test_mono_has_no_colour(void **state)
{
	struct place *p = *state;
	struct term *t;

	put(p->config, "lotop.conf", "colours = none\n");
	t = replay_start(24, 80, "desk", p->env);
	for (int column = 0; column < 80; column++)
		assert_int_equal(vscreen_look(term_screen(t), 1, column).color, -1);
	term_quit(t, SOON_MS);
	term_free(t);
}

static void test_unusable_terminal_with_config(void **state)
{
	struct place *p = *state;
	struct term *t;

	p->env[3] = "TERM=no-such-terminal";
	t = term_lotop(24, 100, "--replay " LOTOP_FIXTURES "/desk.ndjson", p->env);
	assert_true(term_await_end(t, SOON_MS));
	assert_int_equal(term_status(t), 3);
	assert_true(vscreen_find(term_screen(t), "lotop list") >= 0);
	term_free(t);
}

static void test_unknown_theme_of_the_command_line(void **state)
{
	struct place *p = *state;
	struct term *t = term_lotop(24, 100, "--theme lihgt --replay " LOTOP_FIXTURES "/desk.ndjson", p->env);

	assert_true(term_await_end(t, SOON_MS));
	assert_int_equal(term_status(t), 2);
	assert_true(vscreen_find(term_screen(t), "no such theme (did you mean light?)") >= 0);
	assert_true(term_is_whole(t));
	term_free(t);
}

static void test_read_only(void **state)
{
	struct place *p = *state;
	struct term *t;

	put(p->config, "lotop.conf", "read_only = yes\n");
	t = replay_start(24, 80, "desk", p->env);
	assert_true(term_await(t, "read-only"));
	assert_true(term_answers(t, "k", "read-only: nothing is signalled"));
	term_quit(t, SOON_MS);
	term_free(t);
	t = term_lotop(24, 100, "kill --yes 3000", p->env);
	assert_true(term_await_end(t, SOON_MS));
	assert_int_equal(term_status(t), 4);
	term_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_broken_config, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sort_is_remembered, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_filter_is_remembered_and_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_broken_state, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unreadable_files, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_columns_of_the_config, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_columns_are_remembered, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unknown_theme_of_the_state, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_vim_keys, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_terminals_and_themes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_mono_has_no_colour, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unusable_terminal_with_config, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unknown_theme_of_the_command_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_read_only, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
