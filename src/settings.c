/* Owns the settings: their names, defaults, and what each takes. Refuses to know where a line comes from. */
#include "settings.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include "base/nearest.h"
#include "base/text.h"
#include "choice.h"
#include "cli/duration.h"
#include "cli/options.h"
#include "columnlist.h"

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
	int chosen = choice_find(value, theme_names(), "no such theme", why);

	if (chosen >= 0)
		s->view.theme = (uint8_t)chosen;
	return chosen < 0 ? chosen : 0;
}

static void get_theme(const struct settings *s, struct buf *out)
{
	buf_add_string(out, theme_names()[s->view.theme]);
}

static int set_colours(struct settings *s, struct slice value, struct buf *why)
{
	static const char *const names[] = {
		[COLOURS_AUTO] = "auto", [COLOURS_16] = "16", [COLOURS_256] = "256",
		[COLOURS_NONE] = "none", NULL
	};
	int chosen = choice_find(value, names, "no such value", why);

	if (chosen >= 0)
		s->colours = (enum colours)chosen;
	return chosen < 0 ? chosen : 0;
}

static int set_ascii(struct settings *s, struct slice value, struct buf *why)
{
	static const char *const names[] = {
		[SCREEN_TEXT_AUTO] = "auto", [SCREEN_TEXT_ASCII] = "yes", [SCREEN_TEXT_UTF8] = "no", NULL
	};
	int chosen = choice_find(value, names, "no such value", why);

	if (chosen >= 0)
		s->text = (enum screen_text)chosen;
	return chosen < 0 ? chosen : 0;
}

static int set_keys(struct settings *s, struct slice value, struct buf *why)
{
	static const char *const names[] = { "default", "vim", NULL };
	int chosen = choice_find(value, names, "no such value", why);

	if (chosen >= 0)
		s->is_vim = chosen;
	return chosen < 0 ? chosen : 0;
}

static int set_columns(struct settings *s, struct slice value, struct buf *why)
{
	struct columnlist list;
	int error = columnlist_parse(&columnlist_listeners, value, &list, why);

	if (error)
		return error;
	for (unsigned i = 0; i < list.count; i++)
		s->view.columns[i] = column_at(list.columns[i]);
	s->view.column_count = (uint8_t)list.count;
	return 0;
}

static void get_columns(const struct settings *s, struct buf *out)
{
	struct columnlist list = { .count = s->view.column_count };

	for (unsigned i = 0; i < list.count; i++)
		list.columns[i] = s->view.columns[i]->place;
	columnlist_add(out, &columnlist_listeners, &list);
}

static int set_sort(struct settings *s, struct slice value, struct buf *why)
{
	struct columnlist_order order;
	int error = columnlist_parse_order(&columnlist_listeners, value, &order, why);

	if (error)
		return error;
	s->view.sort = column_at(order.column);
	s->view.is_reversed = order.is_reversed;
	return 0;
}

static void get_sort(const struct settings *s, struct buf *out)
{
	const struct columnlist_order order = { s->view.sort->place, s->view.is_reversed };

	columnlist_add_order(out, &columnlist_listeners, order);
}

static int set_link_columns(struct settings *s, struct slice value, struct buf *why)
{
	struct columnlist list;
	int error = columnlist_parse(&columnlist_connections, value, &list, why);

	if (error)
		return error;
	for (unsigned i = 0; i < list.count; i++)
		s->view.link_columns[i] = (uint8_t)list.columns[i];
	s->view.link_column_count = (uint8_t)list.count;
	return 0;
}

static void get_link_columns(const struct settings *s, struct buf *out)
{
	struct columnlist list = { .count = s->view.link_column_count };

	for (unsigned i = 0; i < list.count; i++)
		list.columns[i] = s->view.link_columns[i];
	columnlist_add(out, &columnlist_connections, &list);
}

static int set_link_sort(struct settings *s, struct slice value, struct buf *why)
{
	struct columnlist_order order;
	int error = columnlist_parse_order(&columnlist_connections, value, &order, why);

	if (error)
		return error;
	s->view.link_sort = (uint8_t)order.column;
	s->view.is_link_reversed = order.is_reversed;
	return 0;
}

static void get_link_sort(const struct settings *s, struct buf *out)
{
	const struct columnlist_order order = { s->view.link_sort, s->view.is_link_reversed };

	columnlist_add_order(out, &columnlist_connections, order);
}

static int set_group(struct settings *s, struct slice value, struct buf *why)
{
	const char *names[GROUPING_COUNT + 1] = { 0 };
	int chosen;

	for (enum grouping by = 0; by < GROUPING_COUNT; by++)
		names[by] = grouping_name(by);
	chosen = choice_find(value, names, "no such value", why);
	if (chosen >= 0)
		s->view.group = (uint8_t)chosen;
	return chosen < 0 ? chosen : 0;
}

