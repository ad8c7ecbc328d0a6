/* Owns what each command does. Refuses to do any of it itself: whatever needs the machine is a job, whatever
 * is seen follows from the state. A command works on the row that was selected when its key was read, by its
 * identity. */
#include "ui/act.h"

#include <signal.h>
#include "ui/arrange.h"
#include "ui/asking.h"
#include "ui/copying.h"
#include "ui/cursor.h"
#include "ui/filtering.h"
#include "ui/focus.h"
#include "ui/going.h"
#include "ui/killing.h"
#include "ui/pausing.h"
#include "ui/refresh.h"
#include "ui/say.h"
#include "ui/sorting.h"
#include "ui/tally.h"

static const int intervals_ms[] = { 250, 500, 1000, 2000, 5000, 10000, 30000, 60000 };

enum { INTERVAL_COUNT = sizeof intervals_ms / sizeof *intervals_ms, ASIDE_STEP = 4 };

/* The gate is behind the platform's door; this is only so that nobody is asked in vain. */
static bool may_act(struct app *app)
{
	if (app->is_read_only)
		say(app, STYLE_WARNING, "read-only: nothing is signalled, and no program started");
	return !app->is_read_only;
}

static void do_kill(struct app *app, struct job *out)
{
	if (may_act(app))
		killing_ask(app, SIGTERM, out);
}

static void do_kill_hard(struct app *app, struct job *out)
{
	if (may_act(app))
		killing_ask(app, SIGKILL, out);
}

static void do_open(struct app *app, struct job *out)
{
	if (may_act(app))
		copying_browse(app, out);
}

static void do_copy(struct app *app, struct job *out)
{
	copying_copy(app, COPY_ADDRESS, out);
}

static void do_copy_url(struct app *app, struct job *out)
{
	copying_copy(app, COPY_URL, out);
}

/* On to the next row, so that a held key tags them all. */
static void do_tag(struct app *app)
{
	const struct row *row = focus_row(app);

	if (row)
		tags_toggle(&app->tags, &row->listener->key);
	cursor_select(app, cursor_line(app) + 1);
}

static void do_untag(struct app *app)
{
	tags_clear(&app->tags);
}

static void do_group(struct app *app)
{
	enum grouping next = (app->tree.by + 1) % GROUPING_COUNT;

	app->group = next == GROUP_PLACE && !tally_has_places(app) ? GROUP_OFF : next;
	refresh_arranged(app);
	say(app, STYLE_NORMAL, "grouping: %s", grouping_name(app->tree.by));
}

static void do_fold(struct app *app)
{
	cursor_fold(app, true);
}

static void do_unfold(struct app *app)
{
	cursor_fold(app, false);
}

/* Of the listener under the table's cursor, which stays where it was. */
static void do_narrow(struct app *app)
{
	const struct row *row = rows_selected(&app->rows);

	app->links.is_narrowed = !app->links.is_narrowed && row;
	if (row)
		app->links.listener = row->listener->key;
	refresh_all(app);
}

static void do_split(struct app *app)
{
	struct rect screen = app->layout.screen;

	if (!app->is_split && !geometry_can_split(app->view, screen.width, screen.height)) {
		say(app, STYLE_WARNING, "no room: %u columns, or %u lines", GEOMETRY_BESIDE_FROM,
		    GEOMETRY_BELOW_FROM);
		return;
	}
	app->is_split = !app->is_split;
	refresh_all(app);
}

static void do_aside_up(struct app *app)
{
	cursor_scroll_aside(app, -ASIDE_STEP);
}

static void do_aside_down(struct app *app)
{
	cursor_scroll_aside(app, ASIDE_STEP);
}

static void do_all(struct app *app)
{
	app->show_all = !app->show_all;
	say(app, STYLE_NORMAL,
	    app->show_all ? "all addresses of this machine" : "only what loopback reaches");
	tally(app);
	refresh_arranged(app);
}

