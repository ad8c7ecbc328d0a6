/* config and settings: what a file says is taken, what it says wrongly is told with its line, and nothing
 * else is lost; the table, what --print-config prints and lotop.conf(5) are one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/fatal.h"
#include "config.h"

struct fixture {
	struct settings settings;
	struct buf problems;
};

static unsigned parse(struct fixture *f, const char *text)
{
	unsigned count;

	settings_init(&f->settings);
	buf_clear(&f->problems);
	count = config_parse(&f->settings, slice_of(text), "conf", &f->problems);
	return count + config_make_keys(&f->settings, "conf", &f->problems);
}

static void sound_lines_count(void **state)
{
	struct fixture *f = *state;
	const struct settings *s = &f->settings;

	assert_int_equal(parse(f, "\xef\xbb\xbf# comment\r\n; another\r\ninterval=0.5\r\nidle = 2h\r\n  theme : light ; why not\n"
			       "colours = 256\nascii = yes\nmouse = off\nkeys = vim\ncolumns = port, process,pid\n"
			       "sort = -age\nfilter = not user:root\nshow_all = true\nleftovers = no\nread_only = 1\n\n"
			       "[filters]\n1 = port:3000-3999\n9 = mark:exposed\n[keys]\nquit = Q"), 0);
	assert_string_equal(buf_string(&f->problems), "");
	assert_int_equal(s->interval_ms, 500);
	assert_int_equal(s->idle_ms, 2 * 3600 * 1000);
	assert_int_equal(s->view.theme, THEME_LIGHT);
	assert_int_equal(s->colours, COLOURS_256);
	assert_int_equal(s->text, SCREEN_TEXT_ASCII);
	assert_true(s->no_mouse && s->is_vim && s->is_read_only);
	assert_int_equal(s->view.column_count, 3);
	assert_ptr_equal(s->view.columns[1], column_named("process"));
	assert_ptr_equal(s->view.sort, column_named("age"));
	assert_true(s->view.is_reversed && s->view.show_all && s->view.hide_leftovers);
	assert_string_equal(s->view.filter, "not user:root");
	assert_string_equal(s->filters[0], "port:3000-3999");
	assert_string_equal(s->filters[8], "mark:exposed");
	assert_int_equal(keymap_command(&s->keys.keymap, CONTEXT_LISTENERS, 'Q'), COMMAND_QUIT);
	assert_int_equal(keymap_command(&s->keys.keymap, CONTEXT_LISTENERS, 'j'), COMMAND_DOWN);
}

static void a_broken_line_is_told_and_loses_nothing_else(void **state)
{
	static const struct {
		const char *text, *problem;
	} cases[] = {
		{ "them = light", "conf:1: them: no such setting (did you mean theme?)\n" },
		{ "qqqqqq = 1", "conf:1: qqqqqq: no such setting (all of them: lotop --print-config)\n" },
		{ "\n\ntheme = lihgt", "conf:3: theme: no such theme (did you mean light?)\n" },
		{ "theme = qqq", "conf:1: theme: no such theme (there is: default, light, mono, colour-blind, "
				 "high-contrast)\n" },
		{ "theme", "conf:1: not understood (a line is: name = value)\n" },
		{ "interval = 0", "conf:1: interval: not between 0.1 and 60 seconds (try 0.5 or 500ms)\n" },
		{ "interval = 1 hour", "conf:1: interval: not between 0.1 and 60 seconds (try 0.5 or 500ms)\n" },
		{ "colours = 17", "conf:1: colours: no such value (did you mean 16?)\n" },
		{ "mouse = perhaps", "conf:1: mouse: neither yes nor no (there is: yes, no)\n" },
		{ "sort = agee", "conf:1: sort: agee: no such column (did you mean age?)\n" },
		{ "columns = port,port", "conf:1: columns: the column port stands twice\n" },
		{ "filter = port:x", "conf:1: filter: character 6: port: 'x' is neither a number, a range "
				     "3000-4000, nor >1024\n" },
		{ "[filters]\n0 = x", "conf:2: 0: saved filters have the keys 1 to 9\n" },
		{ "[filter]\n1 = x", "conf:2: 1: [filter]: no such section (did you mean filters?)\n" },
		{ "[keys\n", "conf:1: not understood (a line is: name = value)\n" },
		{ "[keys]\nkill = F99", "conf:2: kill: F99: no such key (as in: k F9 Ctrl-L Space Enter PgUp "
					"Shift-Tab)\n" },
		{ "[keys]\nsort = k", "conf:2: k is a key of both sort and kill (choose another one for sort, or "
				      "free it in kill)\n" },
		{ "the\x1b[31me = 1", "conf:1: the\\x1b[31me: no such setting (all of them: lotop --print-config)\n" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf text = { 0 };

		buf_printf(&text, "%s\n[filters]\n7 = ruby\n", cases[i].text);
		assert_int_equal(parse(f, buf_string(&text)), 1);
		assert_string_equal(buf_string(&f->problems), cases[i].problem);
		assert_string_equal(f->settings.filters[6], "ruby");
		assert_int_equal(f->settings.interval_ms, 1000);
		assert_int_equal(f->settings.view.theme, THEME_DEFAULT);
		assert_ptr_equal(f->settings.view.sort, column_named("port"));
		assert_int_equal(keymap_command(&f->settings.keys.keymap, CONTEXT_LISTENERS, 'k'), COMMAND_KILL);
		buf_done(&text);
	}
}

static void every_broken_line_is_told(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(parse(f, "a\nb\nsort = age\nc\n"), 3);
	assert_non_null(strstr(buf_string(&f->problems), "conf:4: not understood"));
	assert_ptr_equal(f->settings.view.sort, column_named("age"));
}

static void lines_that_are_no_text_are_told(void **state)
{
	static const char zero[] = "sort = \0age\ntheme = mono\n";
	struct fixture *f = *state;
	struct buf text = { 0 };

	settings_init(&f->settings);
	assert_int_equal(config_parse(&f->settings, (struct slice){ zero, sizeof zero - 1 }, "c", &f->problems), 1);
	assert_int_equal(f->settings.view.theme, THEME_MONO);
	buf_add_string(&text, "filter = ");
	buf_add_repeat(&text, 'x', 1000);
	buf_add_string(&text, "\nsort = age\n");
	assert_int_equal(parse(f, buf_string(&text)), 1);
	assert_string_equal(buf_string(&f->problems), "conf:1: the line is too long\n");
	assert_ptr_equal(f->settings.view.sort, column_named("age"));
	buf_done(&text);
}

/* Longer than what inih reads at once, wherever the pieces end. */
static void long_lines_are_read_as_a_whole(void **state)
{
	struct fixture *f = *state;
	const struct column *all[COLUMN_MAX];
	unsigned count = column_all(all);
	struct buf text = { 0 };

	for (unsigned indent = 0; indent < 20; indent++) {
		buf_clear(&text);
		buf_add_string(&text, "columns = ");
		buf_add_repeat(&text, ' ', indent);
		for (unsigned i = 1; i < count; i++)
			buf_printf(&text, "%s%s", i > 1 ? " ,  " : "", all[i]->name);
		buf_add_string(&text, "   ; all of them, and a comment that is as long as what stands before it, if not "
				      "longer, for which nobody has any use\n# ");
		buf_add_repeat(&text, 'x', 300);
		buf_add_string(&text, "\n[filters]\n2 = ");
		buf_add_repeat(&text, 'x', 190 + indent % 4);
		buf_add_string(&text, " or #a a=b\n");
		assert_int_equal(parse(f, buf_string(&text)), 0);
		assert_int_equal(f->settings.view.column_count, count - 1);
		for (unsigned i = 1; i < count; i++)
			assert_ptr_equal(f->settings.view.columns[i - 1], all[i]);
		assert_int_equal(strlen(f->settings.filters[1]), 200 + indent % 4);
	}
	buf_clear(&text);
	buf_add_string(&text, "filter = a");
	buf_add_repeat(&text, '#', 500);
	buf_add_string(&text, "\nsort = age\n");
	assert_int_equal(parse(f, buf_string(&text)), 1);
	assert_string_equal(buf_string(&f->problems), "conf:1: the line is too long\n");
	assert_ptr_equal(f->settings.view.sort, column_named("age"));
	buf_done(&text);
}

