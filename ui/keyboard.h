/* What the user does: keys, pasted text, clicks and turns of the wheel, as curses tells them. For screen.c
 * only; between its begin and end. */
#ifndef UI_KEYBOARD_H
#define UI_KEYBOARD_H

#include <stdbool.h>
#include "ui/input.h"

struct keyboard;

struct keyboard *keyboard_new(void);             /* NULL: curses has no memory for it */
void keyboard_free(struct keyboard *k);          /* NULL is fine */
void keyboard_listen(struct keyboard *k, bool no_mouse);         /* sets the terminal's modes for it */
void keyboard_forget(struct keyboard *k);        /* what was begun before a stop: a paste has no end now */
/* As screen_input(). */
bool keyboard_next(struct keyboard *k, struct input *out);

#endif
