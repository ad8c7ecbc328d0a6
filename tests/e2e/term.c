/* Owns the terminal that a test looks at: bytes go to the screen and into a raw log; waits poll until a
 * deadline. Refuses to know what lotop shows. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/array.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "../live/run.h"
#include "escapes.h"
#include "term.h"
#include "vscreen.h"

enum { DEADLINE_MS = 5000, QUIET_MS = 60 };

struct term {
	struct pty pty;
	struct vscreen *screen;
	struct buf raw;              /* every byte that the program wrote */
	struct buf clipboard;        /* what term_clipboard() returned last */
	int rows, cols;
};

static const char *const base_environment[] = { "PATH=/usr/local/bin:/usr/bin:/bin",
						"HOME=/nonexistent",
						"TERM=xterm-256color",
						"LANG=C.UTF-8",
						"TZ=UTC",
						NULL };

static bool same_name(const char *entry, const char *change)
{
	size_t length = strcspn(change, "=");

	return !strncmp(entry, change, length) && entry[length] == '=';
}

static bool is_changed(const char *entry, const char *const env[])
{
	for (size_t i = 0; env && env[i]; i++)
		if (same_name(entry, env[i]))
			return true;
	return false;
}

static const char **environment(const char *const env[])
{
	const char **out = NULL;
	size_t count = 0, cap = 0;

	for (size_t i = 0; base_environment[i]; i++)
		if (!is_changed(base_environment[i], env))
			ARRAY_PUSH(out, count, cap) = base_environment[i];
	for (size_t i = 0; env && env[i]; i++)
		if (strchr(env[i], '='))
			ARRAY_PUSH(out, count, cap) = env[i];
	ARRAY_PUSH(out, count, cap) = NULL;
	return out;
}

struct term *term_start(int rows, int cols, const char *const argv[], const char *const env[])
{
	struct term *t = fatal_calloc(1, sizeof *t);
	const char **whole = environment(env);

	t->rows = rows;
	t->cols = cols;
	pty_start(&t->pty, rows, cols, argv, whole);
	t->screen = vscreen_new(rows, cols, t->pty.master);
	free(whole);
	return t;
}

struct term *term_lotop(int rows, int cols, const char *arguments, const char *const env[])
{
	const char *argv[RUN_WORDS];
	char *words = run_split(arguments, argv);
	struct term *t = term_start(rows, cols, argv, env);

	free(words);
	return t;
}

void term_free(struct term *t)
{
	if (!t)
		return;
	pty_end(&t->pty);
	vscreen_free(t->screen);
	buf_done(&t->raw);
	buf_done(&t->clipboard);
	free(t);
}

static bool take_bytes(struct term *t)
{
	char bytes[16384];
	ssize_t length = read(t->pty.master, bytes, sizeof bytes);

	if (length <= 0)
		return false;
	buf_add(&t->raw, bytes, (size_t)length);
	vscreen_feed(t->screen, bytes, (size_t)length);
	return true;
}

bool term_pump(struct term *t, int ms)
{
	struct pollfd ends[2] = { { t->pty.master, POLLIN, 0 },
				  { t->pty.has_ended ? -1 : t->pty.news, POLLIN, 0 } };

	if (poll(ends, 2, ms) <= 0)
		return false;
	if (ends[1].revents)
		pty_read_news(&t->pty);
	return ends[0].revents ? take_bytes(t) : true;
}

/* As a terminal does, takes in what the program writes meanwhile: else each might wait for the other. */
void term_type(struct term *t, const char *keys)
{
	size_t left = strlen(keys);

	while (left) {
		ssize_t length = write(t->pty.master, keys, left);

		if (length >= 0) {
			keys += length;
			left -= (size_t)length;
		} else if (errno != EAGAIN) {
			fprintf(stderr, "term: %s\n", strerror(errno));
			return;
		} else if (!term_pump(t, DEADLINE_MS)) {
			fprintf(stderr, "term: the program reads no keys\n");
			return;
		}
	}
}

void term_resize(struct term *t, int rows, int cols)
{
	t->rows = rows;
	t->cols = cols;
	vscreen_resize(t->screen, rows, cols);
	pty_resize(&t->pty, rows, cols);
}

void term_signal(struct term *t, int signal)
{
	kill(t->pty.program, signal);
}

void term_continue(struct term *t)
{
	pty_continue(&t->pty);
}

void term_vanish(struct term *t)
{
	pty_vanish(&t->pty);
}

void term_forget(struct term *t)
{
	buf_clear(&t->raw);
}

/* Pumps until `holds` or the deadline. */
static bool await(struct term *t, int deadline_ms, bool (*holds)(struct term *t, const char *text),
		  const char *text)
{
	int64_t end_ms = clock_monotonic_ms() + deadline_ms;

	while (!holds(t, text)) {
		int64_t left_ms = end_ms - clock_monotonic_ms();
		if (left_ms <= 0)
			return false;
		if (!term_pump(t, (int)left_ms) && t->pty.has_ended)
			return holds(t, text);
	}
	return true;
}

static bool shows_text(struct term *t, const char *text)
{
	return vscreen_find(t->screen, text) >= 0;
}

