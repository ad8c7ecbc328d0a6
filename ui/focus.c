/* Owns what is meant by "this one", in each view and behind each overlay. Refuses to know keys (keymap.c)
 * and what is done with it. */
#include "ui/focus.h"

bool focus_is_table(const struct app *app)
{
	return app->view == VIEW_LISTENERS || app->view == VIEW_CONNECTIONS;
}

bool focus_has_cursor(const struct app *app)
{
	return focus_is_table(app) || app->view == VIEW_EVENTS;
}

bool focus_needs_connections(const struct app *app)
{
	enum view view = app->view == VIEW_HELP ? app->below_help : app->view;

	if (view == VIEW_WHY)
		view = app->below_why;
	return (view == VIEW_DETAILS ? app->below_details : view) == VIEW_CONNECTIONS;
}

unsigned focus_height(const struct app *app)
{
	return app->layout.regions[focus_is_table(app) ? REGION_TABLE : REGION_PAGE].height;
}

enum context focus_context(const struct app *app)
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

const struct row *focus_row(const struct app *app)
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

const struct snapshot *focus_snapshot(const struct app *app)
{
	const struct snapshot *s = tracker_snapshot(app->tracker);
	const struct row *row = focus_row(app);

	return s && row ? snapshot_of(s, row->listener->key.machine) : s;
}

struct subject focus_subject(const struct app *app)
{
	return (struct subject){
		.snapshot = focus_snapshot(app), .row = focus_row(app), .home = app->home,
		.lineage = &app->parents.lineage, .lineage_pid = app->parents.pid,
	};
}

bool focus_is_on_tags(const struct app *app)
{
	return app->tags.count && app->view == VIEW_LISTENERS;
}
