/* Owns which view lies below which, and which ones follow each other. Refuses to know what they show. */
#include "ui/going.h"

#include "ui/cursor.h"
#include "ui/focus.h"
#include "ui/refresh.h"
#include "ui/say.h"

/* The views that Tab goes through. */
static const enum view tabs[] = { VIEW_LISTENERS, VIEW_CONNECTIONS, VIEW_EVENTS };

enum { TAB_COUNT = sizeof tabs / sizeof *tabs };

void going_to(struct app *app, enum view view)
{
	app->view = view;
	app->page.count = app->page.top = 0;
	refresh_all(app);
}

static void turn(struct app *app, unsigned steps)
{
	unsigned now = 0;

	while (now + 1 < TAB_COUNT && tabs[now] != app->view)
		now++;
	going_to(app, tabs[(now + steps) % TAB_COUNT]);
}

void going_to_next(struct app *app)
{
	turn(app, 1);
}

void going_to_previous(struct app *app)
{
	turn(app, TAB_COUNT - 1);
}

void going_into(struct app *app)
{
	const struct group *group = app->view == VIEW_LISTENERS ? tree_header(&app->tree) : NULL;
	const struct row *row = focus_row(app);

	if (group)
		cursor_fold(app, !group->is_folded);
	if (!row)
		return;
	app->details = row->listener->key;
	app->below_details = app->view;
	going_to(app, VIEW_DETAILS);
}

void going_to_help(struct app *app)
{
	app->below_help = app->view;
	going_to(app, VIEW_HELP);
}

void going_back(struct app *app)
{
	if (app->view == VIEW_HELP)
		going_to(app, app->below_help);
	else if (app->view == VIEW_WHY)
		going_to(app, app->below_why);
	else
		going_to(app, app->view == VIEW_DETAILS ? app->below_details : VIEW_LISTENERS);
}

void going_to_event(struct app *app)
{
	const struct event *event = eventlog_selected(&app->eventlog);
	size_t line;

	if (!event)
		return;
	if (!event->about) {
		say(app, STYLE_WARNING, "this is about no row of the table");
	} else if (!rows_find(app->tracker, &event->about->key)) {
		say(app, STYLE_WARNING, "closed: there is no such row now");
	} else if (!cursor_find(app, &event->about->key, &line)) {
		say(app, STYLE_WARNING, "its row is hidden: by the filter, or because it is out of scope");
	} else {
		going_to(app, VIEW_LISTENERS);
		cursor_select(app, line);
	}
}
