/* Owns what stands still in a pause, and what goes on: a frozen tracker is shown in the place of the one that
 * frames go to. Refuses to stop the collector: whoever goes on wants to know what he missed. */
#include "ui/pausing.h"

#include "ui/refresh.h"
#include "ui/say.h"

static struct tracker *running(const struct app *app)
{
	return app->live ? app->live : app->tracker;
}

static void freeze(struct app *app)
{
	struct tracker *live = running(app);

	if (app->live)
		tracker_free(app->tracker);
	app->live = live;
	app->tracker = tracker_freeze(live);
	app->missed = 0;
}

static void go_on(struct app *app)
{
	const struct snapshot *s = tracker_snapshot(app->live);

	tracker_free(app->tracker);
	app->tracker = app->live;
	app->live = NULL;
	if (s)
		refresh_frame(app, s);
}

void pausing_toggle(struct app *app, struct job *out)
{
	app->is_paused = !app->is_paused;
	app->looks = 0;
	if (app->is_paused) {
		freeze(app);
		refresh_all(app);        /* the running tracker's rows go with its next frame */
	} else {
		go_on(app);
	}
	if (app->is_replay) {
		out->kind = JOB_PAUSE;
		out->is_paused = app->is_paused;
	}
	say(app, STYLE_NORMAL, app->is_paused ? "paused: p goes on, R looks once" : "going on");
}

void pausing_look(struct app *app, unsigned frames)
{
	if (app->is_paused && app->looks < frames)
		app->looks = frames;
}

static size_t count_missed(const struct app *app)
{
	uint64_t shown = tracker_newest_event(app->tracker);
	const struct event *event;
	size_t missed = 0;

	for (size_t back = 0; (event = tracker_event(app->live, back)) && event->number > shown; back++)
		missed += event->kind != EVENT_NOTE && (event->is_local || app->show_all);
	return missed;
}

/* What the cursor is on stays, though it is gone; of a group the row that it began with. */
static void hold_cursor(const struct app *app)
{
	tracker_hold(running(app), app->rows.has_selection ? &app->rows.selected : NULL);
}

bool pausing_takes(struct app *app, const struct snapshot *s)
{
	size_t missed = app->missed;

	hold_cursor(app);
	tracker_update(running(app), s);
	if (!app->is_paused)
		return true;
	if (app->looks) {
		app->looks--;
		freeze(app);
		return true;
	}
	app->missed = count_missed(app);
	if (app->missed != missed)
		refresh_all(app);
	return false;
}
