/* The terminal that a process was started in, beyond the tty: the pane of tmux, the session of screen, the
 * program around it. Told by a few names of its environment, which it may have written itself: so each
 * value has to have the form that its program gives it, and none is ever a path that is opened. Pure.
 * Sources: tmux(1) ENVIRONMENT, screen(1) STY, TERM_PROGRAM as terminal emulators set it. */
#ifndef MODEL_TERMINAL_H
#define MODEL_TERMINAL_H

#include <stdbool.h>
#include "base/buf.h"
#include "base/slice.h"

struct terminal {                    /* borrowed from the environment; printable ASCII; empty = none */
	struct slice pane;           /* of tmux: "%3" */
	struct slice server;         /* of tmux: the last part of its socket's path, "default" */
	struct slice screen;         /* "1234.pts-0.host" */
	struct slice program;        /* "vscode", "iTerm.app"; not tmux, which the pane tells */
};

/* The names that matter, NULL behind the last: the only ones that are ever kept of an environment. */
extern const char *const terminal_names[];

/* `environment`: NAME=value, a NUL behind each. False when it tells nothing. */
bool terminal_parse(struct slice environment, struct terminal *out);
/* "tmux pane %3 (server work), vscode" */
void terminal_add_text(struct buf *out, const struct terminal *t);

#endif