static void a_lock_that_is_written_wrongly_still_locks(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(parse(f, "read_only = jes"), 1);
	assert_true(f->settings.is_read_only);
}

/* Also with every comment sign before a setting taken away: the file that is printed holds the defaults. */
static void the_printed_file_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct settings *usual = fatal_calloc(1, sizeof *usual);
	struct buf printed = { 0 }, bare = { 0 };
	struct slice rest;

	settings_print(&printed);
	assert_int_equal(parse(f, buf_string(&printed)), 0);
	rest = buf_slice(&printed);
	while (rest.len) {
		struct slice line = slice_cut(&rest, '\n');
		bool is_value = slice_starts(line, "#") && !slice_starts(line, "# ");
		bool is_example = slice_starts(line, "#1 ") || slice_starts(line, "#2 ");

		buf_add_slice(&bare, is_value && !is_example ? slice_from(line, 1) : line);
		buf_add_char(&bare, '\n');
	}
	assert_int_equal(parse(f, buf_string(&bare)), 0);
	settings_init(usual);
	assert_memory_equal(&f->settings.view, &usual->view, sizeof usual->view);
	assert_int_equal(f->settings.interval_ms, usual->interval_ms);
	assert_int_equal(f->settings.idle_ms, usual->idle_ms);
	assert_false(f->settings.no_mouse || f->settings.is_vim || f->settings.is_read_only);
	for (unsigned i = 0; i < keymap_default()->count; i++) {
		const struct binding *b = &keymap_default()->bindings[i];

		for (unsigned context = 1; context <= CONTEXT_CONFIRM; context <<= 1)
			if (b->contexts & context)
				assert_int_equal(keymap_command(&f->settings.keys.keymap, context, b->key), b->command);
	}
	buf_done(&printed);
	buf_done(&bare);
	free(usual);
}

