/* Owns where input goes: to the prompt, a menu, the dialog, or a command; and what frames and replies change.
 * Refuses to know what a command does (act.c). */
#include "ui/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fatal.h"
#include "base/text.h"
#include "ui/act.h"
#include "ui/arrange.h"
#include "ui/asking.h"
#include "ui/copying.h"
#include "ui/dialogbox.h"
#include "ui/filtering.h"
#include "ui/focus.h"
#include "ui/killing.h"
#include "ui/parents.h"
#include "ui/pausing.h"
#include "ui/pointing.h"
#include "ui/refresh.h"
#include "ui/say.h"
#include "ui/sorting.h"

enum { UTF8_MAX = 4 };

static void set_safe(char *out, size_t size, struct slice raw)
{
	struct buf text = { 0 };

	text_escape(&text, raw);
	snprintf(out, size, "%.*s", (int)text_fit(buf_string(&text), (unsigned)size / UTF8_MAX, NULL),
		 buf_string(&text));
	buf_done(&text);
}

static void take_view(struct app *app, const struct tui_view *view)
{
	struct query_error error;

	app->sort = view->sort ? view->sort : column_named("port");
	app->is_reversed = view->is_reversed;
	memcpy(app->columns, view->columns, sizeof app->columns);
	app->chosen_columns = view->column_count;
	app->links.sort = view->link_sort;
	app->links.is_reversed = view->is_link_reversed;
	memcpy(app->link_columns, view->link_columns, sizeof app->link_columns);
	app->link_column_count = view->link_column_count;
	app->group = view->group;
	app->is_split = view->is_split;
	app->show_all = view->show_all;
	app->show_leftovers = !view->hide_leftovers;
	filtering_set(app, view->filter, &error);
}

void app_view(const struct app *app, struct tui_view *view)
{
	view->sort = app->sort;
	view->is_reversed = app->is_reversed;
	memcpy(view->columns, app->columns, sizeof view->columns);
	view->column_count = (uint8_t)app->chosen_columns;
	view->link_sort = (uint8_t)app->links.sort;
	view->is_link_reversed = app->links.is_reversed;
	memcpy(view->link_columns, app->link_columns, sizeof view->link_columns);
	view->link_column_count = (uint8_t)app->link_column_count;
	view->group = (uint8_t)app->group;
	view->is_split = app->is_split;
	view->show_all = app->show_all;
	view->hide_leftovers = !app->show_leftovers;
	memcpy(view->filter, app->filter, sizeof view->filter);
}

/* Who filtered yesterday should not wonder today where the rows are. */
static void say_filter(struct app *app)
{
	struct buf key = { 0 };

	keymap_add_keys(&key, app->keys, CONTEXT_LISTENERS, COMMAND_CLEAR);
	if (*app->filter)
		say(app, STYLE_WARNING, "filtered from the start: %s%s%s", app->filter,
		    key.len ? "; all rows: " : "", buf_string(&key));
	buf_done(&key);
}

struct app *app_new(const struct app_options *options)
{
	static const struct tui_view usual = { .link_sort = LINK_SERVER };
	struct app *app = fatal_calloc(1, sizeof *app);

	app->tracker = tracker_new();
	tracker_calm(app->tracker);
	app->expect = options->expect;
	tracker_expect(app->tracker, app->expect);
	app->keys = options->keys ? options->keys : keymap_default();
	app->interval_ms = options->interval_ms;
	tracker_idle_after(app->tracker, options->idle_ms);
	app->is_replay = options->is_replay;
	app->is_read_only = options->is_read_only;
	app->filters = options->filters;
	app->clipboard = options->clipboard;
	set_safe(app->home, sizeof app->home, slice_of(options->home));
	app->layout.screen = (struct rect){ 0, 0, 80, 24 };
	take_view(app, options->view ? options->view : &usual);
	if (options->message)
		say(app, STYLE_WARNING, "%s", options->message);
	else
		say_filter(app);
	return app;
}

void app_free(struct app *app)
{
	if (!app)
		return;
	page_done(&app->page);
	page_done(&app->aside);
	menu_done(&app->menu);
	links_done(&app->links);
	eventlog_done(&app->eventlog);
	tags_done(&app->tags);
	tree_done(&app->tree);
	why_free(app->why);
	rows_done(&app->rows);
	query_free(app->query);
	tracker_free(app->tracker);
	tracker_free(app->live);
	free(app);
}