static void do_leftovers(struct app *app)
{
	app->show_leftovers = !app->show_leftovers;
	say(app, STYLE_NORMAL, app->show_leftovers ? "leftovers shown" : "leftovers hidden");
	refresh_arranged(app);
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
	say(app, STYLE_NORMAL, "looks every %g s", chosen / 1000.0);
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
	pausing_look(app, 1);
	out->kind = JOB_SCAN;
}

static void do_redraw(struct app *app)
{
	app->wants_complete = true;
}

static void do_quit(struct app *app)
{
	app->is_done = true;
}

static const struct handler {
	void (*changes)(struct app *);                   /* nothing but what is shown */
	void (*asks)(struct app *, struct job *);        /* the collector, too */
} handlers[COMMAND_COUNT] = {
	[COMMAND_DETAILS] = { .changes = going_into },
	[COMMAND_KILL] = { .asks = do_kill },
	[COMMAND_KILL_HARD] = { .asks = do_kill_hard },
	[COMMAND_COPY] = { .asks = do_copy },
	[COMMAND_COPY_URL] = { .asks = do_copy_url },
	[COMMAND_COPY_MENU] = { .changes = copying_open_menu },
	[COMMAND_OPEN] = { .asks = do_open },
	[COMMAND_WHY] = { .asks = asking_ask },
	[COMMAND_TRY] = { .asks = asking_try },
	[COMMAND_GROUP] = { .changes = do_group },
	[COMMAND_FOLD] = { .changes = do_fold },
	[COMMAND_UNFOLD] = { .changes = do_unfold },
	[COMMAND_TAG] = { .changes = do_tag },
	[COMMAND_UNTAG] = { .changes = do_untag },
	[COMMAND_FILTER] = { .changes = filtering_open },
	[COMMAND_CLEAR] = { .changes = filtering_clear },
	[COMMAND_SORT] = { .changes = sorting_open },
	[COMMAND_REVERSE] = { .changes = sorting_reverse },
	[COMMAND_ALL] = { .changes = do_all },
	[COMMAND_LEFTOVERS] = { .changes = do_leftovers },
	[COMMAND_NARROW] = { .changes = do_narrow },
	[COMMAND_COLUMNS] = { .changes = arrange_open },
	[COMMAND_SPLIT] = { .changes = do_split },
	[COMMAND_ASIDE_UP] = { .changes = do_aside_up },
	[COMMAND_ASIDE_DOWN] = { .changes = do_aside_down },
	[COMMAND_NEXT_VIEW] = { .changes = going_to_next },
	[COMMAND_PREVIOUS_VIEW] = { .changes = going_to_previous },
	[COMMAND_JUMP] = { .changes = going_to_event },
	[COMMAND_PAUSE] = { .asks = pausing_toggle },
	[COMMAND_SLOWER] = { .asks = do_slower },
	[COMMAND_FASTER] = { .asks = do_faster },
	[COMMAND_RESCAN] = { .asks = do_rescan },
	[COMMAND_REDRAW] = { .changes = do_redraw },
	[COMMAND_HELP] = { .changes = going_to_help },
	[COMMAND_BACK] = { .changes = going_back },
	[COMMAND_QUIT] = { .changes = do_quit },
};

bool act_move(struct app *app, enum command command)
{
	long page = focus_height(app) > 1 ? (long)focus_height(app) - 1 : 1;
	const struct {
		enum command command;
		long lines;
	} steps[] = {
		{ COMMAND_UP, -1 }, { COMMAND_PAGE_UP, -page }, { COMMAND_HOME, -INT32_MAX },
		{ COMMAND_DOWN, 1 }, { COMMAND_PAGE_DOWN, page }, { COMMAND_END, INT32_MAX },
	};

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		long index = (long)cursor_line(app) + steps[i].lines;

		if (steps[i].command != command)
			continue;
		if (focus_has_cursor(app))
			cursor_select(app, index > 0 ? (size_t)index : 0);
		else
			cursor_scroll(app, steps[i].lines);
		return true;
	}
	return false;
}

void act(struct app *app, enum command command, struct job *out)
{
	const struct handler *handler = &handlers[command];

	if (act_move(app, command))
		return;
	if (handler->changes)
		handler->changes(app);
	if (handler->asks)
		handler->asks(app, out);
}
