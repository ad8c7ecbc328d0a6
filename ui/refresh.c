/* Owns what follows from what: visible rows from tracker, filter and sort; the window from selection and
 * height; columns from the visible rows; pages from their subject. Refuses to know keys and jobs (app.c)
 * and how anything looks. */
#include "ui/refresh.h"

#include <stdlib.h>
#include "base/fatal.h"
#include "ui/aside.h"
#include "ui/details.h"
#include "ui/focus.h"
#include "ui/help.h"
#include "ui/tally.h"
#include "ui/whypage.h"

/* How often the rows above and below the screen are looked at for what columns need, and how many at most; so many are
 * looked at whenever something changes. */
enum { MEASURE_MS = 5000, ROWS_MEASURED = 256, ROWS_FEW = 64 };

/* The selection is in the window, and the window does not end behind the last row. */
static void keep_visible(struct app *app)
{
	struct window w = { app->top, tree_cursor(&app->tree, &app->rows) };

	if (app->view != VIEW_LISTENERS)
		return;
	window_keep(&w, app->tree.count, focus_height(app));
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
	app->tree.by = app->group == GROUP_PLACE && !tally_has_places(app) ? GROUP_OFF : app->group;
	tree_build(&app->tree, &app->rows);
	cursor = tree_cursor(&app->tree, &app->rows);
	app->top = cursor > line ? cursor - line : 0;
	if (app->top && cursor + 1 < app->top + focus_height(app) &&
	    app->tree.lines[app->top - 1].is_group)
		app->top--;              /* a group's first row on the screen has its title above it */
	keep_visible(app);
}

/* The rows on the screen; the caller frees them. */
static const struct row **collect_shown(const struct app *app, unsigned *count)
{
	size_t height = focus_height(app);
	const struct row **rows = fatal_alloc((height + 1) * sizeof *rows);

	*count = 0;
	for (size_t i = app->top; i < app->tree.count && i < app->top + height; i++)
		if (!app->tree.lines[i].is_group)
			rows[(*count)++] = app->rows.items[app->tree.lines[i].row];
	return rows;
}

/* Where the user has scrolled, other rows are on the screen. */
static void prepare_memories(struct app *app)
{
	if (!app->column_memory.count || app->shown_top != app->top)
		app->shown_memory.count = 0;
	app->shown_top = app->top;
	app->column_memory.now_ms = app->shown_memory.now_ms = app->now_ms;
}

/* Also while the table is new: command lines and projects come one by one, and columns should not come after them. */
static bool is_measure_due(struct app *app)
{
	if (!app->column_memory.count)
		app->laid_out_ms = app->now_ms;
	return app->rows.count <= ROWS_FEW || app->now_ms - app->laid_out_ms < MEASURE_MS ||
	       app->now_ms - app->measured_ms >= MEASURE_MS;
}

static void update_columns(struct app *app)
{
	bool is_due = is_measure_due(app);
	struct column_space space = {
		.width = app->layout.regions[REGION_TABLE].width,
		.snapshot = tracker_snapshot(app->tracker),
		.chosen = app->chosen_columns ? app->columns : NULL, .chosen_count = app->chosen_columns,
		.all.memory = &app->column_memory, .shown.memory = &app->shown_memory,
	};
	const struct row **shown = collect_shown(app, &space.shown.count);

	prepare_memories(app);
	space.shown.items = shown;
	if (is_due) {
		space.all.items = app->rows.items;
		space.all.count = app->rows.count < ROWS_MEASURED ? (unsigned)app->rows.count : ROWS_MEASURED;
		app->measured_ms = app->now_ms;
	}
	app->column_count = column_layout(&space, app->shown_columns, app->column_widths);
	free(shown);
}

/* Details of another row begin at their top. */
static void update_aside(struct app *app)
{
	struct rect area = app->layout.regions[REGION_ASIDE];
	const struct subject about = focus_subject(app);

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
	const struct subject about = focus_subject(app);

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
	page_scroll(&app->page, 0, focus_height(app));
}

void refresh_all(struct app *app)
{
	struct rect screen = app->layout.screen;
	unsigned flags = (tally_has_gaps(app) ? LAYOUT_GAPS : 0u) | (app->is_split ? LAYOUT_SPLIT : 0u);

	geometry_layout(&app->layout, app->view, screen.width, screen.height, flags);
	update_rows(app);
	update_columns(app);
	update_page(app);
	if (app->view == VIEW_CONNECTIONS)
		links_update(&app->links, app->tracker, *app->filter ? app->query : NULL,
			     focus_height(app));
	if (app->view == VIEW_EVENTS)
		eventlog_update(&app->eventlog, app->tracker, *app->filter ? app->query : NULL, app->show_all,
				focus_height(app));
	update_aside(app);
	app->is_dirty = true;
}

void refresh_arranged(struct app *app)
{
	app->column_memory.count = 0;
	refresh_all(app);
}

void refresh_frame(struct app *app, const struct snapshot *s)
{
	app->now_ms = s->facts->wall_ms;
	if (app->wants_connections)
		links_frame(&app->links, s);
	tags_prune(&app->tags, app->tracker);
	tally(app);
	refresh_all(app);
}

void refresh_time(struct app *app, const struct snapshot *s)
{
	app->now_ms = s->facts->wall_ms;
	update_columns(app);
	update_aside(app);
	app->is_dirty = true;
}

void refresh_size(struct app *app, unsigned width, unsigned height)
{
	app->layout.screen = (struct rect){ 0, 0, width, height };
	refresh_arranged(app);
}

void refresh_cursor(struct app *app)
{
	if (app->view == VIEW_LISTENERS) {
		keep_visible(app);
		update_columns(app);
	}
	update_aside(app);
	app->is_dirty = true;
}
