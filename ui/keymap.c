/* Owns the keys. A key stands once per context; commands of one line of help stand together. Refuses to
 * know what a command does. */
#include "ui/keymap.h"

#include "ui/input.h"

enum {
	LISTENERS = CONTEXT_LISTENERS, DETAILS = CONTEXT_DETAILS, PAGES = CONTEXT_PAGES,
	VIEWS = CONTEXT_VIEWS, ROW = CONTEXT_ROW, PROMPT = CONTEXT_PROMPT, MENU = CONTEXT_MENU,
	DIALOG = CONTEXT_DIALOG, CONFIRM = CONTEXT_CONFIRM, EVERYWHERE = 0xffff,
	TABLES = CONTEXT_TABLES, CONNECTIONS = CONTEXT_CONNECTIONS,
	TABS = TABLES | CONTEXT_EVENTS, CLOSED = DETAILS | CONTEXT_HELP, LISTS = VIEWS | MENU
};

static const struct binding bindings[] = {
	{ INPUT_UP, LISTS | PROMPT, COMMAND_UP },
	{ INPUT_DOWN, LISTS | PROMPT, COMMAND_DOWN },
	{ INPUT_PAGE_UP, LISTS | PROMPT, COMMAND_PAGE_UP },
	{ INPUT_PAGE_DOWN, LISTS | PROMPT, COMMAND_PAGE_DOWN },
	{ INPUT_HOME, LISTS, COMMAND_HOME },
	{ 'g', VIEWS, COMMAND_HOME },
	{ INPUT_END, LISTS, COMMAND_END },
	{ 'G', VIEWS, COMMAND_END },

	{ INPUT_ENTER, TABLES, COMMAND_DETAILS },
	{ 'k', ROW, COMMAND_KILL },
	{ INPUT_F0 + 9, ROW, COMMAND_KILL },
	{ 'K', ROW, COMMAND_KILL_HARD },
	{ 'c', ROW, COMMAND_COPY },
	{ 'u', ROW, COMMAND_COPY_URL },
	{ 'y', ROW, COMMAND_COPY_MENU },
	{ 'o', ROW, COMMAND_OPEN },

	{ '/', TABLES, COMMAND_FILTER },
	{ INPUT_ESCAPE, TABLES, COMMAND_CLEAR },
	{ 's', LISTENERS, COMMAND_SORT },
	{ 'r', LISTENERS, COMMAND_REVERSE },
	{ 'a', LISTENERS, COMMAND_ALL },
	{ 'l', LISTENERS, COMMAND_LEFTOVERS },
	{ 'a', CONNECTIONS, COMMAND_NARROW },

	{ INPUT_TAB, TABS, COMMAND_NEXT_VIEW },
	{ INPUT_BACK_TAB, TABS, COMMAND_PREVIOUS_VIEW },
	{ INPUT_ESCAPE, PAGES, COMMAND_BACK },
	{ 'q', CLOSED, COMMAND_BACK },
	{ INPUT_ENTER, CLOSED, COMMAND_BACK },

	{ 'p', VIEWS, COMMAND_PAUSE },
	{ '+', VIEWS, COMMAND_SLOWER },
	{ '-', VIEWS, COMMAND_FASTER },
	{ 'R', VIEWS, COMMAND_RESCAN },
	{ INPUT_F0 + 5, VIEWS, COMMAND_RESCAN },
	{ INPUT_CTRL('L'), EVERYWHERE, COMMAND_REDRAW },
	{ '?', VIEWS & ~CONTEXT_HELP, COMMAND_HELP },
	{ INPUT_F0 + 1, VIEWS & ~CONTEXT_HELP, COMMAND_HELP },
	{ '?', CONTEXT_HELP, COMMAND_BACK },
	{ INPUT_F0 + 1, CONTEXT_HELP, COMMAND_BACK },
	{ 'q', TABS, COMMAND_QUIT },
	{ INPUT_F0 + 10, EVERYWHERE, COMMAND_QUIT },
	{ INPUT_CTRL('C'), EVERYWHERE, COMMAND_QUIT },

	{ INPUT_ENTER, PROMPT | MENU | DIALOG, COMMAND_ACCEPT },
	{ INPUT_ESCAPE, PROMPT | MENU | DIALOG | CONFIRM, COMMAND_CANCEL },
	{ 'q', MENU | DIALOG | CONFIRM, COMMAND_CANCEL },
	{ INPUT_TAB, DIALOG, COMMAND_NEXT },
	{ INPUT_RIGHT, DIALOG, COMMAND_NEXT },
	{ INPUT_DOWN, DIALOG, COMMAND_NEXT },
	{ INPUT_BACK_TAB, DIALOG, COMMAND_PREVIOUS },
	{ INPUT_LEFT, DIALOG, COMMAND_PREVIOUS },
	{ INPUT_UP, DIALOG, COMMAND_PREVIOUS },
	{ 'y', CONFIRM, COMMAND_CONFIRM },
	{ 'n', CONFIRM, COMMAND_CANCEL },
	{ INPUT_LEFT, PROMPT, COMMAND_LEFT },
	{ INPUT_RIGHT, PROMPT, COMMAND_RIGHT },
	{ INPUT_HOME, PROMPT, COMMAND_LINE_HOME },
	{ INPUT_CTRL('A'), PROMPT, COMMAND_LINE_HOME },
	{ INPUT_END, PROMPT, COMMAND_LINE_END },
	{ INPUT_CTRL('E'), PROMPT, COMMAND_LINE_END },
	{ INPUT_BACKSPACE, PROMPT, COMMAND_ERASE },
	{ INPUT_DELETE, PROMPT, COMMAND_DELETE },
	{ INPUT_CTRL('W'), PROMPT, COMMAND_ERASE_WORD },
	{ INPUT_CTRL('U'), PROMPT, COMMAND_ERASE_ALL },
};

