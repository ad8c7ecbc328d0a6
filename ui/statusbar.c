/* Owns the lower lines. A status stands in the rule, so that the key line stays; on a screen without a
 * rule it takes the key line's place. Refuses to know what keys do: names and words come from the key and
 * command tables. */
#include "ui/statusbar.h"

#include "base/text.h"
#include "ui/describe.h"

enum { MARGIN = 2 };

/* In the order in which they stand; the higher the rank the sooner one is left out. */
static const struct hint {
	enum command command;
	unsigned char rank;
	bool needs_row;
} hints[] = {
	{ COMMAND_KILL, 2, true }, { COMMAND_COPY, 3, true }, { COMMAND_OPEN, 7, true },
	{ COMMAND_WHY, 7, true }, { COMMAND_TRY, 4, false },
	{ COMMAND_JUMP, 4, true }, { COMMAND_DETAILS, 4, true }, { COMMAND_FILTER, 3, false }, { COMMAND_SORT, 5, false },
	{ COMMAND_NEXT_VIEW, 6, false }, { COMMAND_BACK, 0, false }, { COMMAND_HELP, 1, false },
	{ COMMAND_QUIT, 0, false },
};

enum { HINT_COUNT = sizeof hints / sizeof *hints, RANK_MAX = 8 };

/* Of the project's ports; returns the columns that were used. */
static unsigned draw_missing(const struct app *app, struct canvas *c, struct rect area)
{
	const char *between = "not there: ";
	struct buf text = { 0 };
	unsigned used;

	for (size_t i = 0; app->missing && i < app->expect->count; i++) {
		if (app->is_there[i])
			continue;
		buf_printf(&text, "%s%s :%u", between, app->expect->items[i].name, app->expect->items[i].port);
		between = ", ";
	}
	used = draw_text(c, area, 1, 0, STYLE_WARNING, buf_string(&text));
	buf_done(&text);
	return used;
}

void statusbar_draw_gaps(const struct app *app, struct canvas *c, struct rect area)
{
	const struct snapshot *s = tracker_snapshot(app->tracker);
	struct buf text = { 0 };
	size_t shown = 0;
	unsigned used;

	for (size_t i = 0; s && i < s->facts->gap_count; i++) {
		const struct gap_fact *gap = &s->facts->gaps[i];
		const struct gap_text *words = gap_text(gap->kind);

		if (gap->kind == GAP_OWNERS_PENDING)
			continue;
		if (shown++)
			buf_add_string(&text, DOT);
		if (gap->count)
			buf_printf(&text, "%u ", gap->count);
		buf_add_string(&text, words->reason);
		if (words->remedy)
			buf_printf(&text, "; %s", words->remedy);
	}
	used = draw_missing(app, c, area);
	if (used && shown)
		used += draw_text(c, area, 1 + used, 0, STYLE_DIM, DOT);
	draw_text(c, area, 1 + used, 0, STYLE_DIM, buf_string(&text));
	buf_done(&text);
}

static bool is_pending(const struct app *app)
{
	const struct snapshot *s = tracker_snapshot(app->tracker);

	return s && !s->facts->owners_complete;
}

/* What the table shows less or otherwise than everything by port. */
static void add_choices(struct buf *out, const struct app *app)
{
	const char *reversed = app->is_reversed ? ", reversed" : "";

	if (app->sort != COLUMN_PORT || app->is_reversed)
		buf_printf(out, " by %s%s ", column_get(app->sort)->name, reversed);
	if (app->show_all)
		buf_add_string(out, " all ");
	if (!app->show_leftovers)
		buf_add_string(out, " no leftovers ");
	if (app->tags.count)
		buf_printf(out, " %zu tagged ", app->tags.count);
	if (app->tree.by != GROUP_OFF)
		buf_printf(out, " grouped by %s ", grouping_name(app->tree.by));
	if (app->rows.count)
		buf_printf(out, " %zu/%zu ", state_selected(app) + 1, app->tree.count);
}

static void add_links(struct buf *out, const struct app *app)
{
	if (app->links.is_narrowed) {
		buf_add_string(out, " of ");
		endpoint_add(out, &app->links.listener.endpoint, NULL);
		buf_add_char(out, ' ');
	}
	if (app->links.count)
		buf_printf(out, " %zu/%zu ", app->links.window.index + 1, app->links.count);
}

