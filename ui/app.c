/* Owns what each command does. Refuses to do any of it itself: whatever needs the machine is a job,
 * whatever is seen follows from the state. A command works on the row that was selected when its key was
 * read, by its identity. */
#include "ui/app.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fatal.h"
#include "base/text.h"
#include "ui/copying.h"
#include "ui/killing.h"

static const int intervals_ms[] = { 250, 500, 1000, 2000, 5000, 10000, 30000, 60000 };

enum { INTERVAL_COUNT = sizeof intervals_ms / sizeof *intervals_ms, UTF8_MAX = 4 };

static void set_safe(char *out, size_t size, struct slice raw)
{
	struct buf text = { 0 };

	text_escape(&text, raw);
	snprintf(out, size, "%.*s", (int)text_fit(buf_string(&text), (unsigned)size / UTF8_MAX, NULL),
		 buf_string(&text));
	buf_done(&text);
}

struct app *app_new(const struct app_options *options)
{
	struct app *app = fatal_calloc(1, sizeof *app);
	struct query_error error;

	app->tracker = tracker_new();
	app->sort = COLUMN_PORT;
	app->interval_ms = options->interval_ms;
	app->show_all = options->show_all;
	app->show_leftovers = !options->hide_leftovers;
	app->is_replay = options->is_replay;
	app->clipboard = options->clipboard;
	set_safe(app->home, sizeof app->home, slice_of(options->home));
	app->layout.screen = (struct rect){ 0, 0, 80, 24 };
	if (options->query)
		state_filter(app, options->query, &error);
	state_refresh(app);
	return app;
}

void app_free(struct app *app)
{
	if (!app)
		return;
	page_done(&app->page);
	menu_done(&app->menu);
	rows_done(&app->rows);
	query_free(app->query);
	tracker_free(app->tracker);
	free(app);
}

void app_resize(struct app *app, unsigned width, unsigned height)
{
	state_resize(app, width, height);
}

void app_frame(struct app *app, const struct snapshot *s)
{
	if (!app->now_ms)
		set_safe(app->host, sizeof app->host, s->facts->host);
	if (!app->status_ms)
		app->status_ms = s->facts->wall_ms;
	app->now_ms = s->facts->wall_ms;
	app->scan_error = 0;
	if (app->now_ms - app->status_ms > STATUS_SHOWN_MS)
		*app->status = 0;
	tracker_update(app->tracker, s);
	state_count(app);
	state_refresh(app);
}

void app_shown(struct app *app)
{
	if (app->overlay == OVERLAY_KILL)
		dialog_seen(&app->dialog, app->layout.screen);
	app->is_dirty = app->wants_complete = false;
}

struct job app_reply(struct app *app, const struct reply *reply)
{
	struct job out = { 0 };

	switch (reply->kind) {
	case REPLY_KILL_PLAN:
		killing_plan(app, &reply->plan);
		break;
	case REPLY_KILL_STATUS:
		killing_status(app, &reply->status);
		break;
	case REPLY_MESSAGE:
		copying_message(app, reply, &out);
		break;
	case REPLY_SCAN_FAILED:
		app->scan_error = reply->error;
		state_say(app, STYLE_ERROR, "could not look: %s", strerror(reply->error));
		break;
	default:
		break;
	}
	state_refresh(app);
	return out;
}

static void do_kill(struct app *app, struct job *out)
{
	killing_ask(app, SIGTERM, out);
}

static void do_kill_hard(struct app *app, struct job *out)
{
	killing_ask(app, SIGKILL, out);
}

static void do_copy(struct app *app, struct job *out)
{
	copying_copy(app, COPY_ADDRESS, out);
}

static void do_copy_url(struct app *app, struct job *out)
{
	copying_copy(app, COPY_URL, out);
}

static void do_copy_menu(struct app *app, struct job *out)
{
	(void)out;
	copying_open_menu(app);
}

static void do_details(struct app *app, struct job *out)
{
	const struct row *row = rows_selected(&app->rows);

	(void)out;
	if (!row)
		return;
	app->details = row->listener->key;
	app->below_details = app->view;
	state_show(app, VIEW_DETAILS);
}

static void do_help(struct app *app, struct job *out)
{
	(void)out;
	app->below_help = app->view;
	state_show(app, VIEW_HELP);
}

static void do_back(struct app *app, struct job *out)
{
	(void)out;
	if (app->view == VIEW_HELP)
		state_show(app, app->below_help);
	else
		state_show(app, app->view == VIEW_DETAILS ? app->below_details : VIEW_LISTENERS);
}

/* Two views take turns: next and previous are the same. */
static void do_other_view(struct app *app, struct job *out)
{
	(void)out;
	state_show(app, app->view == VIEW_LISTENERS ? VIEW_EVENTS : VIEW_LISTENERS);
}

