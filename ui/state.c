/* Owns what follows from what: visible rows from tracker, filter and sort; the window from selection and
 * height; columns from the visible rows; pages from their subject. Refuses to know keys and jobs (app.c)
 * and how anything looks. */
#include "ui/state.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fatal.h"
#include "base/text.h"
#include "ui/aside.h"
#include "ui/describe.h"
#include "ui/details.h"
#include "ui/eventlog.h"
#include "ui/help.h"
#include "ui/whypage.h"

bool state_is_table(const struct app *app)
{
	return app->view == VIEW_LISTENERS || app->view == VIEW_CONNECTIONS;
}

bool state_has_cursor(const struct app *app)
{
	return state_is_table(app) || app->view == VIEW_EVENTS;
}

bool state_needs_connections(const struct app *app)
{
	enum view view = app->view == VIEW_HELP ? app->below_help : app->view;

	if (view == VIEW_WHY)
		view = app->below_why;
	return (view == VIEW_DETAILS ? app->below_details : view) == VIEW_CONNECTIONS;
}

unsigned state_body_height(const struct app *app)
{
	return app->layout.regions[state_is_table(app) ? REGION_TABLE : REGION_PAGE].height;
}

enum context state_context(const struct app *app)
{
	static const enum context by_view[VIEW_COUNT] = {
		[VIEW_LISTENERS] = CONTEXT_LISTENERS, [VIEW_CONNECTIONS] = CONTEXT_CONNECTIONS,
		[VIEW_EVENTS] = CONTEXT_EVENTS,
		[VIEW_DETAILS] = CONTEXT_DETAILS, [VIEW_WHY] = CONTEXT_WHY, [VIEW_HELP] = CONTEXT_HELP,
	};

	switch (app->overlay) {
	case OVERLAY_FILTER:
		return CONTEXT_PROMPT;
	case OVERLAY_SORT:
	case OVERLAY_COPY:
		return CONTEXT_MENU;
	case OVERLAY_COLUMNS:
		return CONTEXT_COLUMNS;
	case OVERLAY_KILL:
		return app->dialog.state == DIALOG_CONFIRMING ? CONTEXT_CONFIRM : CONTEXT_DIALOG;
	default:
		return by_view[app->view];
	}
}

const struct row *state_row(const struct app *app)
{
	const struct connection *connection = links_selected(&app->links);
	const struct event *event = eventlog_selected(&app->eventlog);
	struct row_key key;

	if (app->view == VIEW_DETAILS)
		return rows_find(app->tracker, &app->details);
	if (app->view == VIEW_WHY)
		return rows_find(app->tracker, &app->why_key);
	if (app->view == VIEW_EVENTS)
		return event && event->about ? rows_find(app->tracker, &event->about->key) : NULL;
	if (app->view != VIEW_CONNECTIONS)
		return app->tree.header ? NULL : rows_selected(&app->rows);
	if (!connection)
		return NULL;
	key = links_row(connection);
	return rows_find(app->tracker, &key);
}

const struct snapshot *state_snapshot(const struct app *app)
{
	const struct snapshot *s = tracker_snapshot(app->tracker);
	const struct row *row = state_row(app);

	return s && row ? snapshot_of(s, row->listener->key.machine) : s;
}

struct subject state_subject(const struct app *app)
{
	return (struct subject){
		.snapshot = state_snapshot(app), .row = state_row(app), .home = app->home,
		.lineage = &app->parents.lineage, .lineage_pid = app->parents.pid,
	};
}

bool state_acts_on_tags(const struct app *app)
{
	return app->tags.count && app->view == VIEW_LISTENERS;
}

/* One row may be what is expected at several addresses. */
static void find_expected(struct app *app, const struct listener *l)
{
	for (size_t i = 0; i < app->expect->count; i++) {
		const struct expectation *e = &app->expect->items[i];

		app->is_there[i] |= expectation_has_port(e, l) && expectation_is_there(e, l);
	}
}

/* What of the project's ports nobody listens on. Before the first frame nothing is missed. */
static void count_missing(struct app *app)
{
	size_t count;
	const struct row *rows = tracker_rows(app->tracker, &count);

	app->missing = 0;
	if (!app->expect || !tracker_snapshot(app->tracker))
		return;
	memset(app->is_there, 0, sizeof app->is_there);
	for (size_t i = 0; i < count; i++)
		if (rows[i].expected && !rows[i].is_gone)
			find_expected(app, rows[i].listener);
	for (size_t i = 0; i < app->expect->count; i++)
		app->missing += !app->is_there[i];
}

