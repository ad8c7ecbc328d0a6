/* Owns the settings: their names, defaults, and what each takes. Refuses to know where a line comes from. */
#include "settings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "base/nearest.h"
#include "base/text.h"
#include "cli/duration.h"
#include "cli/options.h"

static int refuse(struct buf *why, const char *what, struct slice value, const char *const names[])
{
	const char *near = nearest_name(value, names);

	buf_add_string(why, what);
	if (near) {
		buf_printf(why, " (did you mean %s?)", near);
		return -EINVAL;
	}
	for (size_t i = 0; names[i]; i++)
		buf_printf(why, "%s%s", i ? ", " : " (there is: ", names[i]);
	buf_add_char(why, ')');
	return -EINVAL;
}

/* The index of the value in the list, or -EINVAL. */
static int choose(struct slice value, const char *const names[], struct buf *why)
{
	for (int i = 0; names[i]; i++)
		if (slice_is(value, names[i]))
			return i;
	return refuse(why, "no such value", value, names);
}

static int choose_truth(struct slice value, bool *out, struct buf *why)
{
	static const char *const names[] = { "no", "yes", "false", "true", "off", "on", "0", "1", NULL };
	static const char *const offered[] = { "yes", "no", NULL };

	for (int i = 0; names[i]; i++) {
		if (slice_is(value, names[i])) {
			*out = i % 2;
			return 0;
		}
	}
	return refuse(why, "neither yes nor no", value, offered);
}

static int set_interval(struct settings *s, struct slice value, struct buf *why)
{
	if (duration_parse(value, INTERVAL_MIN_MS, INTERVAL_MAX_MS, &s->interval_ms) == 0)
		return 0;
	buf_add_string(why, "not between 0.1 and 60 seconds (try 0.5 or 500ms)");
	return -EINVAL;
}

enum { IDLE_MIN_MS = 1000, IDLE_MAX_MS = 24 * 3600 * 1000 };

static int set_idle(struct settings *s, struct slice value, struct buf *why)
{
	if (duration_parse(value, IDLE_MIN_MS, IDLE_MAX_MS, &s->idle_ms) == 0)
		return 0;
	buf_add_string(why, "not between 1 second and 24 hours (try 30m or 2h)");
	return -EINVAL;
}

static int set_theme(struct settings *s, struct slice value, struct buf *why)
{
	enum theme theme;

	if (theme_find(value, &theme))
		return refuse(why, "no such theme", value, theme_names());
	s->view.theme = (uint8_t)theme;
	return 0;
}

static void get_theme(const struct settings *s, struct buf *out)
{
	buf_add_string(out, theme_names()[s->view.theme]);
}

static int set_colours(struct settings *s, struct slice value, struct buf *why)
{
	static const char *const names[] = {
		[COLOURS_AUTO] = "auto", [COLOURS_16] = "16", [COLOURS_256] = "256", [COLOURS_NONE] = "none", NULL
	};
	int chosen = choose(value, names, why);

	if (chosen >= 0)
		s->colours = (enum colours)chosen;
	return chosen < 0 ? chosen : 0;
}

static int set_ascii(struct settings *s, struct slice value, struct buf *why)
{
	static const char *const names[] = {
		[SCREEN_TEXT_AUTO] = "auto", [SCREEN_TEXT_ASCII] = "yes", [SCREEN_TEXT_UTF8] = "no", NULL
	};
	int chosen = choose(value, names, why);

	if (chosen >= 0)
		s->text = (enum screen_text)chosen;
	return chosen < 0 ? chosen : 0;
}

static int set_mouse(struct settings *s, struct slice value, struct buf *why)
{
	bool is_on = false;
	int error = choose_truth(value, &is_on, why);

	if (!error)
		s->no_mouse = !is_on;
	return error;
}

static int set_keys(struct settings *s, struct slice value, struct buf *why)
{
	static const char *const names[] = { "default", "vim", NULL };
	int chosen = choose(value, names, why);

	if (chosen >= 0)
		s->is_vim = chosen;
	return chosen < 0 ? chosen : 0;
}

static int find_column(struct slice name, const struct column **out, struct buf *why)
{
	const struct column *column = column_find(name), *all[COLUMN_MAX];
	const char *names[COLUMN_MAX + 1] = { 0 };
	unsigned all_count = column_all(all), count = 0;

	if (column && !column->is_sign) {
		*out = column;
		return 0;
	}
	for (unsigned i = 0; i < all_count; i++)
		if (!all[i]->is_sign)
			names[count++] = all[i]->name;
	buf_add_slice(why, name);
	return refuse(why, ": no such column", name, names);
}

static int set_columns(struct settings *s, struct slice value, struct buf *why)
{
	struct tui_view view = s->view;

	view.column_count = 0;
	while (value.len) {
		struct slice name = slice_trim(slice_cut(&value, ','));
		const struct column *column = NULL;

		if (find_column(name, &column, why))
			return -EINVAL;
		for (unsigned i = 0; i < view.column_count; i++) {
			if (view.columns[i] == column) {
				buf_printf(why, "the column %s stands twice", column->name);
				return -EINVAL;
			}
		}
		view.columns[view.column_count++] = column;
	}
	s->view = view;
	return 0;
}

