/* Owns how wide the columns of connections are, and what an empty view says. Refuses to choose connections
 * (links.c) and to word their cells (linkcolumn.c). */
#include "ui/linktable.h"

#include "base/text.h"
#include "ui/describe.h"
#include "ui/focus.h"

struct widths {
	const struct link_column *columns[LINK_COLUMN_COUNT];
	enum link_column_id ids[LINK_COLUMN_COUNT];
	unsigned of[LINK_COLUMN_COUNT], count;
};

static void measure(const struct app *app, struct widths *w, unsigned i, unsigned *left)
{
	size_t first = app->links.window.top, end = first + focus_height(app);
	unsigned wanted = w->columns[i]->min_width;
	struct buf text = { 0 };

	for (size_t k = first; k < end && k < app->links.count; k++) {
		buf_clear(&text);
		w->columns[i]->add(&text, app->links.items[k], app->now_ms);
		if (text_width(buf_string(&text)) > wanted)
			wanted = text_width(buf_string(&text));
	}
	buf_done(&text);
	if (wanted > w->columns[i]->max_width)
		wanted = w->columns[i]->max_width;
	if (wanted > w->of[i] + *left)
		wanted = w->of[i] + *left;
	*left -= wanted - w->of[i];
	w->of[i] = wanted;
}

/* The columns of the user's choice, else all, from left to right; what a narrow screen has no room for is
 * dropped from the right. */
static struct widths layout(const struct app *app, unsigned width)
{
	unsigned count = app->link_column_count ? app->link_column_count : LINK_COLUMN_COUNT, used = 0;
	struct widths w = { .count = 0 };

	for (; w.count < count; w.count++) {
		unsigned id = app->link_column_count ? app->link_columns[w.count] : w.count;
		const struct link_column *column = link_column_get(id);

		if (w.count && used + column->min_width > width)
			break;
		w.ids[w.count] = id;
		w.columns[w.count] = column;
		w.of[w.count] = column->min_width;
		used += column->min_width + 1;
	}
	used = used > width + 1 ? 0 : width + 1 - used;
	for (unsigned i = 0; i < w.count; i++)
		measure(app, &w, i, &used);
	return w;
}

bool linktable_column_at(const struct app *app, unsigned width, unsigned at, enum link_column_id *out)
{
	struct widths w = layout(app, width);

	for (unsigned i = 0, x = 0; i < w.count; i++) {
		if (at >= x && at < x + w.of[i]) {
			*out = w.ids[i];
			return true;
		}
		x += w.of[i] + 1;
	}
	return false;
}

void linktable_draw_head(const struct app *app, struct canvas *c, struct rect area)
{
	struct widths w = layout(app, area.width);

	draw_blank(c, area, STYLE_HEAD);
	for (unsigned i = 0, x = 0; i < w.count; i++) {
		enum style style = w.ids[i] == app->links.sort ? STYLE_HEAD_SORTED : STYLE_HEAD;

		draw_cell(c, area, x, 0, style, w.columns[i]->title, w.of[i], w.columns[i]->is_right);
		x += w.of[i] + 1;
	}
}

static enum style row_style(const struct app *app, const struct connection *connection)
{
	bool is_new = connection->since_ms && app->now_ms - connection->since_ms < ROW_FRESH_MS;
	const struct socket_fact *client = connection->client.socket, *server = connection->server.socket;

	if (is_new)
		return STYLE_NEW;
	if ((client && client->state != SOCKET_ESTABLISHED) || (server && server->state != SOCKET_ESTABLISHED))
		return STYLE_DIM;
	return STYLE_NORMAL;
}

static void draw_row(const struct app *app, struct canvas *c, struct rect line, const struct widths *w,
		     size_t index)
{
	unsigned style = row_style(app, app->links.items[index]);
	struct buf text = { 0 };

	if (index == app->links.window.index)
		style |= STYLE_CHOSEN;
	draw_blank(c, line, style);
	for (unsigned i = 0, x = 0; i < w->count; i++) {
		buf_clear(&text);
		w->columns[i]->add(&text, app->links.items[index], app->now_ms);
		draw_cell(c, line, x, 0, style, buf_string(&text), w->of[i], w->columns[i]->is_right);
		x += w->of[i] + 1;
	}
	buf_done(&text);
}

static void draw_empty(const struct app *app, struct canvas *c, struct rect area)
{
	const char *why = "No program of this machine is connected to another one.", *what = "";
	const struct snapshot *s = tracker_snapshot(app->tracker);
	unsigned y = area.height > 4 ? 1 : 0;

	if (!s || !s->facts->has_connections)
		why = "Looking ...";
	else if (app->links.is_narrowed)
		what = "a shows the connections of every listener.";
	else if (app->links.hidden)
		what = "The filter hides them all: Esc clears it.";
	if (app->links.is_narrowed && s)
		why = "Nobody on this machine is connected to this listener.";
	draw_text(c, area, 2, y, STYLE_STRONG, why);
	draw_text(c, area, 2, y + 1, STYLE_NORMAL, what);
}

void linktable_draw(const struct app *app, struct canvas *c, struct rect area)
{
	struct widths w = layout(app, area.width);
	size_t first = app->links.window.top;

	if (!app->links.count)
		draw_empty(app, c, area);
	for (unsigned y = 0; y < area.height && first + y < app->links.count; y++)
		draw_row(app, c, (struct rect){ area.x, area.y + y, area.width, 1 }, &w, first + y);
}

void linktable_draw_strip(const struct app *app, struct canvas *c, struct rect area)
{
	const struct connection *connection = links_selected(&app->links);
	struct buf line = { 0 };

	for (unsigned y = 0; connection && y < area.height; y++) {
		buf_clear(&line);
		if (describe_connection(&line, connection, app->home, area.width - 1, y))
			draw_text(c, area, 1, y, y ? STYLE_NORMAL : STYLE_STRONG, buf_string(&line));
	}
	buf_done(&line);
}