void state_count(struct app *app)
{
	size_t count;
	const struct row *rows = tracker_rows(app->tracker, &count);

	app->counts = (struct counts){ 0 };
	app->out_of_scope = 0;
	for (size_t i = 0; i < count; i++) {
		const struct listener *l = rows[i].listener;

		if (rows[i].is_gone)
			continue;
		if (!app->show_all && !listener_is_local(l)) {
			app->out_of_scope++;
			continue;
		}
		app->counts.listening += l->key.kind == ROW_LISTENER && !l->netns;
		app->counts.elsewhere += l->key.kind == ROW_LISTENER && l->netns;
		for (unsigned mark = 0; mark < MARK_COUNT; mark++)
			app->counts.marked[mark] += row_marks(&rows[i]) >> mark & 1;
	}
	count_missing(app);
}

static bool has_gaps(const struct app *app)
{
	const struct snapshot *s = tracker_snapshot(app->tracker);

	for (size_t i = 0; s && i < s->facts->gap_count; i++)
		if (s->facts->gaps[i].kind != GAP_OWNERS_PENDING)
			return true;
	return app->missing;
}

/* The selection is in the window, and the window does not end behind the last row. */
static void keep_visible(struct app *app)
{
	struct window w = { app->top, tree_cursor(&app->tree, &app->rows) };

	if (app->view != VIEW_LISTENERS)
		return;
	window_keep(&w, app->tree.count, state_body_height(app));
	app->top = w.top;
}

static void update_rows(struct app *app)
{
	const struct rows_options options = {
		.query = app->query, .sort = app->sort, .is_reversed = app->is_reversed,
		.show_all = app->show_all, .show_leftovers = app->show_leftovers,
		.keeps_selected = !app->is_filter_new,
	};
	size_t line = tree_cursor(&app->tree, &app->rows) - app->top, cursor;

	rows_update(&app->rows, app->tracker, &options);
	tree_build(&app->tree, &app->rows);
	cursor = tree_cursor(&app->tree, &app->rows);
	app->top = cursor > line ? cursor - line : 0;
	if (app->top && cursor + 1 < app->top + state_body_height(app) &&
	    app->tree.lines[app->top - 1].is_group)
		app->top--;              /* a group's first row on the screen has its title above it */
	keep_visible(app);
}

static void update_columns(struct app *app)
{
	unsigned count = 0, height = state_body_height(app), width = app->layout.regions[REGION_TABLE].width;
	const struct row **visible = fatal_alloc((height + 1) * sizeof(struct row *));
	const struct snapshot *s = tracker_snapshot(app->tracker);

	for (size_t i = app->top; i < app->tree.count && i < app->top + height; i++)
		if (!app->tree.lines[i].is_group)
			visible[count++] = app->rows.items[app->tree.lines[i].row];
	if (app->chosen_columns)
		app->column_count = column_layout_chosen(visible, count, width, app->columns,
							 app->chosen_columns, app->shown_columns,
							 app->column_widths);
	else
		app->column_count = column_layout(visible, count, width, s, app->shown_columns,
						  app->column_widths);
	free(visible);
}

/* Details of another row begin at their top. */
static void update_aside(struct app *app)
{
	struct rect area = app->layout.regions[REGION_ASIDE];
	const struct subject about = state_subject(app);

	if (!area.height)
		return;
	if (about.row && row_key_compare(&about.row->listener->key, &app->aside_of)) {
		app->aside_of = about.row->listener->key;
		app->aside.top = 0;
	}
	page_clear(&app->aside, area.width - 1);
	aside_build(&app->aside, &about,
		    app->view == VIEW_CONNECTIONS ? links_selected(&app->links) : NULL);
	page_scroll(&app->aside, 0, area.height - 1);
}

static unsigned page_width(const struct app *app)
{
	return app->layout.regions[REGION_PAGE].width;
}

/* When its socket is gone the page stays as it was last. */
static void build_details(struct app *app)
{
	const struct subject about = state_subject(app);

	if (!about.row || !about.snapshot)
		return;
	page_clear(&app->page, page_width(app));
	details_build(&app->page, &about);
}

static void update_page(struct app *app)
{
	if (app->view == VIEW_DETAILS) {
		build_details(app);
	} else if (app->view == VIEW_WHY) {
		page_clear(&app->page, page_width(app));
		whypage_build(&app->page, app->why);
	} else if (app->view == VIEW_HELP) {
		page_clear(&app->page, page_width(app));
		help_build(&app->page, app->keys);
	}
	page_scroll(&app->page, 0, state_body_height(app));
}

