/* Owns the keys. A key stands once per context; commands of one line of help stand together. Refuses to
 * know what a command does. */
#include "ui/keymap.h"

#include "ui/input.h"

enum {
	LISTENERS = CONTEXT_LISTENERS, DETAILS = CONTEXT_DETAILS, PAGES = CONTEXT_PAGES,
	VIEWS = CONTEXT_VIEWS, ROW = CONTEXT_ROW, PROMPT = CONTEXT_PROMPT, MENU = CONTEXT_MENU,
	DIALOG = CONTEXT_DIALOG, CONFIRM = CONTEXT_CONFIRM, EVERYWHERE = 0xffff,
	TABLES = CONTEXT_TABLES, CONNECTIONS = CONTEXT_CONNECTIONS,
	TABS = TABLES | CONTEXT_EVENTS, CLOSED = DETAILS | CONTEXT_WHY | CONTEXT_HELP,
	CHOOSER = CONTEXT_COLUMNS, MENUS = MENU | CHOOSER, LISTS = VIEWS | MENUS
};

static const struct binding bindings[] = {
	{ INPUT_UP, LISTS | PROMPT, COMMAND_UP },
	{ INPUT_DOWN, LISTS | PROMPT, COMMAND_DOWN },
	{ INPUT_PAGE_UP, LISTS | PROMPT, COMMAND_PAGE_UP },
	{ INPUT_PAGE_DOWN, LISTS | PROMPT, COMMAND_PAGE_DOWN },
	{ ' ', CLOSED, COMMAND_PAGE_DOWN },
	{ INPUT_HOME, LISTS, COMMAND_HOME },
	{ 'g', VIEWS, COMMAND_HOME },
	{ INPUT_END, LISTS, COMMAND_END },
	{ 'G', VIEWS, COMMAND_END },

	{ INPUT_ENTER, TABLES, COMMAND_DETAILS },
	{ INPUT_ENTER, CONTEXT_EVENTS, COMMAND_JUMP },
	{ 'k', ROW, COMMAND_KILL },
	{ INPUT_F0 + 9, ROW, COMMAND_KILL },
	{ 'K', ROW, COMMAND_KILL_HARD },
	{ 'c', ROW, COMMAND_COPY },
	{ 'u', ROW, COMMAND_COPY_URL },
	{ 'y', ROW, COMMAND_COPY_MENU },
	{ 'o', ROW, COMMAND_OPEN },
	{ 'w', TABLES | DETAILS | CONTEXT_WHY, COMMAND_WHY },
	{ 'C', CONTEXT_WHY, COMMAND_TRY },
	{ ' ', LISTENERS, COMMAND_TAG },
	{ 'U', LISTENERS, COMMAND_UNTAG },
	{ 't', LISTENERS, COMMAND_GROUP },
	{ INPUT_LEFT, LISTENERS, COMMAND_FOLD },
	{ INPUT_RIGHT, LISTENERS, COMMAND_UNFOLD },

	{ '/', TABS, COMMAND_FILTER },
	{ INPUT_ESCAPE, TABLES, COMMAND_CLEAR },
	{ 's', TABLES, COMMAND_SORT },
	{ 'r', TABLES, COMMAND_REVERSE },
	{ 'C', TABLES, COMMAND_COLUMNS },
	{ INPUT_F0 + 2, TABLES, COMMAND_COLUMNS },
	{ 'a', LISTENERS | CONTEXT_EVENTS, COMMAND_ALL },
	{ 'l', LISTENERS, COMMAND_LEFTOVERS },
	{ 'a', CONNECTIONS, COMMAND_NARROW },
	{ 'd', TABLES, COMMAND_SPLIT },
	{ '[', TABLES, COMMAND_ASIDE_UP },
	{ ']', TABLES, COMMAND_ASIDE_DOWN },

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

	{ INPUT_ENTER, PROMPT | MENUS | DIALOG, COMMAND_ACCEPT },
	{ INPUT_ESCAPE, PROMPT | MENUS | DIALOG | CONFIRM, COMMAND_CANCEL },
	{ 'q', MENUS | DIALOG | CONFIRM, COMMAND_CANCEL },
	{ ' ', CHOOSER, COMMAND_CHECK },
	{ '[', CHOOSER, COMMAND_EARLIER },
	{ INPUT_F0 + 7, CHOOSER, COMMAND_EARLIER },
	{ INPUT_LEFT, CHOOSER, COMMAND_EARLIER },
	{ ']', CHOOSER, COMMAND_LATER },
	{ INPUT_F0 + 8, CHOOSER, COMMAND_LATER },
	{ INPUT_RIGHT, CHOOSER, COMMAND_LATER },
	{ 'u', CHOOSER, COMMAND_USUAL },
	{ INPUT_TAB, DIALOG, COMMAND_NEXT },
	{ INPUT_RIGHT, DIALOG, COMMAND_NEXT },
	{ INPUT_DOWN, DIALOG, COMMAND_NEXT },
	{ INPUT_BACK_TAB, DIALOG, COMMAND_PREVIOUS },
	{ INPUT_LEFT, DIALOG, COMMAND_PREVIOUS },
	{ INPUT_UP, DIALOG, COMMAND_PREVIOUS },
	{ 'y', CONFIRM, COMMAND_CONFIRM },
	{ 'n', CONFIRM, COMMAND_CANCEL },
	{ INPUT_TAB, PROMPT, COMMAND_COMPLETE },
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

static const struct keymap usual = { bindings, sizeof bindings / sizeof *bindings };

/* Keys without a character of their own, and characters that mean something else in a config file. */
static const struct {
	uint32_t key;
	const char *name;
} names[] = {
	{ INPUT_TAB, "Tab" }, { INPUT_BACK_TAB, "Shift-Tab" },
	{ INPUT_ENTER, "Enter" }, { INPUT_ESCAPE, "Esc" },
	{ INPUT_UP, "Up" }, { INPUT_DOWN, "Down" }, { INPUT_LEFT, "Left" }, { INPUT_RIGHT, "Right" },
	{ INPUT_PAGE_UP, "PgUp" }, { INPUT_PAGE_DOWN, "PgDn" }, { INPUT_HOME, "Home" }, { INPUT_END, "End" },
	{ ' ', "Space" }, { INPUT_DELETE, "Del" }, { INPUT_BACKSPACE, "Backspace" },
	{ ';', "Semicolon" },
};

enum { NAME_COUNT = sizeof names / sizeof *names, FUNCTION_KEYS = 12 };

const struct keymap *keymap_default(void)
{
	return &usual;
}

enum command keymap_command(const struct keymap *k, enum context context, uint32_t key)
{
	for (size_t i = 0; i < k->count; i++)
		if (k->bindings[i].key == key && k->bindings[i].contexts & context)
			return k->bindings[i].command;
	return COMMAND_NONE;
}

uint32_t keymap_key(const struct keymap *k, enum context context, enum command command)
{
	for (size_t i = 0; i < k->count; i++)
		if (k->bindings[i].command == command && k->bindings[i].contexts & context)
			return k->bindings[i].key;
	return 0;
}

void keymap_add_key_name(struct buf *out, uint32_t key)
{
	for (size_t i = 0; i < NAME_COUNT; i++) {
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

static bool parse_function_key(struct slice name, uint32_t *key)
{
	uint64_t number;

	if (!slice_starts(name, "F") || !slice_to_u64(slice_from(name, 1), 10, &number) || !number
	    || number > FUNCTION_KEYS || name.ptr[1] == '0')
		return false;
	*key = INPUT_F0 + (uint32_t)number;
	return true;
}

static bool parse_control_key(struct slice name, uint32_t *key)
{
	char letter = name.len == 6 ? (char)(name.ptr[5] & ~0x20) : 0;

	if (!slice_starts(name, "Ctrl-") || letter < 'A' || letter > 'Z')
		return false;
	*key = (uint32_t)INPUT_CTRL(letter);
	return true;
}

bool keymap_parse_key(struct slice name, uint32_t *key)
{
	for (size_t i = 0; i < NAME_COUNT; i++) {
		if (slice_is(name, names[i].name)) {
			*key = names[i].key;
			return true;
		}
	}
	if (name.len == 1 && *name.ptr > ' ' && *name.ptr <= '~') {
		*key = (uint32_t)*name.ptr;
		return true;
	}
	return parse_function_key(name, key) || parse_control_key(name, key);
}

void keymap_add_keys(struct buf *out, const struct keymap *k, enum context context, enum command command)
{
	const char *between = "";

	for (size_t i = 0; i < k->count; i++) {
		if (k->bindings[i].command != command || !(k->bindings[i].contexts & context))
			continue;
		buf_add_string(out, between);
		keymap_add_key_name(out, k->bindings[i].key);
		between = " ";
	}
}