static void add_events(struct buf *out, const struct app *app)
{
	if (app->show_all)
		buf_add_string(out, " all ");
	if (app->eventlog.count)
		buf_printf(out, " %zu/%zu ", app->eventlog.window.index + 1, app->eventlog.count);
}

static void add_position(struct buf *out, const struct app *app)
{
	unsigned height = state_body_height(app);
	size_t last = app->page.top + height < app->page.count ? app->page.top + height : app->page.count;

	if (app->page.count > height)
		buf_printf(out, " %zu-%zu/%zu ", app->page.top + 1, last, app->page.count);
}

static size_t hidden(const struct app *app)
{
	if (app->view == VIEW_EVENTS)
		return app->eventlog.hidden;
	return app->view == VIEW_LISTENERS ? app->rows.hidden_by_query : app->links.hidden;
}

static enum style add_status(struct buf *out, const struct app *app)
{
	if (*app->status) {
		buf_printf(out, " %s ", app->status);
		return app->status_style;
	}
	if (state_has_cursor(app) && *app->filter)
		buf_printf(out, " filter: %s" DOT "%zu hidden ", app->filter, hidden(app));
	else if (is_pending(app))
		buf_add_string(out, " looking for owners ... ");
	return STYLE_STRONG;
}

void statusbar_draw_rule(const struct app *app, struct canvas *c, struct rect area)
{
	struct buf left = { 0 }, right = { 0 };
	enum style style = add_status(&left, app);
	unsigned width;

	draw_rule(c, area, 0, STYLE_DIM);
	if (app->view == VIEW_LISTENERS)
		add_choices(&right, app);
	else if (app->view == VIEW_CONNECTIONS)
		add_links(&right, app);
	else if (app->view == VIEW_EVENTS)
		add_events(&right, app);
	else
		add_position(&right, app);
	width = text_width(buf_string(&right));
	if (right.len && text_width(buf_string(&left)) + width + 3 * MARGIN <= area.width) {
		draw_text(c, area, area.width - MARGIN - width, 0, STYLE_NORMAL, buf_string(&right));
		area.width -= MARGIN + width;
	}
	if (left.len)
		draw_text(c, area, MARGIN, 0, style, buf_string(&left));
	buf_done(&left);
	buf_done(&right);
}

/* The first key of the command in this context, and its word. False when it is not to be shown. */
static bool set_hint(struct buf *key, struct buf *word, const struct app *app, const struct hint *hint,
		     unsigned rank)
{
	enum context context = state_context(app);
	const struct keymap *keys = app->keys;
	size_t i = 0;

	if (hint->rank > rank || (hint->needs_row && !state_row(app)))
		return false;
	while (i < keys->count
	       && (keys->bindings[i].command != hint->command || !(keys->bindings[i].contexts & context)))
		i++;
	if (i == keys->count)
		return false;
	buf_clear(key);
	buf_clear(word);
	keymap_add_key_name(key, keys->bindings[i].key);
	buf_add_string(word, command_info(hint->command)->hint);
	return true;
}

static unsigned hints_width(const struct app *app, unsigned rank)
{
	struct buf key = { 0 }, word = { 0 };
	unsigned width = 0;

	for (unsigned i = 0; i < HINT_COUNT; i++)
		if (set_hint(&key, &word, app, &hints[i], rank))
			width += (unsigned)(key.len + word.len) + 3;
	buf_done(&key);
	buf_done(&word);
	return width;
}

static void draw_hints(const struct app *app, struct canvas *c, struct rect area)
{
	struct buf key = { 0 }, word = { 0 };
	unsigned rank = RANK_MAX, x = 1;

	while (rank && hints_width(app, rank) > area.width + 1)
		rank--;
	for (unsigned i = 0; i < HINT_COUNT; i++) {
		if (!set_hint(&key, &word, app, &hints[i], rank))
			continue;
		x += draw_text(c, area, x, 0, STYLE_KEY, buf_string(&key)) + 1;
		x += draw_text(c, area, x, 0, STYLE_NORMAL, buf_string(&word)) + 2;
	}
	buf_done(&key);
	buf_done(&word);
}

void statusbar_draw_keys(const struct app *app, struct canvas *c, struct rect area)
{
	if (*app->status && !app->layout.regions[REGION_RULE].height)
		draw_text(c, area, 0, 0, app->status_style, app->status);
	else if (app->overlay == OVERLAY_NONE)
		draw_hints(app, c, area);
}