static void do_filter(struct app *app, struct job *out)
{
	(void)out;
	prompt_set(&app->prompt, app->filter);
	app->overlay = OVERLAY_FILTER;
}

static void do_clear(struct app *app, struct job *out)
{
	struct query_error error;

	(void)out;
	*app->status = 0;
	state_filter(app, "", &error);
}

static void do_sort(struct app *app, struct job *out)
{
	(void)out;
	menu_start(&app->menu, "Sort by");
	for (unsigned id = 0; id < COLUMN_COUNT; id++) {
		const struct column *column = column_get(id);

		if (id != COLUMN_SIGN)
			menu_add(&app->menu, 0, (int)id, column->title, column->help);
	}
	menu_choose(&app->menu, (int)app->sort);
	menu_move(&app->menu, COMMAND_NONE, app->layout.screen.height);
	app->overlay = OVERLAY_SORT;
}

static void sort_by(struct app *app, enum column_id column)
{
	app->is_reversed = column == app->sort && !app->is_reversed;
	app->sort = column;
	state_refresh(app);
}

static void do_reverse(struct app *app, struct job *out)
{
	(void)out;
	app->is_reversed = !app->is_reversed;
	state_refresh(app);
}

static void do_all(struct app *app, struct job *out)
{
	(void)out;
	app->show_all = !app->show_all;
	state_say(app, STYLE_NORMAL,
		  app->show_all ? "all addresses of this machine" : "only what loopback reaches");
	state_count(app);
	state_refresh(app);
}

static void do_leftovers(struct app *app, struct job *out)
{
	(void)out;
	app->show_leftovers = !app->show_leftovers;
	state_say(app, STYLE_NORMAL, app->show_leftovers ? "leftovers shown" : "leftovers hidden");
	state_refresh(app);
}

static void do_pause(struct app *app, struct job *out)
{
	app->is_paused = !app->is_paused;
	out->kind = JOB_PAUSE;
	out->is_paused = app->is_paused;
	state_say(app, STYLE_NORMAL, app->is_paused ? "paused: p goes on, R looks once" : "going on");
}

/* To the next step of the table in that direction. */
static void set_interval(struct app *app, bool is_slower, struct job *out)
{
	int chosen = app->interval_ms;

	for (int i = 0; i < INTERVAL_COUNT && is_slower && chosen == app->interval_ms; i++)
		if (intervals_ms[i] > app->interval_ms)
			chosen = intervals_ms[i];
	for (int i = INTERVAL_COUNT - 1; i >= 0 && !is_slower && chosen == app->interval_ms; i--)
		if (intervals_ms[i] < app->interval_ms)
			chosen = intervals_ms[i];
	app->interval_ms = chosen;
	out->kind = JOB_INTERVAL;
	out->interval_ms = chosen;
	state_say(app, STYLE_NORMAL, "looks every %g s", chosen / 1000.0);
}

static void do_slower(struct app *app, struct job *out)
{
	set_interval(app, true, out);
}

static void do_faster(struct app *app, struct job *out)
{
	set_interval(app, false, out);
}

static void do_rescan(struct app *app, struct job *out)
{
	(void)app;
	out->kind = JOB_SCAN;
}

static void do_redraw(struct app *app, struct job *out)
{
	(void)out;
	app->wants_complete = true;
}

static void do_quit(struct app *app, struct job *out)
{
	(void)out;
	app->is_done = true;
}

static void (*const handlers[COMMAND_COUNT])(struct app *, struct job *) = {
	[COMMAND_DETAILS] = do_details,
	[COMMAND_KILL] = do_kill,
	[COMMAND_KILL_HARD] = do_kill_hard,
	[COMMAND_COPY] = do_copy,
	[COMMAND_COPY_URL] = do_copy_url,
	[COMMAND_COPY_MENU] = do_copy_menu,
	[COMMAND_OPEN] = copying_browse,
	[COMMAND_FILTER] = do_filter,
	[COMMAND_CLEAR] = do_clear,
	[COMMAND_SORT] = do_sort,
	[COMMAND_REVERSE] = do_reverse,
	[COMMAND_ALL] = do_all,
	[COMMAND_LEFTOVERS] = do_leftovers,
	[COMMAND_NEXT_VIEW] = do_other_view,
	[COMMAND_PREVIOUS_VIEW] = do_other_view,
	[COMMAND_PAUSE] = do_pause,
	[COMMAND_SLOWER] = do_slower,
	[COMMAND_FASTER] = do_faster,
	[COMMAND_RESCAN] = do_rescan,
	[COMMAND_REDRAW] = do_redraw,
	[COMMAND_HELP] = do_help,
	[COMMAND_BACK] = do_back,
	[COMMAND_QUIT] = do_quit,
};

