/* Owns how wishes become a key map, and that no key means two things in one place. Refuses to know where
 * wishes come from. */
#include "ui/rebind.h"

#include <assert.h>
#include <errno.h>
#include "base/nearest.h"
#include "ui/input.h"

enum { MENUS = CONTEXT_MENU | CONTEXT_COLUMNS, CHOSEN = CONTEXT_VIEWS | MENUS };

static const struct {
	enum command command;
	uint32_t keys[REBIND_KEYS_MAX];
} vim[] = {
	{ COMMAND_UP, { INPUT_UP, 'k', INPUT_CTRL('P') } },
	{ COMMAND_DOWN, { INPUT_DOWN, 'j', INPUT_CTRL('N') } },
	{ COMMAND_PAGE_UP, { INPUT_PAGE_UP, INPUT_CTRL('B'), INPUT_CTRL('U') } },
	{ COMMAND_PAGE_DOWN, { INPUT_PAGE_DOWN, INPUT_CTRL('F'), INPUT_CTRL('D') } },
	{ COMMAND_KILL, { 'x', INPUT_F0 + 9 } },
	{ COMMAND_KILL_HARD, { 'X' } },
};

static bool is_character(uint32_t key)
{
	return key >= ' ' && key != INPUT_BACKSPACE && key < INPUT_UP;
}

static bool has_key(const struct rebind_wish *w, uint32_t key)
{
	for (unsigned i = 0; i < w->count; i++)
		if (w->keys[i] == key)
			return true;
	return false;
}

bool rebind_is_allowed(enum command command)
{
	const struct keymap *base = keymap_default();

	for (size_t i = 0; i < base->count; i++)
		if (base->bindings[i].command == command && base->bindings[i].contexts & CONTEXT_VIEWS)
			return true;
	return false;
}

static int find_command(struct slice name, enum command *out, struct buf *why)
{
	const char *names[COMMAND_COUNT + 1] = { 0 };
	size_t count = 0;

	for (enum command command = COMMAND_NONE + 1; command < COMMAND_COUNT; command++) {
		if (!rebind_is_allowed(command))
			continue;
		names[count++] = command_info(command)->name;
		if (slice_is(name, names[count - 1])) {
			*out = command;
			return 0;
		}
	}
	buf_add_string(why, "no command that keys can be chosen for (");
	nearest_add_hint(why, name, names, "", "all of them: lotop --print-config");
	buf_add_char(why, ')');
	return -EINVAL;
}

int rebind_wish(struct rebind *r, struct slice name, struct slice keys, unsigned line, struct buf *why)
{
	struct rebind_wish wish = { .line = line };
	enum command command;
	uint32_t key = 0;

	if (find_command(name, &command, why))
		return -EINVAL;
	for (struct slice word = slice_word(&keys); word.len; word = slice_word(&keys)) {
		if (!keymap_parse_key(word, &key)) {
			buf_add_slice(why, word);
			buf_add_string(why, ": no such key (as in: k F9 Ctrl-L Space Enter PgUp Shift-Tab)");
			return -EINVAL;
		}
		if (key == INPUT_CTRL('C') && command != COMMAND_QUIT) {
			buf_add_string(why, "Ctrl-C always quits (choose another key)");
			return -EINVAL;
		}
		if (wish.count == REBIND_KEYS_MAX) {
			buf_printf(why, "more than %d keys", REBIND_KEYS_MAX);
			return -EINVAL;
		}
		if (!has_key(&wish, key))
			wish.keys[wish.count++] = key;
	}
	if (!wish.count) {
		buf_add_string(why, "no key (as in: k F9)");
		return -EINVAL;
	}
	r->wishes[command] = wish;
	return 0;
}

void rebind_add_vim(struct rebind *r)
{
	for (size_t i = 0; i < sizeof vim / sizeof *vim; i++) {
		struct rebind_wish *w = &r->wishes[vim[i].command];

		for (unsigned k = 0; !w->line && k < REBIND_KEYS_MAX && vim[i].keys[k]; k++) {
			w->keys[k] = vim[i].keys[k];
			w->count = k + 1;
		}
	}
}

/* Where a new key of the command holds: where the same key does, else where its letters do, else in all of
 * its views. Menus have it, too, where they have the command. */
static uint16_t contexts_of(enum command command, uint32_t key)
{
	const struct keymap *base = keymap_default();
	uint16_t same = 0, letters = 0, all = 0;

	for (size_t i = 0; i < base->count; i++) {
		const struct binding *b = &base->bindings[i];

		if (b->command != command)
			continue;
		all |= b->contexts;
		if (b->key == key)
			same |= b->contexts;
		if (is_character(b->key))
			letters |= b->contexts;
	}
	if (same)
		return same;
	return (is_character(key) && letters ? letters | (all & MENUS) : all) & CHOSEN;
}

static void add(struct rebind *r, uint32_t key, uint16_t contexts, enum command command)
{
	assert(r->keymap.count < REBIND_BINDINGS_MAX);
	if (contexts)
		r->bindings[r->keymap.count++] = (struct binding){ key, contexts, (uint8_t)command };
}

/* The keys that were wished for stand where the first one of the command stood. */
static void build(struct rebind *r)
{
	const struct keymap *base = keymap_default();
	bool is_placed[COMMAND_COUNT] = { false };

	r->keymap = (struct keymap){ .bindings = r->bindings };
	for (size_t i = 0; i < base->count; i++) {
		const struct binding *b = &base->bindings[i];
		const struct rebind_wish *w = &r->wishes[b->command];

		for (unsigned k = 0; k < w->count && !is_placed[b->command]; k++)
			add(r, w->keys[k], contexts_of(b->command, w->keys[k]), b->command);
		is_placed[b->command] = true;
		if (!w->count || b->key == INPUT_CTRL('C'))
			add(r, b->key, has_key(w, b->key) ? 0 : b->contexts, b->command);
		else if (!has_key(w, b->key))
			add(r, b->key, b->contexts & (uint16_t)~CONTEXT_VIEWS, b->command);
	}
}

static bool find_conflict(const struct rebind *r, const struct binding **a, const struct binding **b)
{
	for (size_t i = 0; i < r->keymap.count; i++) {
		for (size_t j = i + 1; j < r->keymap.count; j++) {
			*a = &r->bindings[i];
			*b = &r->bindings[j];
			if ((*a)->key == (*b)->key && (*a)->contexts & (*b)->contexts
			    && (*a)->command != (*b)->command)
				return true;
		}
	}
	return false;
}

/* Every round gives up one wish, and without wishes there is no conflict. */
void rebind_make(struct rebind *r, void (*refused)(void *context, unsigned line, const char *why),
		 void *context)
{
	const struct binding *a, *b;

	for (build(r); find_conflict(r, &a, &b); build(r)) {
		bool takes_a = r->wishes[a->command].line >= r->wishes[b->command].line;
		const struct binding *loser = takes_a ? a : b, *winner = takes_a ? b : a;
		struct rebind_wish *w = &r->wishes[loser->command];
		struct buf why = { 0 };

		if (!w->count) {
			w = &r->wishes[winner->command];
			loser = winner == a ? a : b;
			winner = loser == a ? b : a;
		}
		keymap_add_key_name(&why, loser->key);
		buf_printf(&why, " is a key of both %s and %s (choose another one for %s, or free it in %s)",
			   command_info(loser->command)->name, command_info(winner->command)->name,
			   command_info(loser->command)->name, command_info(winner->command)->name);
		refused(context, w->line, buf_string(&why));
		*w = (struct rebind_wish){ 0 };
		buf_done(&why);
	}
}
