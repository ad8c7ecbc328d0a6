/* Owns the dashboard's loop: waits for the keyboard, the mailbox and signals at once, hands what came to
 * the app, posts the jobs that come out, and draws once when everything that waited was taken. Refuses to
 * know keys and screens. */
#include "ui/tui.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>
#include "ui/app.h"
#include "ui/clipboard.h"
#include "ui/screen.h"
#include "ui/view.h"

enum { FROM_KEYBOARD, FROM_MAILBOX, FROM_SIGNALS, SOURCE_COUNT, INPUTS_AT_ONCE = 1024, EMPTY_READS_MAX = 8 };

struct tui {
	struct app *app;
	struct screen *screen;
	struct mailbox *mailbox;
	unsigned empty_reads;            /* in a row: readable, but nothing to read */
	bool has_more;                   /* input that the screen has read already, and poll cannot see */
};

const char *tui_unusable(void)
{
	return screen_unusable();
}

static void draw(struct tui *t)
{
	view_draw(t->app, screen_canvas(t->screen));
	screen_show(t->screen, t->app->wants_complete);
	app_shown(t->app);
}

static void copy_by_terminal(struct tui *t, struct slice text)
{
	struct buf bytes = { 0 };

	if (clipboard_is_valid(text)) {
		clipboard_add_osc52(&bytes, text);
		screen_write(t->screen, buf_slice(&bytes));
	}
	buf_done(&bytes);
}

static void perform(struct tui *t, const struct job *job)
{
	if (job->kind == JOB_COPY && !*job->helper)
		copy_by_terminal(t, slice_of(job->text));
	else if (job->kind != JOB_NONE)
		mailbox_post(t->mailbox, job);
}

static void take_size(struct tui *t)
{
	unsigned width, height;

	screen_fit(t->screen, &width, &height);
	app_resize(t->app, width, height);
}

static void take_signals(struct tui *t)
{
	unsigned events = rescue_events();

	if (events & SCREEN_SUSPENDED)
		screen_suspend(t->screen);
	else if (events & SCREEN_CONTINUED)
		screen_resume(t->screen);
	if (events)
		take_size(t);
}

/* Everything that waits, so that pasting and key repeat draw once. A terminal that is readable again and
 * again without anything to read has come to its end. */
static int take_keys(struct tui *t)
{
	struct input input;
	unsigned count = 0;

	while (count < INPUTS_AT_ONCE && !t->app->is_done && screen_input(t->screen, &input)) {
		struct job job = app_apply(t->app, &input);

		perform(t, &job);
		count++;
	}
	t->has_more = count == INPUTS_AT_ONCE;
	t->empty_reads = count ? 0 : t->empty_reads + 1;
	return t->empty_reads > EMPTY_READS_MAX ? -EIO : 0;
}

static void take_mail(struct tui *t)
{
	const struct snapshot *s;
	struct reply reply;

	while ((s = mailbox_take(t->mailbox))) {
		app_frame(t->app, s);
		snapshot_unref(s);
	}
	while (mailbox_next_reply(t->mailbox, &reply)) {
		struct job job = app_reply(t->app, &reply);

		perform(t, &job);
	}
}

static int take_all(struct tui *t, const struct pollfd *from)
{
	int error = 0;

	if (from[FROM_SIGNALS].revents)
		take_signals(t);
	if (from[FROM_KEYBOARD].revents & (POLLHUP | POLLERR | POLLNVAL))
		return -EIO;
	if (from[FROM_KEYBOARD].revents & POLLIN || t->has_more)
		error = take_keys(t);
	if (from[FROM_MAILBOX].revents)
		take_mail(t);
	return error;
}

static int loop(struct tui *t)
{
	struct pollfd from[SOURCE_COUNT] = {
		[FROM_KEYBOARD] = { .fd = STDIN_FILENO, .events = POLLIN },
		[FROM_MAILBOX] = { .fd = mailbox_event_fd(t->mailbox), .events = POLLIN },
		[FROM_SIGNALS] = { .fd = rescue_event_fd(), .events = POLLIN },
	};
	struct job wish;
	int error = 0;

	while (!t->app->is_done && !error) {
		if (app_wish(t->app, &wish))
			perform(t, &wish);
		if (t->app->is_dirty)
			draw(t);
		if (poll(from, SOURCE_COUNT, t->has_more ? 0 : -1) >= 0)
			error = take_all(t, from);
		else if (errno != EINTR)
			error = -errno;
	}
	return error;
}

int tui_run(const struct tui_options *options, struct tui_view *view)
{
	const struct clipboard_env env = {
		.tmux = getenv("TMUX"),
		.wayland_display = getenv("WAYLAND_DISPLAY"),
		.display = getenv("DISPLAY"),
	};
	const struct app_options chosen = {
		.view = view, .keys = options->keys, .message = options->message,
		.clipboard = options->is_read_only ? "" : clipboard_helper(&env), .home = getenv("HOME"),
		.expect = options->expect, .interval_ms = options->interval_ms, .idle_ms = options->idle_ms,
		.is_replay = options->is_replay, .is_read_only = options->is_read_only, .filters = options->filters,
	};
	const struct screen_options look = {
		.theme = view->theme, .colours = options->colours, .text = options->text,
		.no_mouse = options->no_mouse,
	};
	struct tui t = { .mailbox = options->mailbox };
	int error;

	setlocale(LC_CTYPE, "");
	error = screen_begin(&look, &t.screen);
	if (error)
		return error;
	t.app = app_new(&chosen);
	take_size(&t);
	error = loop(&t);
	screen_end(t.screen);
	app_view(t.app, view);
	app_free(t.app);
	return error;
}