static void remembered_settings_come_back(void **state)
{
	struct fixture *f = *state;
	size_t count;
	const struct setting *table = settings_table(&count);
	struct buf was = { 0 }, is = { 0 };
	struct settings *again = fatal_calloc(1, sizeof *again);

	parse(f, "theme = mono\ncolumns = pid,port\nsort = -age\nconnection_columns = age,client\nconnection_sort = -state\n"
	      "group = project\nsplit = yes\nfilter = a b\nshow_all = yes\nleftovers = no\n");
	settings_init(again);
	for (size_t i = 0; i < count; i++) {
		if (!table[i].is_remembered)
			continue;
		buf_clear(&was);
		buf_clear(&is);
		settings_get(&table[i], &f->settings, &was);
		assert_int_equal(settings_set(&table[i], again, buf_slice(&was), &is), 0);
		settings_get(&table[i], again, &is);
		assert_string_equal(buf_string(&was), buf_string(&is));
	}
	assert_memory_equal(&again->view, &f->settings.view, sizeof again->view);
	buf_done(&was);
	buf_done(&is);
	free(again);
}

/* Line ends and marks of mdoc are no words. */
static void read_manual(struct buf *out)
{
	FILE *file = fopen(LOTOP_SOURCE_DIR "/man/lotop.conf.5", "r");
	int c;

	assert_non_null(file);
	while ((c = fgetc(file)) != EOF)
		buf_add_char(out, c == '\n' ? ' ' : (char)c);
	fclose(file);
}

static void the_manual_has_every_setting(void **state)
{
	size_t count;
	const struct setting *table = settings_table(&count);
	struct buf page = { 0 }, entry = { 0 };

	(void)state;
	read_manual(&page);
	for (size_t i = 0; i < count; i++) {
		buf_clear(&entry);
		buf_printf(&entry, ".It Cm %s No =%s%s ", table[i].name, *table[i].usual ? " " : "", table[i].usual);
		if (!strstr(buf_string(&page), buf_string(&entry)))
			fail_msg("man/lotop.conf.5 lacks: %s", buf_string(&entry));
	}
	for (enum theme theme = 0; theme < THEME_COUNT; theme++) {
		buf_clear(&entry);
		buf_printf(&entry, ".It Cm %s ", theme_names()[theme]);
		if (!strstr(buf_string(&page), buf_string(&entry)))
			fail_msg("man/lotop.conf.5 lacks: %s", buf_string(&entry));
	}
	buf_done(&page);
	buf_done(&entry);
}

static int set_up(void **state)
{
	*state = fatal_calloc(1, sizeof(struct fixture));
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	buf_done(&f->problems);
	free(f);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_lines_count),
		cmocka_unit_test(a_broken_line_is_told_and_loses_nothing_else),
		cmocka_unit_test(every_broken_line_is_told),
		cmocka_unit_test(lines_that_are_no_text_are_told),
		cmocka_unit_test(long_lines_are_read_as_a_whole),
		cmocka_unit_test(a_lock_that_is_written_wrongly_still_locks),
		cmocka_unit_test(the_printed_file_changes_nothing),
		cmocka_unit_test(remembered_settings_come_back),
		cmocka_unit_test(the_manual_has_every_setting),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
