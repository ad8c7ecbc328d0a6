/* Every view, dialog and menu of the dashboard on a recording, at 80x24, 140x40 and 40x8: literal text, a file
 * for each in screens/. What differs is written to screens/ in the build directory, to be read before it takes
 * the place of what was expected. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>
#include "base/buf.h"
#include "replay.h"

enum { KEYS_MAX = 8, SIZE_COUNT = 4, PATH = 512 };

static const struct size {
	int rows, cols;
} sizes[SIZE_COUNT] = { { 24, 80 }, { 40, 140 }, { 8, 40 }, { 40, 80 } };

enum { USUAL = 7, HIGH = 8 };            /* bits of sizes */

#define FRAMES "@12:03:18", "@12:03:19", "@12:03:20", "@12:03:21"

/* Keys are typed one string after the other, each when the screen has come to rest; "@" is the next frame, and
 * its clock. */
static const struct screen_case {
	const char *name;
	unsigned sizes;
	const char *keys[KEYS_MAX];
} cases[] = {
	{ "listeners", USUAL, { NULL } },
	{ "listeners_changed", USUAL, { FRAMES } },
	{ "listeners_all", USUAL, { "/port:7000-8000" KEY_ENTER, "a", "l" } },
	{ "listeners_tagged", USUAL, { "/proc:node" KEY_ENTER, " ", " " } },
	{ "listeners_sorted", USUAL, { "r" } },
	{ "by_process", USUAL, { "t" } },
	{ "by_project", USUAL, { "t", "t" } },
	{ "by_process_folded", USUAL, { "t", KEY_LEFT, KEY_DOWN, KEY_LEFT } },
	{ "split", USUAL | HIGH, { "d", KEY_END } },
	{ "details", USUAL, { "/port:3000" KEY_ENTER, KEY_ENTER } },
	{ "details_end", USUAL, { "/port:3000" KEY_ENTER, KEY_ENTER, "G" } },
	{ "details_marks", USUAL, { "/port:8080" KEY_ENTER, KEY_ENTER, "G" } },
	{ "why", USUAL, { "/port:4000" KEY_ENTER, "w" } },
	{ "help", USUAL, { "?" } },
	{ "help_end", USUAL, { "?", "G" } },
	{ "connections", USUAL, { KEY_TAB } },
	{ "connections_narrowed", USUAL, { "/port:7450" KEY_ENTER, KEY_TAB, "a" } },
	{ "connections_none", USUAL, { "/port:5432" KEY_ENTER, KEY_TAB, "a" } },
	{ "connections_split", USUAL | HIGH, { KEY_TAB, "d" } },
	{ "connections_sort", USUAL, { KEY_TAB, "s" } },
	{ "connections_columns_menu", USUAL, { KEY_TAB, "C" } },
	{ "connections_columns", USUAL, { KEY_TAB, "C", "]", KEY_END, " ", KEY_ENTER } },
	{ "events", USUAL, { FRAMES, KEY_BACK_TAB } },
	{ "events_empty", USUAL, { KEY_BACK_TAB } },
	{ "events_filtered", USUAL, { FRAMES, KEY_BACK_TAB, "/port:9000" KEY_ENTER } },
	{ "filter_typing", USUAL, { "/proc:node" } },
	{ "filter_completed", USUAL, { "/pro", KEY_TAB } },
	{ "filter_error", USUAL, { "/prt:3" } },
	{ "filter_nothing", USUAL, { "/no-such-thing" KEY_ENTER } },
	{ "columns_chosen", USUAL, { "C", "]", KEY_DOWN, " ", KEY_ENTER } },
	{ "copy_menu", USUAL, { "/port:3000" KEY_ENTER, "y" } },
	{ "kill_refused", USUAL, { "/port:3000" KEY_ENTER, "k" } },
	{ "kill_tagged_refused", USUAL, { "/proc:node" KEY_ENTER, " ", " ", "k" } },
};

enum { CASES = sizeof cases / sizeof *cases };

struct shot {
	const struct screen_case *what;
	const struct size *size;
	char name[64];
};

static char *read_all(const char *path)
{
	struct buf text = { 0 };
	char bytes[4096];
	size_t length;
	FILE *in = fopen(path, "r");

	if (!in)
		return strdup("");
	while ((length = fread(bytes, 1, sizeof bytes, in)) > 0)
		buf_add(&text, bytes, length);
	fclose(in);
	char *all = strdup(buf_string(&text));
	buf_done(&text);
	return all;
}

