/* Owns the columns of connections and what an empty view says. Refuses to choose connections (links.c). */
#include "ui/linktable.h"

#include "base/clock.h"
#include "base/text.h"
#include "ui/describe.h"

struct cell {
	const struct connection *connection;
	int64_t now_ms;
};

/* The other end of a socket that this scan does not have is in another network namespace, or closing. */
static void add_process(struct buf *out, const struct connection_end *end)
{
	if (end->process)
		buf_printf(out, "%s %d", end->process->name, end->process->fact->pid);
	else if (!end->socket)
		buf_add_string(out, "(not here)");
	else
		buf_add_string(out, end->socket->inode ? "?" : "-");
}

static void add_client(struct buf *out, const struct cell *cell)
{
	const struct connection_end *end = &cell->connection->client;

	add_process(out, end);
	buf_printf(out, " :%u", end->at.port);
}

static void add_server(struct buf *out, const struct cell *cell)
{
	const struct connection_end *end = &cell->connection->server;

	endpoint_add(out, &end->at, NULL);
	buf_add_char(out, ' ');
	add_process(out, end);
}

static void add_state(struct buf *out, const struct cell *cell)
{
	connection_add_state(out, cell->connection);
}

static void add_age(struct buf *out, const struct cell *cell)
{
	if (cell->connection->since_ms)
		clock_add_duration(out, cell->now_ms - cell->connection->since_ms);
	else
		buf_add_char(out, '-');
}

/* Bytes on their way: not yet sent by the one end, not yet read by the other. */
static void add_waiting(struct buf *out, const struct connection_end *from, const struct connection_end *to)
{
	uint64_t bytes = to->socket ? to->socket->queue_length : 0;

	if (from->socket && from->socket->queue_limit != QUEUE_UNKNOWN)
		bytes += from->socket->queue_limit;
	if (bytes < 10000)
		buf_printf(out, "%u", (unsigned)bytes);
	else if (bytes < 10000 * 1024)
		buf_printf(out, "%uK", (unsigned)(bytes >> 10));
	else
		buf_printf(out, "%uM", (unsigned)(bytes >> 20));
}

static void add_to_server(struct buf *out, const struct cell *cell)
{
	add_waiting(out, &cell->connection->client, &cell->connection->server);
}

static void add_to_client(struct buf *out, const struct cell *cell)
{
	add_waiting(out, &cell->connection->server, &cell->connection->client);
}

/* From left to right; what a narrow screen has no room for is dropped from the right. */
static const struct link_column {
	const char *title;
	void (*add)(struct buf *out, const struct cell *cell);
	uint8_t min_width, max_width;
	bool is_right;
} columns[] = {
	{ "CLIENT", add_client, 12, 40, false },
	{ "SERVER", add_server, 14, 64, false },
	{ "STATE", add_state, 11, 23, false },
	{ "AGE", add_age, 4, 4, true },
	{ ">SERVER", add_to_server, 7, 7, true },
	{ ">CLIENT", add_to_client, 7, 7, true },
};

enum { COLUMNS = sizeof columns / sizeof *columns };

struct widths {
	unsigned of[COLUMNS], count;
};

static struct cell cell_at(const struct app *app, size_t index)
{
	return (struct cell){ app->links.items[index], app->now_ms };
}

static void measure(const struct app *app, struct widths *w, unsigned column, unsigned *left)
{
	size_t first = app->links.window.top, end = first + state_body_height(app);
	unsigned wanted = columns[column].min_width;
	struct buf text = { 0 };

	for (size_t i = first; i < end && i < app->links.count; i++) {
		struct cell cell = cell_at(app, i);

		buf_clear(&text);
		columns[column].add(&text, &cell);
		if (text_width(buf_string(&text)) > wanted)
			wanted = text_width(buf_string(&text));
	}
	buf_done(&text);
	if (wanted > columns[column].max_width)
		wanted = columns[column].max_width;
	if (wanted > w->of[column] + *left)
		wanted = w->of[column] + *left;
	*left -= wanted - w->of[column];
	w->of[column] = wanted;
}

static struct widths layout(const struct app *app, unsigned width)
{
	struct widths w = { { 0 }, 0 };
	unsigned used = 0;

	while (w.count < COLUMNS && (!w.count || used + columns[w.count].min_width <= width)) {
		w.of[w.count] = columns[w.count].min_width;
		used += w.of[w.count++] + 1;
	}
	used = used > width + 1 ? 0 : width + 1 - used;
	for (unsigned i = 0; i < w.count; i++)
		measure(app, &w, i, &used);
	return w;
}

void linktable_draw_head(const struct app *app, struct canvas *c, struct rect area)
{
	struct widths w = layout(app, area.width);

	draw_blank(c, area, STYLE_HEAD);
	for (unsigned i = 0, x = 0; i < w.count; i++) {
		draw_cell(c, area, x, 0, STYLE_HEAD, columns[i].title, w.of[i], columns[i].is_right);
		x += w.of[i] + 1;
	}
}

static enum style row_style(const struct app *app, const struct connection *connection)
{
	bool is_new = connection->since_ms && app->now_ms - connection->since_ms < TRACKER_FRESH_MS;
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
	struct cell cell = cell_at(app, index);
	struct buf text = { 0 };

	if (index == app->links.window.index)
		style |= STYLE_CHOSEN;
	draw_blank(c, line, style);
	for (unsigned i = 0, x = 0; i < w->count; i++) {
		buf_clear(&text);
		columns[i].add(&text, &cell);
		draw_cell(c, line, x, 0, style, buf_string(&text), w->of[i], columns[i].is_right);
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

static void add_end(struct buf *out, const char *role, const struct connection_end *end, const char *home)
{
	buf_printf(out, "%s ", role);
	endpoint_add(out, &end->at, NULL);
	buf_add_string(out, DOT);
	add_process(out, end);
	if (end->process && end->process->command) {
		buf_add_string(out, DOT);
		describe_path(out, end->process->command, home);
	}
}

void linktable_draw_strip(const struct app *app, struct canvas *c, struct rect area)
{
	const struct connection *connection = links_selected(&app->links);
	struct buf lines[3] = { 0 };

	if (!connection)
		return;
	add_end(&lines[0], "client", &connection->client, app->home);
	add_end(&lines[1], "server", &connection->server, app->home);
	connection_add_state(&lines[2], connection);
	for (unsigned i = 0; i < 3; i++) {
		draw_text(c, area, 1, i, i ? STYLE_NORMAL : STYLE_STRONG, buf_string(&lines[i]));
		buf_done(&lines[i]);
	}
}
