/* Owns the terminal's state through curses: the alternate screen, modes, paste marks, size; and what undoes
 * it, which rescue.c keeps for the case that a signal ends the process. Refuses to know what is shown, what
 * was typed (keyboard.c), and signals. */
#include "ui/screen.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include "base/fatal.h"
#include "ui/keyboard.h"

struct screen {
	struct canvas canvas;
	SCREEN *terminal;
	struct keyboard *keyboard;
	bool is_stale;           /* the terminal may show anything: the next picture is complete */
};

static const char *capability(const char *name)
{
	char *value = tigetstr(name);

	return value && value != (char *)-1 ? value : "";
}

static void prepare_rescue(void)
{
	static const char *const undo[] = { "sgr0", "op", "rmkx", "BD", "cnorm", "rmcup" };

	rescue_clear();
	if (*capability("kmous"))
		rescue_add("\033[?1000l\033[?1002l\033[?1006l");
	for (unsigned i = 0; i < sizeof undo / sizeof *undo; i++)
		rescue_add(capability(undo[i]));
	rescue_add(*capability("rmcup") ? "\r" : "\r\n");
}

static void write_all(const char *bytes, size_t len)
{
	while (len) {
		ssize_t written = write(STDOUT_FILENO, bytes, len);

		if (written < 0 && errno != EINTR)
			return;                  /* the loop sees by itself that the terminal is gone */
		if (written > 0) {
			bytes += written;
			len -= (size_t)written;
		}
	}
}

/* Pasted text comes between two marks, so that a pasted "k" is not a command. */
static void set_paste_marks(bool on)
{
	const char *bytes = capability(on ? "BE" : "BD");

	write_all(bytes, strlen(bytes));
}

const char *screen_unusable(void)
{
	const char *name = getenv("TERM");
	int error = 0;
	bool can_move;

	if (!isatty(STDIN_FILENO))
		return "needs a terminal, but standard input is none; try: lotop list";
	if (!isatty(STDOUT_FILENO))
		return "needs a terminal, but standard output is none; try: lotop list";
	if (!name || !*name)
		return "needs a terminal, but TERM is not set; try: lotop list";
	if (setupterm(name, STDOUT_FILENO, &error) == ERR)
		return error < 0 ? "needs the terminfo database, which was not found; try: lotop list"
				 : "needs a terminal that terminfo knows, TERM names none; try: lotop list";
	can_move = *capability("cup");
	del_curterm(cur_term);
	return can_move ? NULL : "needs a terminal whose cursor moves, TERM names none; try: lotop list";
}

static void set_modes(void)
{
	cbreak();
	noecho();
	nonl();
	typeahead(-1);                   /* a picture is not given up half-way, so nobody need look for keys */
	curs_set(0);
}

static bool is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Characters go through the C library: in another locale it could not write them. */
static void choose_text(enum screen_text text)
{
	if (text == SCREEN_TEXT_UTF8 && !is_utf8())
		setlocale(LC_CTYPE, "C.UTF-8");
}

/* Armed before newterm(), which sets modes: what to write is known only after it, and nothing is written
 * before the first picture. */
static int begin(const struct screen_options *options, struct screen **out)
{
	struct screen *s;
	int error = rescue_begin();      /* before curses, which leaves signals alone that have a handler */

	if (error)
		return error;
	rescue_arm();
	choose_text(options->text);
	s = fatal_calloc(1, sizeof *s);
	use_env(FALSE);
	use_tioctl(TRUE);                        /* else the size is terminfo's, and TERM=linux has none */
	s->terminal = newterm(NULL, stdout, stdin);
	s->keyboard = s->terminal ? keyboard_new() : NULL;
	if (!s->keyboard) {
		screen_end(s);
		return -ENODEV;
	}
	prepare_rescue();
	set_modes();
	keyboard_listen(s->keyboard, options->no_mouse);
	theme_fill(options->theme, options->colours, s->canvas.attributes);
	s->canvas.is_ascii = options->text == SCREEN_TEXT_ASCII || !is_utf8();
	s->is_stale = true;
	*out = s;
	return 0;
}

int screen_begin(const struct screen_options *options, struct screen **out)
{
	int error;

	rescue_hold();
	error = begin(options, out);
	rescue_release();
	return error;
}

static void give_back(void)
{
	set_paste_marks(false);
	curs_set(1);
	endwin();
}

void screen_end(struct screen *s)
{
	if (!s)
		return;
	rescue_hold();
	if (s->keyboard)
		give_back();
	keyboard_free(s->keyboard);
	rescue_end();
	rescue_release();
	if (s->terminal)
		delscreen(s->terminal);
	buf_done(&s->canvas.text);
	buf_done(&s->canvas.ascii);
	free(s);
}

void screen_suspend(struct screen *s)
{
	rescue_hold();
	give_back();
	rescue_disarm();
	rescue_release();
	rescue_stop();
	screen_resume(s);
}

/* endwin first: after a SIGSTOP nobody has left the alternate screen, and the shell has set modes of its
 * own. */
void screen_resume(struct screen *s)
{
	rescue_hold();
	endwin();
	rescue_arm();
	rescue_release();
	s->is_stale = true;
	keyboard_forget(s->keyboard);
}

/* Complete also where the size is what it was: a window that shrank and grew again since the last look has lost
 * what stood in it. */
void screen_fit(struct screen *s, unsigned *width, unsigned *height)
{
	struct winsize size = { 0 };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col
	    && (size.ws_row != LINES || size.ws_col != COLS))
		resizeterm(size.ws_row, size.ws_col);
	s->is_stale = true;
	*width = (unsigned)COLS;
	*height = (unsigned)LINES;
}

bool screen_input(struct screen *s, struct input *out)
{
	return keyboard_next(s->keyboard, out);
}

struct canvas *screen_canvas(struct screen *s)
{
	erase();
	s->canvas.has_cursor = false;
	return &s->canvas;
}

void screen_show(struct screen *s, bool complete)
{
	rescue_hold();
	if (complete || s->is_stale)
		clearok(curscr, TRUE);
	curs_set(s->canvas.has_cursor);
	if (s->canvas.has_cursor)
		move((int)s->canvas.cursor_y, (int)s->canvas.cursor_x);
	refresh();
	if (s->is_stale)
		set_paste_marks(true);
	rescue_release();
	s->is_stale = false;
}

void screen_write(struct screen *s, struct slice bytes)
{
	(void)s;
	rescue_hold();
	write_all(bytes.ptr, bytes.len);
	rescue_release();
}