enum { BINDING_COUNT = sizeof bindings / sizeof *bindings };

static const struct {
	uint32_t key;
	const char *name;
} names[] = {
	{ INPUT_TAB, "Tab" }, { INPUT_BACK_TAB, "Shift-Tab" },
	{ INPUT_ENTER, "Enter" }, { INPUT_ESCAPE, "Esc" },
	{ INPUT_UP, "Up" }, { INPUT_DOWN, "Down" }, { INPUT_LEFT, "Left" }, { INPUT_RIGHT, "Right" },
	{ INPUT_PAGE_UP, "PgUp" }, { INPUT_PAGE_DOWN, "PgDn" }, { INPUT_HOME, "Home" }, { INPUT_END, "End" },
	{ INPUT_DELETE, "Del" }, { INPUT_BACKSPACE, "Backspace" },
};

const struct binding *keymap_bindings(size_t *count)
{
	*count = BINDING_COUNT;
	return bindings;
}

enum command keymap_command(enum context context, uint32_t key)
{
	for (size_t i = 0; i < BINDING_COUNT; i++)
		if (bindings[i].key == key && bindings[i].contexts & context)
			return bindings[i].command;
	return COMMAND_NONE;
}

void keymap_add_key_name(struct buf *out, uint32_t key)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (names[i].key == key) {
			buf_add_string(out, names[i].name);
			return;
		}
	}
	if (key > INPUT_F0)
		buf_printf(out, "F%u", key - INPUT_F0);
	else if (key < ' ')
		buf_printf(out, "Ctrl-%c", key + '@');
	else
		buf_add_char(out, (char)key);
}

void keymap_add_keys(struct buf *out, enum context context, enum command command)
{
	const char *between = "";

	for (size_t i = 0; i < BINDING_COUNT; i++) {
		if (bindings[i].command != command || !(bindings[i].contexts & context))
			continue;
		buf_add_string(out, between);
		keymap_add_key_name(out, bindings[i].key);
		between = " ";
	}
}