void state_refresh(struct app *app)
{
	struct rect screen = app->layout.screen;
	unsigned flags = (has_gaps(app) ? LAYOUT_GAPS : 0u) | (app->is_split ? LAYOUT_SPLIT : 0u);

	geometry_layout(&app->layout, app->view, screen.width, screen.height, flags);
	update_rows(app);
	update_columns(app);
	update_page(app);
	if (app->view == VIEW_CONNECTIONS)
		links_update(&app->links, app->tracker, *app->filter ? app->query : NULL,
			     state_body_height(app));
	if (app->view == VIEW_EVENTS)
		eventlog_update(&app->eventlog, app->tracker, *app->filter ? app->query : NULL, app->show_all,
				state_body_height(app));
	update_aside(app);
	app->is_dirty = true;
}

void state_show_frame(struct app *app, const struct snapshot *s)
{
	app->now_ms = s->facts->wall_ms;
	if (app->wants_connections)
		links_frame(&app->links, s);
	tags_prune(&app->tags, app->tracker);
	state_count(app);
	state_refresh(app);
}

void state_age(struct app *app, const struct snapshot *s)
{
	app->now_ms = s->facts->wall_ms;
	update_columns(app);
	update_aside(app);
	app->is_dirty = true;
}

void state_resize(struct app *app, unsigned width, unsigned height)
{
	app->layout.screen = (struct rect){ 0, 0, width, height };
	state_refresh(app);
}

void state_show(struct app *app, enum view view)
{
	app->view = view;
	app->page.count = app->page.top = 0;
	state_refresh(app);
}

void state_select(struct app *app, size_t index)
{
	if (app->view == VIEW_CONNECTIONS) {
		links_select(&app->links, index, state_body_height(app));
	} else if (app->view == VIEW_EVENTS) {
		eventlog_select(&app->eventlog, index, state_body_height(app));
	} else {
		tree_select(&app->tree, &app->rows, index);
		keep_visible(app);
		update_columns(app);
	}
	update_aside(app);
	app->is_dirty = true;
}

size_t state_selected(const struct app *app)
{
	if (app->view == VIEW_EVENTS)
		return app->eventlog.window.index;
	return app->view == VIEW_CONNECTIONS ? app->links.window.index : tree_cursor(&app->tree, &app->rows);
}

bool state_find_line(const struct app *app, const struct row_key *key, size_t *line)
{
	for (size_t i = 0; i < app->tree.count; i++) {
		const struct line *at = &app->tree.lines[i];

		if (at->is_group || row_key_compare(&app->rows.items[at->row]->listener->key, key))
			continue;
		*line = i;
		return true;
	}
	return false;
}

void state_group(struct app *app, enum grouping by)
{
	app->tree.by = by;
	state_refresh(app);
}

bool state_fold(struct app *app, bool folds)
{
	if (app->view != VIEW_LISTENERS || !tree_fold(&app->tree, &app->rows, folds))
		return false;
	state_refresh(app);
	return true;
}

void state_scroll(struct app *app, long lines)
{
	unsigned height = state_body_height(app);
	struct window w = { app->top, tree_cursor(&app->tree, &app->rows) };

	if (app->view == VIEW_LISTENERS) {
		window_scroll(&w, lines, app->tree.count, height);
		app->top = w.top;
		state_select(app, w.index);
	} else if (app->view == VIEW_CONNECTIONS) {
		window_scroll(&app->links.window, lines, app->links.count, height);
		state_select(app, app->links.window.index);
	} else if (app->view == VIEW_EVENTS) {
		window_scroll(&app->eventlog.window, lines, app->eventlog.count, height);
		state_select(app, app->eventlog.window.index);
	} else {
		page_scroll(&app->page, lines, height);
		app->is_dirty = true;
	}
}

struct rect state_menu_area(const struct app *app)
{
	struct rect area = app->layout.screen;

	area.height -= app->layout.regions[REGION_KEYS].height;
	return area;
}

void state_split(struct app *app, bool is_split)
{
	app->is_split = is_split;
	state_refresh(app);
}

void state_scroll_aside(struct app *app, long lines)
{
	struct rect area = app->layout.regions[REGION_ASIDE];

	if (area.height)
		page_scroll(&app->aside, lines, area.height - 1);
	app->is_dirty = true;
}

int state_filter(struct app *app, const char *text, struct query_error *error)
{
	struct query *query;
	int failed = query_parse(slice_of(text), &query, error);

	if (failed)
		return failed;
	query_free(app->query);
	app->query = query;
	snprintf(app->filter, sizeof app->filter, "%s", text);
	app->is_filter_new = true;
	state_refresh(app);
	app->is_filter_new = false;
	return 0;
}

void state_say(struct app *app, enum style style, const char *format, ...)
{
	char text[STATUS_TEXT];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	text[text_fit(text, STATUS_TEXT, NULL)] = 0;     /* not in the middle of a character */
	memcpy(app->status, text, sizeof text);
	app->status_style = style;
	app->status_ms = app->frame_ms;
	app->is_dirty = true;
}
