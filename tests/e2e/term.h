/* A program in a terminal of a given size: libvterm is the screen, the test is the user. Nothing sleeps:
 * every wait ends as soon as the screen shows what is waited for, or at its deadline (then the screen is
 * printed). The environment is built from nothing: PATH, HOME=/nonexistent, TERM=xterm-256color,
 * LANG=C.UTF-8, TZ=UTC. */
#ifndef E2E_TERM_H
#define E2E_TERM_H

#include <stdbool.h>
#include "base/slice.h"
#include "pty.h"
#include "vscreen.h"

#define KEY_UP "\033OA"
#define KEY_DOWN "\033OB"
#define KEY_LEFT "\033OD"
#define KEY_RIGHT "\033OC"
#define KEY_HOME "\033OH"
#define KEY_END "\033OF"
#define KEY_PAGE_UP "\033[5~"
#define KEY_PAGE_DOWN "\033[6~"
#define KEY_DELETE "\033[3~"
#define KEY_F1 "\033OP"
#define KEY_F2 "\033OQ"
#define KEY_F5 "\033[15~"
#define KEY_F7 "\033[18~"
#define KEY_F8 "\033[19~"
#define KEY_F9 "\033[20~"
#define KEY_F10 "\033[21~"
#define KEY_ENTER "\r"
#define KEY_ESCAPE "\033"
#define KEY_TAB "\t"
#define KEY_BACK_TAB "\033[Z"
#define KEY_BACKSPACE "\177"

struct term;

/* `env`: "NAME=value" adds or replaces, "NAME" removes; NULL-terminated, may be NULL. argv[0] is a path. */
struct term *term_start(int rows, int cols, const char *const argv[], const char *const env[]);
/* The lotop under test; `arguments` are split at blanks. */
struct term *term_lotop(int rows, int cols, const char *arguments, const char *const env[]);
void term_free(struct term *t);

void term_type(struct term *t, const char *keys);
void term_resize(struct term *t, int rows, int cols);
void term_signal(struct term *t, int signal);
void term_continue(struct term *t);
/* The window is closed under the program. */
void term_vanish(struct term *t);
/* Forgets the raw bytes so far. */
void term_forget(struct term *t);

/* True when some line contains `text` (or, for _gone, none does) before the deadline of 5 s. */
bool term_await(struct term *t, const char *text);
bool term_await_gone(struct term *t, const char *text);
/* Types, then awaits. */
bool term_answers(struct term *t, const char *keys, const char *text);
/* True when the whole screen is `lines` (NULL-terminated): final blanks of a line and final empty lines are left
 * out. Prints both when they differ. */
bool term_shows(struct term *t, const char *const lines[]);
/* The same with one text: each line ends in a newline. */
bool term_shows_text(struct term *t, const char *screen);
/* Waits until nothing was written for 60 ms. */
void term_settle(struct term *t);
bool term_await_end(struct term *t, int deadline_ms);
/* Types q; the test fails unless lotop ends well by then, and leaves the terminal as it was found. */
void term_quit(struct term *t, int deadline_ms);
bool term_await_stop(struct term *t);
/* Takes in bytes for at most `ms`; true when something came. */
bool term_pump(struct term *t, int ms);

/* The exit status, or 128 + signal. */
int term_status(const struct term *t);
int term_pid(const struct term *t);
struct vscreen *term_screen(const struct term *t);               /* borrowed */
struct slice term_raw(const struct term *t);                     /* every byte since start or term_forget() */
/* Was the terminal left as it was found: alternate screen, cursor, mouse, keypad, bracketed paste,
 * settings? Prints what was not. */
bool term_is_whole(struct term *t);
/* The last text sent to the clipboard by OSC 52 (may be ""), or NULL. Borrowed until the next call. */
const char *term_clipboard(struct term *t);
/* Waits for the first one; NULL at the deadline. */
const char *term_await_clipboard(struct term *t);

#endif
