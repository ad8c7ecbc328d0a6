/* Owns how rows look: cells by the column table, the colour of what changed, and what an empty table says.
 * Refuses to choose rows, order and columns (state.c). */
#include "ui/table.h"

#include <string.h>
#include "ui/cursor.h"
#include "ui/describe.h"

void table_draw_head(const struct app *app, struct canvas *c, struct rect area)
{
	draw_blank(c, area, STYLE_HEAD);
	for (unsigned i = 0, x = 0; i < app->column_count; i++) {
		const struct column *column = app->shown_columns[i];

		draw_cell(c, area, x, 0, column == app->sort ? STYLE_HEAD_SORTED : STYLE_HEAD,
			  column->title, app->column_widths[i], column->is_right);
		x += app->column_widths[i] + 1u;
	}
}

static enum style row_style(const struct row *row)
{
	static const enum style by_change[] = {
		[CHANGE_NONE] = STYLE_NORMAL, [CHANGE_OPENED] = STYLE_NEW, [CHANGE_CLOSED] = STYLE_GONE,
		[CHANGE_REBOUND] = STYLE_CHANGED, [CHANGE_OWNER] = STYLE_CHANGED,
	};

	if (row->is_gone)
		return STYLE_GONE;
	if (row_kind_is_leftover(row->listener->key.kind))
		return STYLE_DIM;
	return by_change[row->change];
}

/* A mark colours its sign and its note; the rest of the row stays readable. */
static enum style cell_style(const struct row *row, const struct column *column, enum style style)
{
	const uint32_t harmless = 1u << MARK_HIDDEN | 1u << MARK_LEFTOVER | 1u << MARK_EPHEMERAL |
				  1u << MARK_IDLE;

	if (style != STYLE_NORMAL || !column->has_marks)
		return style;
	return row_marks(row) & ~harmless ? STYLE_WARNING : STYLE_NORMAL;
}

static void draw_row(const struct app *app, struct canvas *c, struct rect area, unsigned y, size_t index)
{
	const struct row *row = app->rows.items[app->tree.lines[index].row];
	unsigned chosen = index == cursor_line(app) ? STYLE_CHOSEN : 0;
	bool is_tagged = tags_has(&app->tags, &row->listener->key);
	enum style style = is_tagged ? STYLE_STRONG : row_style(row);
	struct rect line = { area.x, area.y + y, area.width, 1 };
	struct buf text = { 0 };

	draw_blank(c, line, style | chosen);     /* between the cells too: fewer changes of colour to write */
	for (unsigned i = 0, x = 0; i < app->column_count; i++) {
		const struct column *column = app->shown_columns[i];

		buf_clear(&text);
		column_format_within(&text, column, row, app->column_widths[i]);
		draw_cell(c, line, x, 0, cell_style(row, column, style) | chosen,
			  buf_string(&text), app->column_widths[i], column->is_right);
		x += app->column_widths[i] + 1u;
	}
	if (is_tagged)                           /* in the blank behind the sign */
		draw_text(c, line, app->column_widths[0], 0, style | chosen, "*");
	buf_done(&text);
}

static void draw_group(const struct app *app, struct canvas *c, struct rect area, unsigned y, size_t index)
{
	const struct group *group = &app->tree.groups[app->tree.lines[index].group];
	unsigned style = STYLE_STRONG | (index == cursor_line(app) ? STYLE_CHOSEN : 0);
	struct rect line = { area.x, area.y + y, area.width, 1 };
	struct buf text = { 0 };

	buf_printf(&text, "%s ", group->is_folded ? "[+]" : "[-]");
	describe_path(&text, group->name, app->home);
	buf_printf(&text, " (%zu)", group->count);
	draw_blank(c, line, style);
	draw_text(c, line, 0, 0, style, buf_string(&text));
	buf_done(&text);
}

static bool is_loopback_down(const struct app *app)
{
	const struct snapshot *s = tracker_snapshot(app->tracker);

	for (size_t i = 0; s && i < s->facts->gap_count; i++)
		if (s->facts->gaps[i].kind == GAP_LO_DOWN)
			return true;
	return false;
}

/* Why there is nothing, and what to try. */
static void explain(const struct app *app, struct buf *why, struct buf *what)
{
	if (app->scan_error) {
		buf_printf(why, "Could not look: %s.", strerror(app->scan_error));
		buf_add_string(what, "Try: sudo lotop, or lotop outside of the sandbox.");
	} else if (!app->now_ms) {
		buf_add_string(why, "Looking ...");
	} else if (app->rows.hidden_by_query) {
		buf_printf(why, "Nothing matches \"%s\": ", app->filter);
		buf_printf(why, "%zu hidden.", app->rows.hidden_by_query);
		buf_add_string(what, "Esc clears the filter, / changes it.");
	} else if (is_loopback_down(app)) {
		buf_add_string(why, "Nothing listens on this machine's loopback, and the device lo is down.");
		buf_add_string(what, "Try as root: ip link set lo up");
	} else if (app->out_of_scope) {
		buf_add_string(why, "Nothing listens on this machine's loopback.");
		buf_printf(what, "a also shows %zu bound to other addresses.", app->out_of_scope);
	} else {
		buf_add_string(why, "Nothing listens on this machine's loopback.");
		buf_add_string(what, "Try in another terminal: python3 -m http.server --bind 127.0.0.1 8000");
	}
}

static void draw_empty(const struct app *app, struct canvas *c, struct rect area)
{
	struct buf why = { 0 }, what = { 0 };
	unsigned y = area.height > 4 ? 1 : 0;

	explain(app, &why, &what);
	draw_text(c, area, 2, y, STYLE_STRONG, buf_string(&why));
	draw_text(c, area, 2, y + 1, STYLE_NORMAL, buf_string(&what));
	buf_done(&why);
	buf_done(&what);
}

void table_draw(const struct app *app, struct canvas *c, struct rect area)
{
	if (!app->rows.count)
		draw_empty(app, c, area);
	for (unsigned y = 0; y < area.height && app->top + y < app->tree.count; y++)
		(app->tree.lines[app->top + y].is_group ? draw_group : draw_row)(app, c, area, y,
										 app->top + y);
}
