/* The bytes that put text into a clipboard, and which way to take. No I/O. Sources: xterm ctlseqs (OSC
 * 52), RFC 4648 (base64). In tmux's default settings OSC 52 from inside is dropped, `tmux load-buffer -w
 * -` is not: so tmux comes first. */
#ifndef UI_CLIPBOARD_H
#define UI_CLIPBOARD_H

#include <stdbool.h>
#include "base/buf.h"
#include "base/slice.h"

struct clipboard_env {               /* values of the environment; NULL = not set */
	const char *tmux, *wayland_display, *display;
};

/* The helper program for JOB_COPY, or "" when the terminal itself is to be asked. */
const char *clipboard_helper(const struct clipboard_env *env);
/* Strict UTF-8 without controls: the only text that is ever copied. */
bool clipboard_is_valid(struct slice text);
void clipboard_add_osc52(struct buf *out, struct slice text);

#endif
