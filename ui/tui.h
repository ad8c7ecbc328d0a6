/* The dashboard's loop: polls the keyboard, the mailbox and signals; owns the terminal from begin to end.
 * Knows neither platform: everything it wants done is a job in the mailbox. */
#ifndef UI_TUI_H
#define UI_TUI_H

#include <stdbool.h>
#include "collector/mailbox.h"
#include "ui/keymap.h"
#include "ui/screen.h"
#include "ui/tui_view.h"

struct expect;

struct tui_options {
	struct mailbox *mailbox;         /* borrowed; a collector runs at its other end */
	const struct keymap *keys;       /* borrowed; NULL = the usual ones */
	const char (*filters)[PROMPT_MAX];       /* saved ones of the keys 1 to 9, "" = none; NULL = none at all */
	const char *message;             /* the first status, safe text; NULL = none */
	const struct expect *expect;     /* the ports of the project; borrowed; NULL = none */
	int interval_ms;
	int idle_ms;                     /* 0 = RECALL_IDLE_MS */
	enum colours colours;
	enum screen_text text;
	bool no_mouse;
	bool is_replay;                  /* shown in the header; kill explains that nothing is signalled */
	bool is_read_only;               /* likewise */
};

/* Checks that there is a terminal that can be used, before touching it: NULL, or one line that says what
 * is wrong and points to `lotop list` (stdin/stdout not a tty, TERM missing, unknown or dumb). */
const char *tui_unusable(void);
/* Runs until the user quits or the terminal is gone. 0, or -errno. The terminal is whole again on every
 * way out. *view is how the table is looked at first, and in the end. */
int tui_run(const struct tui_options *options, struct tui_view *view);

#endif