static void get_group(const struct settings *s, struct buf *out)
{
	buf_add_string(out, grouping_name(s->view.group));
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

static bool *truth_of(const struct setting *setting, struct settings *s)
{
	return (bool *)((char *)s + setting->truth);
}

static int set_truth(const struct setting *setting, struct settings *s, struct slice value, struct buf *why)
{
	bool is_yes = false;
	int error = choice_find_truth(value, &is_yes, why);

	if (!error)
		*truth_of(setting, s) = is_yes != setting->is_opposite;
	return error;
}

/* What was meant as a lock and is written wrongly still locks. */
static int set_lock(struct settings *s, struct slice value, struct buf *why)
{
	int error = choice_find_truth(value, &s->is_read_only, why);

	if (error)
		s->is_read_only = true;
	return error;
}

static const struct setting table[] = {
	{ "interval", "1", "0.1 to 60 seconds, or as 500ms", "time between two scans",
	  .set = set_interval },
	{ "idle", "30m", "1 second to 24 hours, as 30m or 2h",
	  "a server without a connection for so long is marked",
	  .set = set_idle },
	{ "theme", "default", "default, light, mono, colour-blind, high-contrast",
	  "what the colours are like",
	  .is_remembered = true, .set = set_theme, .get = get_theme },
	{ "colours", "auto", "auto, 16, 256, none",
	  "how many colours; auto: what the terminal has, none with NO_COLOR",
	  .set = set_colours },
	{ "ascii", "auto", "auto, yes, no",
	  "lines and text in plain ASCII; auto: where the locale is not UTF-8",
	  .set = set_ascii },
	{ "mouse", "yes", "yes, no", "clicks and the wheel are for lotop; no: for the terminal",
	  .truth = offsetof(struct settings, no_mouse), .is_opposite = true },
	{ "keys", "default", "default, vim", "vim: j and k move, x kills", .set = set_keys },
	{ "columns", "", "names of columns, with commas", "which columns, in this order; empty: what fits",
	  .is_remembered = true, .set = set_columns, .get = get_columns },
	{ "sort", "port", "a column, or -column", "the order of the rows; -column turns it round",
	  .is_remembered = true, .set = set_sort, .get = get_sort },
	{ "connection_columns", "", "client, server, state, age, to-server, to-client, with commas",
	  "the same for connections",
	  .is_remembered = true, .set = set_link_columns, .get = get_link_columns },
	{ "connection_sort", "server", "a column, or -column", "the order of connections",
	  .is_remembered = true, .set = set_link_sort, .get = get_link_sort },
	{ "group", "off", "off, process, project, place", "rows in groups that fold",
	  .is_remembered = true, .set = set_group, .get = get_group },
	{ "split", "no", "yes, no", "details beside the table, where the screen has room",
	  .is_remembered = true, .truth = offsetof(struct settings, view.is_split) },
	{ "filter", "", "as behind /", "the filter at the start",
	  .is_remembered = true, .set = set_filter, .get = get_filter },
	{ "show_all", "no", "yes, no", "also sockets that loopback cannot reach",
	  .is_remembered = true, .truth = offsetof(struct settings, view.show_all) },
	{ "leftovers", "yes", "yes, no", "remains of closed connections",
	  .is_remembered = true, .truth = offsetof(struct settings, view.hide_leftovers),
	  .is_opposite = true },
	{ "read_only", "no", "yes, no", "nothing is signalled, opened or copied by a program",
	  .set = set_lock },
};

enum { SETTING_COUNT = sizeof table / sizeof *table };

const struct setting *settings_table(size_t *count)
{
	*count = SETTING_COUNT;
	return table;
}

int settings_set(const struct setting *setting, struct settings *s, struct slice value, struct buf *why)
{
	return setting->set ? setting->set(s, value, why) : set_truth(setting, s, value, why);
}

void settings_get(const struct setting *setting, const struct settings *s, struct buf *out)
{
	if (setting->get) {
		setting->get(s, out);
	} else {
		bool is_yes = *truth_of(setting, (struct settings *)s) != setting->is_opposite;

		buf_add_string(out, is_yes ? "yes" : "no");
	}
}

void settings_init(struct settings *s)
{
	struct buf why = { 0 };

	*s = (struct settings){ 0 };
	for (size_t i = 0; i < SETTING_COUNT; i++)
		settings_set(&table[i], s, slice_of(table[i].usual), &why);
	buf_done(&why);
}

static int take_setting(struct settings *s, struct slice name, struct slice value, struct buf *why)
{
	const char *names[SETTING_COUNT + 1] = { 0 };

	for (size_t i = 0; i < SETTING_COUNT; i++) {
		names[i] = table[i].name;
		if (slice_is(name, names[i]))
			return settings_set(&table[i], s, value, why);
	}
	buf_add_string(why, "no such setting (");
	nearest_add_hint(why, name, names, "", "all of them: lotop --print-config");
	buf_add_char(why, ')');
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
	return choice_refuse(section, sections, "]: no such section", why);
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