static void get_columns(const struct settings *s, struct buf *out)
{
	for (unsigned i = 0; i < s->view.column_count; i++)
		buf_printf(out, "%s%s", i ? "," : "", s->view.columns[i]->name);
}

static int set_sort(struct settings *s, struct slice value, struct buf *why)
{
	bool is_reversed = slice_starts(value, "-");
	int error = find_column(slice_from(value, is_reversed), &s->view.sort, why);

	if (!error)
		s->view.is_reversed = is_reversed;
	return error;
}

static void get_sort(const struct settings *s, struct buf *out)
{
	buf_printf(out, "%s%s", s->view.is_reversed ? "-" : "", s->view.sort->name);
}

static int find_link_column(struct slice name, enum link_column_id *out, struct buf *why)
{
	const char *names[LINK_COLUMN_COUNT + 1] = { 0 };

	if (!link_column_find(name, out))
		return 0;
	for (unsigned id = 0; id < LINK_COLUMN_COUNT; id++)
		names[id] = link_column_get(id)->name;
	buf_add_slice(why, name);
	return refuse(why, ": no such column", name, names);
}

static int set_link_columns(struct settings *s, struct slice value, struct buf *why)
{
	struct tui_view view = s->view;

	view.link_column_count = 0;
	while (value.len) {
		struct slice name = slice_trim(slice_cut(&value, ','));
		enum link_column_id id = 0;

		if (find_link_column(name, &id, why))
			return -EINVAL;
		if (view.link_column_count && memchr(view.link_columns, (int)id, view.link_column_count)) {
			buf_printf(why, "the column %s stands twice", link_column_get(id)->name);
			return -EINVAL;
		}
		view.link_columns[view.link_column_count++] = (uint8_t)id;
	}
	s->view = view;
	return 0;
}

static void get_link_columns(const struct settings *s, struct buf *out)
{
	for (unsigned i = 0; i < s->view.link_column_count; i++)
		buf_printf(out, "%s%s", i ? "," : "", link_column_get(s->view.link_columns[i])->name);
}

static int set_link_sort(struct settings *s, struct slice value, struct buf *why)
{
	bool is_reversed = slice_starts(value, "-");
	enum link_column_id id = 0;
	int error = find_link_column(slice_from(value, is_reversed), &id, why);

	if (error)
		return error;
	s->view.link_sort = (uint8_t)id;
	s->view.is_link_reversed = is_reversed;
	return 0;
}

static void get_link_sort(const struct settings *s, struct buf *out)
{
	buf_printf(out, "%s%s", s->view.is_link_reversed ? "-" : "", link_column_get(s->view.link_sort)->name);
}

static int set_split(struct settings *s, struct slice value, struct buf *why)
{
	return choose_truth(value, &s->view.is_split, why);
}

static void get_split(const struct settings *s, struct buf *out)
{
	buf_add_string(out, s->view.is_split ? "yes" : "no");
}

static int set_query(char out[PROMPT_MAX], struct slice value, struct buf *why)
{
	struct query_error error;
	struct query *query;

	if (value.len >= PROMPT_MAX || !text_is_safe(value)) {
		buf_add_string(why, "too long, or not plain text");
		return -EINVAL;
	}
	if (query_parse(value, &query, &error)) {
		buf_printf(why, "character %zu: %s", error.position + 1, error.message);
		return -EINVAL;
	}
	query_free(query);
	snprintf(out, PROMPT_MAX, "%.*s", (int)value.len, value.len ? value.ptr : "");
	return 0;
}

static int set_filter(struct settings *s, struct slice value, struct buf *why)
{
	return set_query(s->view.filter, value, why);
}

static void get_filter(const struct settings *s, struct buf *out)
{
	buf_add_string(out, s->view.filter);
}

static int set_all(struct settings *s, struct slice value, struct buf *why)
{
	return choose_truth(value, &s->view.show_all, why);
}

static void get_all(const struct settings *s, struct buf *out)
{
	buf_add_string(out, s->view.show_all ? "yes" : "no");
}

static int set_leftovers(struct settings *s, struct slice value, struct buf *why)
{
	bool is_on = false;
	int error = choose_truth(value, &is_on, why);

	if (!error)
		s->view.hide_leftovers = !is_on;
	return error;
}

static void get_leftovers(const struct settings *s, struct buf *out)
{
	buf_add_string(out, s->view.hide_leftovers ? "no" : "yes");
}

/* What was meant as a lock and is written wrongly still locks. */
static int set_read_only(struct settings *s, struct slice value, struct buf *why)
{
	int error = choose_truth(value, &s->is_read_only, why);

	if (error)
		s->is_read_only = true;
	return error;
}