static bool move(struct app *app, enum command command)
{
	long page = state_body_height(app) > 1 ? (long)state_body_height(app) - 1 : 1;
	const struct {
		enum command command;
		long lines;
	} steps[] = {
		{ COMMAND_UP, -1 }, { COMMAND_PAGE_UP, -page }, { COMMAND_HOME, -INT32_MAX },
		{ COMMAND_DOWN, 1 }, { COMMAND_PAGE_DOWN, page }, { COMMAND_END, INT32_MAX },
	};

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		long index = (long)app->rows.selected_index + steps[i].lines;

		if (steps[i].command != command)
			continue;
		if (app->view == VIEW_LISTENERS)
			state_select(app, index > 0 ? (size_t)index : 0);
		else
			state_scroll(app, steps[i].lines);
		return true;
	}
	return false;
}

/* Good text takes effect while it is typed; with bad text the last good filter goes on. */
static void text_changed(struct app *app)
{
	app->prompt.has_error = state_filter(app, app->prompt.text, &app->prompt.error) != 0;
}

static void apply_prompt(struct app *app, enum command command, uint32_t key)
{
	struct prompt *prompt = &app->prompt;

	if (command == COMMAND_CANCEL) {
		app->overlay = OVERLAY_NONE;
		do_clear(app, NULL);
	} else if (command == COMMAND_ACCEPT && !prompt->has_error) {
		app->overlay = OVERLAY_NONE;
	} else if (command == COMMAND_NONE ? prompt_insert(prompt, key) : prompt_edit(prompt, command)) {
		text_changed(app);
	} else {
		move(app, command);
	}
}

static void pick(struct app *app, const struct menu_item *item, struct job *out)
{
	enum overlay menu = app->overlay;

	app->overlay = OVERLAY_NONE;
	if (!item)
		return;
	if (menu == OVERLAY_COPY)
		copying_text(app, item->text, out);
	else
		sort_by(app, (enum column_id)item->value);
}

static void apply_menu(struct app *app, enum command command, uint32_t key, struct job *out)
{
	const struct menu_item *item = menu_pick(&app->menu, key);

	if (item)
		pick(app, item, out);
	else if (command == COMMAND_ACCEPT)
		pick(app, menu_chosen(&app->menu), out);
	else if (command == COMMAND_CANCEL)
		app->overlay = OVERLAY_NONE;
	else
		menu_move(&app->menu, command, app->layout.screen.height);
}

static void apply_key(struct app *app, uint32_t key, struct job *out)
{
	enum context context = state_context(app);
	enum command command = keymap_command(context, key);

	app->is_dirty = true;
	if (command == COMMAND_QUIT || command == COMMAND_REDRAW)
		handlers[command](app, out);
	else if (context == CONTEXT_PROMPT)
		apply_prompt(app, command, key);
	else if (context == CONTEXT_MENU)
		apply_menu(app, command, key, out);
	else if (context == CONTEXT_DIALOG || context == CONTEXT_CONFIRM)
		killing_command(app, command, out);
	else if (!move(app, command) && handlers[command])
		handlers[command](app, out);
}

static void click_title(struct app *app, unsigned at)
{
	for (unsigned i = 0, x = 0; i < app->column_count; i++) {
		if (at >= x && at < x + app->column_widths[i] && app->column_ids[i] != COLUMN_SIGN)
			sort_by(app, app->column_ids[i]);
		x += app->column_widths[i] + 1u;
	}
}

static void apply_mouse(struct app *app, const struct input *input)
{
	const struct rect *regions = app->layout.regions;

	if (app->overlay != OVERLAY_NONE)
		return;
	app->is_dirty = true;
	if (input->kind == INPUT_WHEEL)
		state_scroll(app, input->scroll);
	else if (app->view != VIEW_LISTENERS)
		return;
	else if (geometry_contains(regions[REGION_HEAD], input->x, input->y))
		click_title(app, input->x);
	else if (geometry_contains(regions[REGION_TABLE], input->x, input->y)
		 && app->top + input->y - regions[REGION_TABLE].y < app->rows.count)
		state_select(app, app->top + input->y - regions[REGION_TABLE].y);
}

struct job app_apply(struct app *app, const struct input *input)
{
	struct job out = { 0 };

	if (input->kind == INPUT_KEY) {
		apply_key(app, input->key, &out);
	} else if (input->kind == INPUT_PASTE && app->overlay == OVERLAY_FILTER) {
		apply_prompt(app, COMMAND_NONE, input->key < ' ' ? ' ' : input->key);
		app->is_dirty = true;
	} else if (input->kind == INPUT_CLICK || input->kind == INPUT_WHEEL) {
		apply_mouse(app, input);
	}
	return out;
}
