/* Keys as the user wants them: wishes, one a command, and the key map that they give. */
#ifndef UI_REBIND_H
#define UI_REBIND_H

#include "base/buf.h"
#include "ui/keymap.h"

enum { REBIND_KEYS_MAX = 8, REBIND_BINDINGS_MAX = 512 };

struct rebind_wish {
	unsigned line;           /* where it stands, from 1; 0 = it comes with a set of keys */
	unsigned count;          /* 0 = no wish */
	uint32_t keys[REBIND_KEYS_MAX];
};

struct rebind {                  /* a zeroed struct has no wishes */
	struct rebind_wish wishes[COMMAND_COUNT];
	struct binding bindings[REBIND_BINDINGS_MAX];
	struct keymap keymap;    /* points into this struct; set by rebind_make */
};

/* Only what can be done in a view has keys of one's choice: in dialogs and on the filter line Enter, Esc and
 * y mean the same for everybody. */
bool rebind_is_allowed(enum command command);
/* "k F9" for the command of that name; a later wish replaces an earlier one. 0, or -EINVAL and in `why` what
 * is wrong, raw. */
int rebind_wish(struct rebind *r, struct slice command, struct slice keys, unsigned line, struct buf *why);
/* Wishes of vi's movement, x and X for kill, where there are none yet. */
void rebind_add_vim(struct rebind *r);

/* Makes r->keymap of the default one and the wishes. A wish for a key that another command has is given up,
 * the later of two, and told. Bindings outside of the views stay, and so does Ctrl-C. */
void rebind_make(struct rebind *r, void (*refused)(void *context, unsigned line, const char *why),
		 void *context);

#endif
