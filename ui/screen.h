/* The terminal from begin to end: modes, size, input, and the way back on every exit. Between begin and
 * end the events of rescue.h (resized, suspended, continued) are there to be polled for. One thread, one
 * screen at a time. */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include <stdbool.h>
#include "base/slice.h"
#include "ui/draw.h"
#include "ui/input.h"
#include "ui/rescue.h"
#include "ui/theme.h"

struct screen;

enum screen_text { SCREEN_TEXT_AUTO, SCREEN_TEXT_ASCII, SCREEN_TEXT_UTF8 };      /* auto: as the locale says */

struct screen_options {
	enum theme theme;
	enum colours colours;
	enum screen_text text;
	bool no_mouse;
};

/* NULL, or what is wrong with this terminal (as tui_unusable); nothing is written to it. */
const char *screen_unusable(void);
/* Takes the terminal over. 0, or -errno: -ENODEV when curses refuses it. */
int screen_begin(const struct screen_options *options, struct screen **out);
void screen_end(struct screen *s);                       /* gives the terminal back; NULL is fine */

/* Gives the terminal back and stops the process; when it is continued, resumes. */
void screen_suspend(struct screen *s);
void screen_resume(struct screen *s);            /* takes the terminal again; the next picture is complete */
/* The terminal's size now; the next picture is complete. */
void screen_fit(struct screen *s, unsigned *width, unsigned *height);

/* The next thing that the user did; false when nothing waits. Never blocks longer than a lone Esc needs to
 * be told from a key that begins with one. */
bool screen_input(struct screen *s, struct input *out);

struct canvas *screen_canvas(struct screen *s);          /* starts an empty picture */
void screen_show(struct screen *s, bool complete);       /* writes what changed, or everything */
void screen_write(struct screen *s, struct slice bytes); /* bytes of our own, between two pictures */

#endif
