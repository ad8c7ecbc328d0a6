/* THE key table: which key means which command in which place. Help screen and key line read it too. */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "ui/command.h"

enum context {                   /* where the keys go; bits */
	CONTEXT_LISTENERS = 1, CONTEXT_CONNECTIONS = 2, CONTEXT_EVENTS = 4, CONTEXT_DETAILS = 8,
	CONTEXT_WHY = 16, CONTEXT_HELP = 32, CONTEXT_PROMPT = 64, CONTEXT_MENU = 128, CONTEXT_DIALOG = 256,
	CONTEXT_CONFIRM = 512, CONTEXT_COLUMNS = 1024,
	CONTEXT_TABLES = CONTEXT_LISTENERS | CONTEXT_CONNECTIONS,
	CONTEXT_PAGES = CONTEXT_EVENTS | CONTEXT_DETAILS | CONTEXT_WHY | CONTEXT_HELP,
	CONTEXT_VIEWS = CONTEXT_TABLES | CONTEXT_PAGES,
	CONTEXT_ROW = CONTEXT_LISTENERS | CONTEXT_DETAILS
};

struct binding {
	uint32_t key;            /* code point or enum input_key */
	uint16_t contexts;       /* enum context bits */
	uint8_t command;         /* enum command */
};

struct keymap {                  /* a value; no key stands twice in one context */
	const struct binding *bindings;  /* in the order of the help; borrowed */
	size_t count;
};

const struct keymap *keymap_default(void);       /* static; others are made of it by rebind.h */

enum command keymap_command(const struct keymap *k, enum context context, uint32_t key);
/* The first key of the command there; 0 = none. */
uint32_t keymap_key(const struct keymap *k, enum context context, enum command command);
void keymap_add_key_name(struct buf *out, uint32_t key); /* "k", "F9", "Enter", "Ctrl-L" */
/* The key of such a name. False (*key untouched) for anything else. */
bool keymap_parse_key(struct slice name, uint32_t *key);
/* All keys of a command in that context: "k F9". Appends nothing when there is none. */
void keymap_add_keys(struct buf *out, const struct keymap *k, enum context context, enum command command);

#endif
