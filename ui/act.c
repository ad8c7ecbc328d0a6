/* Owns what each command does. Refuses to do any of it itself: whatever needs the machine is a job, whatever
 * is seen follows from the state. A command works on the row that was selected when its key was read, by its
 * identity. */
#include "ui/act.h"

#include <signal.h>
#include "ui/arrange.h"
#include "ui/asking.h"
#include "ui/copying.h"
#include "ui/killing.h"
#include "ui/pausing.h"

static const int intervals_ms[] = { 250, 500, 1000, 2000, 5000, 10000, 30000, 60000 };

enum { INTERVAL_COUNT = sizeof intervals_ms / sizeof *intervals_ms, ASIDE_STEP = 4 };

/* The gate is behind the platform's door; this is only so that nobody is asked in vain. */
static bool may_act(struct app *app)
{
	if (app->is_read_only)
		state_say(app, STYLE_WARNING, "read-only: nothing is signalled, and no program started");
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

static void do_copy_menu(struct app *app, struct job *out)
{
	(void)out;
	copying_open_menu(app);
}

/* On to the next row, so that a held key tags them all. */
static void do_tag(struct app *app, struct job *out)
{
	const struct row *row = state_row(app);

	(void)out;
	if (row)
		tags_toggle(&app->tags, &row->listener->key);
	state_select(app, state_selected(app) + 1);
}

static void do_untag(struct app *app, struct job *out)
{
	(void)out;
	tags_clear(&app->tags);
}

/* Where there is one place only, it is no group. */
static bool has_places(const struct app *app)
{
	const struct snapshot *s = tracker_snapshot(app->tracker);

	return app->counts.elsewhere || (s && s->host_count);
}

static void do_group(struct app *app, struct job *out)
{
	enum grouping next = (app->tree.by + 1) % GROUPING_COUNT;

	(void)out;
	state_group(app, next == GROUP_PLACE && !has_places(app) ? GROUP_OFF : next);
	state_say(app, STYLE_NORMAL, "grouping: %s", grouping_name(app->tree.by));
}

static void do_fold(struct app *app, struct job *out)
{
	(void)out;
	state_fold(app, true);
}

static void do_unfold(struct app *app, struct job *out)
{
	(void)out;
	state_fold(app, false);
}

static void do_details(struct app *app, struct job *out)
{
	const struct group *group = app->view == VIEW_LISTENERS ? tree_header(&app->tree) : NULL;
	const struct row *row = state_row(app);

	(void)out;
	if (group)
		state_fold(app, !group->is_folded);
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
	else if (app->view == VIEW_WHY)
		state_show(app, app->below_why);
	else
		state_show(app, app->view == VIEW_DETAILS ? app->below_details : VIEW_LISTENERS);
}

/* The views that Tab goes through. */
static const enum view tabs[] = { VIEW_LISTENERS, VIEW_CONNECTIONS, VIEW_EVENTS };

enum { TAB_COUNT = sizeof tabs / sizeof *tabs };

static void turn(struct app *app, unsigned steps)
{
	unsigned now = 0;

	while (now + 1 < TAB_COUNT && tabs[now] != app->view)
		now++;
	state_show(app, tabs[(now + steps) % TAB_COUNT]);
}

static void do_next_view(struct app *app, struct job *out)
{
	(void)out;
	turn(app, 1);
}

static void do_previous_view(struct app *app, struct job *out)
{
	(void)out;
	turn(app, TAB_COUNT - 1);
}

/* Of the listener under the table's cursor, which stays where it was. */
static void do_narrow(struct app *app, struct job *out)
{
	const struct row *row = rows_selected(&app->rows);

	(void)out;
	app->links.is_narrowed = !app->links.is_narrowed && row;
	if (row)
		app->links.listener = row->listener->key;
	state_refresh(app);
}

static void do_filter(struct app *app, struct job *out)
{
	(void)out;
	prompt_set(&app->prompt, app->filter);
	app->overlay = OVERLAY_FILTER;
}

void act_clear(struct app *app)
{
	struct query_error error;

	*app->status = 0;
	state_filter(app, "", &error);
}

static void do_clear(struct app *app, struct job *out)
{
	(void)out;
	act_clear(app);
}

static void offer_columns(struct app *app)
{
	const struct column *all[COLUMN_MAX];
	unsigned count = column_all(all);

	for (unsigned i = 0; i < count; i++)
		if (!all[i]->is_sign)
			menu_add(&app->menu, 0, all[i]->place, all[i]->title, all[i]->help);
	menu_choose(&app->menu, app->sort->place);
}

static void offer_link_columns(struct app *app)
{
	for (unsigned id = 0; id < LINK_COLUMN_COUNT; id++)
		menu_add(&app->menu, 0, (int)id, link_column_get(id)->title, link_column_get(id)->help);
	menu_choose(&app->menu, (int)app->links.sort);
}

static void do_sort(struct app *app, struct job *out)
{
	(void)out;
	menu_start(&app->menu, "Sort by");
	if (app->view == VIEW_CONNECTIONS)
		offer_link_columns(app);
	else
		offer_columns(app);
	menu_move(&app->menu, COMMAND_NONE, state_menu_area(app).height);
	app->overlay = OVERLAY_SORT;
}

void act_sort_rows(struct app *app, const struct column *by)
{
	app->is_reversed = by == app->sort && !app->is_reversed;
	app->sort = by;
	state_refresh(app);
}

void act_sort_links(struct app *app, enum link_column_id by)
{
	app->links.is_reversed = by == app->links.sort && !app->links.is_reversed;
	app->links.sort = by;
	state_refresh(app);
}

void act_sort_picked(struct app *app, const struct menu_item *item)
{
	if (app->view == VIEW_CONNECTIONS)
		act_sort_links(app, (enum link_column_id)item->value);
	else
		act_sort_rows(app, column_at((unsigned)item->value));
}

static void do_reverse(struct app *app, struct job *out)
{
	bool *is_reversed = app->view == VIEW_CONNECTIONS ? &app->links.is_reversed : &app->is_reversed;

	(void)out;
	*is_reversed = !*is_reversed;
	state_refresh(app);
}

static void do_columns(struct app *app, struct job *out)
{
	(void)out;
	arrange_open(app);
}

static void do_split(struct app *app, struct job *out)
{
	struct rect screen = app->layout.screen;

	(void)out;
	if (!app->is_split && !geometry_can_split(app->view, screen.width, screen.height))
		state_say(app, STYLE_WARNING, "no room: %u columns, or %u lines", GEOMETRY_BESIDE_FROM,
			  GEOMETRY_BELOW_FROM);
	else
		state_split(app, !app->is_split);
}

static void do_aside_up(struct app *app, struct job *out)
{
	(void)out;
	state_scroll_aside(app, -ASIDE_STEP);
}

static void do_aside_down(struct app *app, struct job *out)
{
	(void)out;
	state_scroll_aside(app, ASIDE_STEP);
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

/* To the row of the event under the cursor, in the table. */
static void do_jump(struct app *app, struct job *out)
{
	const struct event *event = eventlog_selected(&app->eventlog);
	size_t line;

	(void)out;
	if (!event)
		return;
	if (!event->about) {
		state_say(app, STYLE_WARNING, "this is about no row of the table");
	} else if (!rows_find(app->tracker, &event->about->key)) {
		state_say(app, STYLE_WARNING, "closed: there is no such row now");
	} else if (!state_find_line(app, &event->about->key, &line)) {
		state_say(app, STYLE_WARNING, "its row is hidden: by the filter, or because it is out of scope");
	} else {
		state_show(app, VIEW_LISTENERS);
		state_select(app, line);
	}
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
	pausing_look(app, 1);
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
	[COMMAND_OPEN] = do_open,
	[COMMAND_WHY] = asking_ask,
	[COMMAND_TRY] = asking_try,
	[COMMAND_GROUP] = do_group,
	[COMMAND_FOLD] = do_fold,
	[COMMAND_UNFOLD] = do_unfold,
	[COMMAND_TAG] = do_tag,
	[COMMAND_UNTAG] = do_untag,
	[COMMAND_FILTER] = do_filter,
	[COMMAND_CLEAR] = do_clear,
	[COMMAND_SORT] = do_sort,
	[COMMAND_REVERSE] = do_reverse,
	[COMMAND_ALL] = do_all,
	[COMMAND_LEFTOVERS] = do_leftovers,
	[COMMAND_NARROW] = do_narrow,
	[COMMAND_COLUMNS] = do_columns,
	[COMMAND_SPLIT] = do_split,
	[COMMAND_ASIDE_UP] = do_aside_up,
	[COMMAND_ASIDE_DOWN] = do_aside_down,
	[COMMAND_NEXT_VIEW] = do_next_view,
	[COMMAND_PREVIOUS_VIEW] = do_previous_view,
	[COMMAND_JUMP] = do_jump,
	[COMMAND_PAUSE] = pausing_toggle,
	[COMMAND_SLOWER] = do_slower,
	[COMMAND_FASTER] = do_faster,
	[COMMAND_RESCAN] = do_rescan,
	[COMMAND_REDRAW] = do_redraw,
	[COMMAND_HELP] = do_help,
	[COMMAND_BACK] = do_back,
	[COMMAND_QUIT] = do_quit,
};

bool act_move(struct app *app, enum command command)
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
		long index = (long)state_selected(app) + steps[i].lines;

		if (steps[i].command != command)
			continue;
		if (state_has_cursor(app))
			state_select(app, index > 0 ? (size_t)index : 0);
		else
			state_scroll(app, steps[i].lines);
		return true;
	}
	return false;
}

void act(struct app *app, enum command command, struct job *out)
{
	if (!act_move(app, command) && handlers[command])
		handlers[command](app, out);
}
