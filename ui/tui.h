/* The dashboard's loop: polls the keyboard, the mailbox and signals; owns the terminal from begin to end.
 * Knows neither platform: everything it wants done is a job in the mailbox. */
#ifndef UI_TUI_H
#define UI_TUI_H

#include <stdbool.h>
#include "collector/mailbox.h"

struct tui_options {
	struct mailbox *mailbox;         /* borrowed; a collector runs at its other end */
	const char *query;               /* first filter, or NULL; already checked by query_parse */
	int interval_ms;
	bool show_all;
	bool hide_leftovers;
	bool is_replay;                  /* shown in the header; kill explains that nothing is signalled */
};

/* Checks that there is a terminal that can be used, before touching it: NULL, or one line that says what
 * is wrong and points to `lotop list` (stdin/stdout not a tty, TERM missing, unknown or dumb). */
const char *tui_unusable(void);
/* Runs until the user quits or the terminal is gone. 0, or -errno. The terminal is whole again on every
 * way out. */
int tui_run(const struct tui_options *options);

#endif