static const struct setting table[] = {
	{ "interval", "1", "0.1 to 60 seconds, or as 500ms", "time between two scans",
	  false, set_interval, NULL },
	{ "idle", "30m", "1 second to 24 hours, as 30m or 2h",
	  "a server without a connection for so long is marked", false, set_idle, NULL },
	{ "theme", "default", "default, light, mono, colour-blind, high-contrast", "what the colours are like",
	  true, set_theme, get_theme },
	{ "colours", "auto", "auto, 16, 256, none",
	  "how many colours; auto: what the terminal has, none with NO_COLOR", false, set_colours, NULL },
	{ "ascii", "auto", "auto, yes, no", "lines and text in plain ASCII; auto: where the locale is not UTF-8",
	  false, set_ascii, NULL },
	{ "mouse", "yes", "yes, no", "clicks and the wheel are for lotop; no: for the terminal",
	  false, set_mouse, NULL },
	{ "keys", "default", "default, vim", "vim: j and k move, x kills", false, set_keys, NULL },
	{ "columns", "", "names of columns, with commas", "which columns, in this order; empty: what fits",
	  true, set_columns, get_columns },
	{ "sort", "port", "a column, or -column", "the order of the rows; -column turns it round",
	  true, set_sort, get_sort },
	{ "connection_columns", "", "client, server, state, age, to-server, to-client, with commas",
	  "the same for connections", true, set_link_columns, get_link_columns },
	{ "connection_sort", "server", "a column, or -column", "the order of connections",
	  true, set_link_sort, get_link_sort },
	{ "split", "no", "yes, no", "details beside the table, where the screen has room",
	  true, set_split, get_split },
	{ "filter", "", "as behind /", "the filter at the start", true, set_filter, get_filter },
	{ "show_all", "no", "yes, no", "also sockets that loopback cannot reach", true, set_all, get_all },
	{ "leftovers", "yes", "yes, no", "remains of closed connections", true, set_leftovers, get_leftovers },
	{ "read_only", "no", "yes, no", "nothing is signalled, opened or copied by a program",
	  false, set_read_only, NULL },
};

enum { SETTING_COUNT = sizeof table / sizeof *table };

const struct setting *settings_table(size_t *count)
{
	*count = SETTING_COUNT;
	return table;
}

void settings_init(struct settings *s)
{
	struct buf why = { 0 };

	*s = (struct settings){ 0 };
	for (size_t i = 0; i < SETTING_COUNT; i++)
		table[i].set(s, slice_of(table[i].usual), &why);
	buf_done(&why);
}

static int take_setting(struct settings *s, struct slice name, struct slice value, struct buf *why)
{
	const char *names[SETTING_COUNT + 1] = { 0 }, *near;

	for (size_t i = 0; i < SETTING_COUNT; i++) {
		names[i] = table[i].name;
		if (slice_is(name, names[i]))
			return table[i].set(s, value, why);
	}
	near = nearest_name(name, names);
	buf_add_string(why, "no such setting");
	if (near)
		buf_printf(why, " (did you mean %s?)", near);
	else
		buf_add_string(why, " (all of them: lotop --print-config)");
	return -EINVAL;
}

static int take_filter(struct settings *s, struct slice name, struct slice value, struct buf *why)
{
	uint64_t key;

	if (slice_to_u64(name, 10, &key) && key && key <= SAVED_FILTERS)
		return set_query(s->filters[key - 1], value, why);
	buf_add_string(why, "saved filters have the keys 1 to 9");
	return -EINVAL;
}

int settings_take(struct settings *s, struct slice section, struct slice name, struct slice value,
		  unsigned line, struct buf *why)
{
	static const char *const sections[] = { "filters", "keys", NULL };

	if (!section.len)
		return take_setting(s, name, value, why);
	if (slice_is(section, "filters"))
		return take_filter(s, name, value, why);
	if (slice_is(section, "keys"))
		return rebind_wish(&s->keys, name, value, line, why);
	buf_add_char(why, '[');
	buf_add_slice(why, section);
	return refuse(why, "]: no such section", section, sections);
}

static void print_keys(struct buf *out)
{
	for (enum command command = COMMAND_NONE + 1; command < COMMAND_COUNT; command++) {
		if (!rebind_is_allowed(command))
			continue;
		buf_printf(out, "# %s\n#%s = ", command_info(command)->help, command_info(command)->name);
		keymap_add_keys(out, keymap_default(), CONTEXT_VIEWS, command);
		buf_add_char(out, '\n');
	}
}

void settings_print(struct buf *out)
{
	buf_add_string(out, "# lotop.conf with its defaults; man lotop.conf explains it.\n"
			    "# An option of the command line counts more than this file, this file more than the\n"
			    "# view that lotop remembers. Remove the # before a line to change it.\n");
	for (size_t i = 0; i < SETTING_COUNT; i++)
		buf_printf(out, "\n# %s\n# (%s)\n#%s = %s\n", table[i].help, table[i].values, table[i].name,
			   table[i].usual);
	buf_add_string(out, "\n[filters]\n# saved filters, for the keys 1 to 9\n#1 = port:3000-3999\n"
			    "#2 = mark:exposed\n\n[keys]\n");
	print_keys(out);
}