void app_resize(struct app *app, unsigned width, unsigned height)
{
	refresh_size(app, width, height);
}

void app_frame(struct app *app, const struct snapshot *s)
{
	if (!app->now_ms)
		set_safe(app->host, sizeof app->host, s->facts->host);
	app->frame_ms = s->facts->wall_ms;
	if (!app->status_ms)
		app->status_ms = app->frame_ms;
	app->scan_error = 0;
	if (*app->status && app->frame_ms - app->status_ms > STATUS_SHOWN_MS) {
		*app->status = 0;
		app->is_dirty = true;
	}
	if (!pausing_takes(app, s))
		return;
	if (!app->is_paused && tracker_is_repeated(app->tracker) && app->view == VIEW_LISTENERS && !*app->filter)
		refresh_time(app, s);
	else
		refresh_frame(app, s);
}

/* A recording and its parents are all there is. */
bool app_wish(struct app *app, struct job *out)
{
	return !app->is_replay && parents_wish(app, out);
}

void app_shown(struct app *app)
{
	if (app->overlay == OVERLAY_KILL)
		dialog_seen(&app->dialog, dialogbox_is_readable(&app->dialog, app->layout.screen));
	app->is_dirty = app->wants_complete = false;
}

struct job app_reply(struct app *app, const struct reply *reply)
{
	struct job out = { 0 };

	switch (reply->kind) {
	case REPLY_KILL_PLAN:
		killing_plan(app, reply, &out);
		break;
	case REPLY_KILL_STATUS:
		killing_status(app, &reply->status, &out);
		break;
	case REPLY_LINEAGE:
		parents_answer(app, reply);
		break;
	case REPLY_WHY:
		asking_answer(app, reply->why);
		break;
	case REPLY_MESSAGE:
		copying_message(app, reply, &out);
		break;
	case REPLY_SCAN_FAILED:
		app->scan_error = reply->error;
		say(app, STYLE_ERROR, "could not look: %s", strerror(reply->error));
		break;
	default:
		break;
	}
	refresh_all(app);
	return out;
}

/* The rows can be looked through while the filter for them is typed. */
static void apply_prompt(struct app *app, enum command command, uint32_t key)
{
	if (!filtering_command(app, command, key))
		act_move(app, command);
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
		sorting_picked(app, item);
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
		menu_move(&app->menu, command, geometry_menu_area(&app->layout).height);
}

static void apply_key(struct app *app, uint32_t key, struct job *out)
{
	enum context context = focus_context(app);
	enum command command = keymap_command(app->keys, context, key);

	app->is_dirty = true;
	if (command == COMMAND_QUIT || command == COMMAND_REDRAW)
		act(app, command, out);
	else if (context == CONTEXT_PROMPT)
		apply_prompt(app, command, key);
	else if (context == CONTEXT_MENU)
		apply_menu(app, command, key, out);
	else if (context == CONTEXT_COLUMNS)
		arrange_command(app, command);
	else if (context == CONTEXT_DIALOG || context == CONTEXT_CONFIRM)
		killing_command(app, command, out);
	else if (command == COMMAND_NONE && context & (CONTEXT_TABLES | CONTEXT_EVENTS))
		filtering_saved(app, key);
	else
		act(app, command, out);
}

static void show_links(struct app *app)
{
	const struct snapshot *s = tracker_snapshot(app->tracker);

	if (!app->wants_connections)
		links_empty(&app->links);
	else if (s)
		links_frame(&app->links, s);
	refresh_all(app);
}

/* The collector looks for who holds each connection only while they are looked at; a recording has what it
 * has. */
static void follow_view(struct app *app, struct job *out)
{
	bool needs = focus_needs_connections(app);

	if (needs == app->wants_connections || out->kind != JOB_NONE)
		return;
	app->wants_connections = needs;
	if (needs)
		pausing_look(app, 2);            /* the next one may have been begun without them */
	show_links(app);
	if (app->is_replay)
		return;
	out->kind = JOB_CONNECTIONS;
	out->wants_connections = needs;
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
		uint32_t key = pointing_apply(app, input);

		if (key)
			apply_key(app, key, &out);
	}
	follow_view(app, &out);
	return out;
}