static bool shows_no_text(struct term *t, const char *text)
{
	return vscreen_find(t->screen, text) < 0;
}

static bool has_ended(struct term *t, const char *unused)
{
	(void)unused;
	return t->pty.has_ended;
}

static bool has_stopped(struct term *t, const char *unused)
{
	(void)unused;
	return t->pty.is_stopped;
}

static bool report(struct term *t, bool is_well, const char *wanted)
{
	if (!is_well)
		fprintf(stderr, "--- wanted (%dx%d):\n%s\n--- shown:\n%s---\n", t->cols, t->rows, wanted,
			vscreen_text(t->screen));
	return is_well;
}

bool term_await(struct term *t, const char *text)
{
	return report(t, await(t, DEADLINE_MS, shows_text, text), text);
}

bool term_answers(struct term *t, const char *keys, const char *text)
{
	term_type(t, keys);
	return term_await(t, text);
}

bool term_await_gone(struct term *t, const char *text)
{
	return report(t, await(t, DEADLINE_MS, shows_no_text, text), text);
}

static bool shows_screen(struct term *t, const char *screen)
{
	return !strcmp(vscreen_text(t->screen), screen);
}

bool term_shows_text(struct term *t, const char *screen)
{
	return report(t, await(t, DEADLINE_MS, shows_screen, screen), screen);
}

bool term_shows(struct term *t, const char *const lines[])
{
	struct buf screen = { 0 };
	bool is_well;

	for (size_t i = 0; lines[i]; i++)
		buf_printf(&screen, "%s\n", lines[i]);
	is_well = term_shows_text(t, buf_string(&screen));
	buf_done(&screen);
	return is_well;
}

bool term_await_end(struct term *t, int deadline_ms)
{
	bool is_well = await(t, deadline_ms, has_ended, NULL);

	while (t->pty.master >= 0 && term_pump(t, 0))
		;
	return is_well;
}

bool term_await_stop(struct term *t)
{
	bool is_well = await(t, DEADLINE_MS, has_stopped, NULL);

	while (term_pump(t, 0))
		;
	return is_well;
}

void term_settle(struct term *t)
{
	while (term_pump(t, QUIET_MS))
		;
}

int term_status(const struct term *t)
{
	return WIFEXITED(t->pty.status) ? WEXITSTATUS(t->pty.status) : 128 + WTERMSIG(t->pty.status);
}

int term_pid(const struct term *t)
{
	return t->pty.program;
}

struct vscreen *term_screen(const struct term *t)
{
	return t->screen;
}

struct slice term_raw(const struct term *t)
{
	return buf_slice(&t->raw);
}

const char *term_clipboard(struct term *t)
{
	buf_clear(&t->clipboard);
	return escapes_clipboard(buf_slice(&t->raw), &t->clipboard) ? buf_string(&t->clipboard) : NULL;
}

static bool has_clipboard(struct term *t, const char *unused)
{
	(void)unused;
	return term_clipboard(t);
}

const char *term_await_clipboard(struct term *t)
{
	await(t, DEADLINE_MS, has_clipboard, NULL);
	return term_clipboard(t);
}

struct mode_rule {
	unsigned number;
	bool otherwise, wanted;
	const char *name;
};

static const struct mode_rule whole_modes[] = {
	{ 1049, false, false, "alternate screen" },
	{ 1047, false, false, "alternate screen (1047)" },
	{ 25, true, true, "cursor" },
	{ 1000, false, false, "mouse clicks" },
	{ 1002, false, false, "mouse drags" },
	{ 1003, false, false, "mouse moves" },
	{ 1006, false, false, "mouse encoding" },
	{ 1, false, false, "application cursor keys" },
	{ 2004, false, false, "bracketed paste" },
};

static bool complain(bool is_well, const char *what)
{
	if (!is_well)
		fprintf(stderr, "the terminal was not restored: %s\n", what);
	return is_well;
}

static bool same_settings(struct term *t)
{
	struct termios now;

	return !tcgetattr(t->pty.slave, &now) && now.c_iflag == t->pty.before.c_iflag &&
	       now.c_oflag == t->pty.before.c_oflag && now.c_cflag == t->pty.before.c_cflag &&
	       now.c_lflag == t->pty.before.c_lflag && !memcmp(now.c_cc, t->pty.before.c_cc, sizeof now.c_cc);
}

bool term_is_whole(struct term *t)
{
	struct slice raw = buf_slice(&t->raw);
	bool is_well = true;

	for (size_t i = 0; i < sizeof whole_modes / sizeof *whole_modes; i++) {
		const struct mode_rule *m = &whole_modes[i];
		is_well &= complain(escapes_mode(raw, m->number, m->otherwise) == m->wanted, m->name);
	}
	is_well &= complain(!escapes_keypad(raw), "keypad");
	return is_well & complain(same_settings(t), "settings (stty -g)");
}

void term_quit(struct term *t, int deadline_ms)
{
	term_type(t, "q");
	assert_true(term_await_end(t, deadline_ms));
	assert_int_equal(term_status(t), 0);
	assert_true(term_is_whole(t));
}
