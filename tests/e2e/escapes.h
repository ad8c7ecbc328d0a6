/* What a stream of bytes to a terminal holds besides text: modes switched, clipboard writes, and anything
 * that a curses program has no reason to send. Works on the raw bytes, so that no terminal's own tolerance
 * hides something. */
#ifndef E2E_ESCAPES_H
#define E2E_ESCAPES_H

#include <stdbool.h>
#include "base/buf.h"
#include "base/slice.h"

/* Was the private mode `number` (25 cursor, 1000 ... mouse, 1049 alternate screen, 1 cursor keys) set last
 * (true), or reset? `otherwise` where it was never touched. */
bool escapes_mode(struct slice raw, unsigned number, bool otherwise);
/* Application keypad: ESC = on, ESC > off. */
bool escapes_keypad(struct slice raw);
/* The text of the last OSC 52, decoded, appended to `out`; false without one. */
bool escapes_clipboard(struct slice raw, struct buf *out);
/* The first thing that is neither text nor a control function that terminfo's xterm entries give to
 * curses: "" when there is none, else a description with its position. OSC 52 counts as foreign too. */
void escapes_foreign(struct slice raw, struct buf *out);

#endif