static void write_shown(struct term *t, const char *name)
{
	char path[PATH];
	FILE *out;

	mkdir(LOTOP_BINARY_DIR "/screens", 0777);
	snprintf(path, sizeof path, LOTOP_BINARY_DIR "/screens/%s.txt", name);
	out = fopen(path, "w");
	if (out) {
		fputs(vscreen_text(term_screen(t)), out);
		fclose(out);
	}
}

static void check(struct term *t, const char *name)
{
	char path[PATH];
	char *expected;
	bool is_well;

	snprintf(path, sizeof path, LOTOP_SOURCE_DIR "/tests/e2e/screens/%s.txt", name);
	expected = read_all(path);
	is_well = term_shows_text(t, expected);
	free(expected);
	if (!is_well)
		write_shown(t, name);
	assert_true(is_well);
}

static void play(struct term *t, const char *const keys[KEYS_MAX])
{
	for (int i = 0; i < KEYS_MAX && keys[i]; i++) {
		if (*keys[i] == '@') {
			assert_true(replay_step(t, keys[i] + 1));
		} else {
			term_type(t, keys[i]);
			term_settle(t);
		}
	}
}

static void test_screen(void **state)
{
	const struct shot *shot = *state;
	struct term *t = replay_start(shot->size->rows, shot->size->cols, "desk", NULL);

	play(t, shot->what->keys);
	check(t, shot->name);
	term_free(t);
}

/* Too small for anything, then large again: the same screens as before. */
static void test_one_cell(void **state)
{
	struct term *t = replay_start(24, 80, "desk", NULL);

	(void)state;
	check(t, "listeners_80x24");     /* before there are rows, the key of a kill has something to say that stays */
	term_resize(t, 1, 1);
	term_settle(t);
	term_type(t, KEY_DOWN "k" KEY_ENTER KEY_ESCAPE "?" KEY_ESCAPE);
	term_settle(t);
	term_type(t, KEY_HOME);
	term_resize(t, 24, 80);
	check(t, "listeners_80x24");
	term_resize(t, 40, 140);
	check(t, "listeners_140x40");
	term_resize(t, 8, 40);
	check(t, "listeners_40x8");
	term_free(t);
}

/* Every small size draws without harm. */
static void test_small_sizes(void **state)
{
	struct term *t = replay_start(24, 80, "desk", NULL);

	(void)state;
	for (int rows = 12; rows > 0; rows--)
		for (int cols = 50; cols > 0; cols -= 7) {
			term_resize(t, rows, cols);
			term_pump(t, 20);
		}
	term_resize(t, 24, 80);
	check(t, "listeners_80x24");
	term_free(t);
}

static unsigned make_shots(struct shot shots[CASES * SIZE_COUNT])
{
	unsigned count = 0;

	for (unsigned i = 0; i < CASES; i++)
		for (unsigned size = 0; size < SIZE_COUNT; size++) {
			struct shot *shot = &shots[count];

			if (!(cases[i].sizes >> size & 1))
				continue;
			shot->what = &cases[i];
			shot->size = &sizes[size];
			snprintf(shot->name, sizeof shot->name, "%s_%dx%d", cases[i].name, sizes[size].cols,
				 sizes[size].rows);
			count++;
		}
	return count;
}

/* A file that no case is compared with proves nothing. */
static void test_no_file_is_left_over(void **state)
{
	static struct shot shots[CASES * SIZE_COUNT];
	unsigned count = make_shots(shots);
	DIR *folder = opendir(LOTOP_SOURCE_DIR "/tests/e2e/screens");
	const struct dirent *entry;

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		size_t stem = strcspn(entry->d_name, ".");
		unsigned i = 0;

		while (i < count && (strlen(shots[i].name) != stem ||
				     strncmp(shots[i].name, entry->d_name, stem)))
			i++;
		if (stem && i == count)
			fail_msg("screens/%s is of no case", entry->d_name);
	}
	closedir(folder);
}

int main(void)
{
	static struct shot shots[CASES * SIZE_COUNT];
	static struct CMUnitTest tests[CASES * SIZE_COUNT + 3];
	unsigned count = make_shots(shots);

	for (unsigned i = 0; i < count; i++)
		tests[i] = (struct CMUnitTest){ shots[i].name, test_screen, NULL, NULL, &shots[i] };
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_one_cell);
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_small_sizes);
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_no_file_is_left_over);
	return _cmocka_run_group_tests("screens", tests, count, NULL, NULL);
}
