/* Owns what each column of a connection says, and its order. Refuses to know which connections are in view
 * (links.c) and where they stand on the screen (linktable.c). */
#include "ui/linkcolumn.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include "model/age.h"

/* The other end of a socket that this scan does not have is in another network namespace, or closing. */
void link_add_process(struct buf *out, const struct connection_end *end)
{
	if (end->process)
		buf_printf(out, "%s %d", end->process->name, end->process->fact->pid);
	else if (!end->socket)
		buf_add_string(out, "(not here)");
	else
		buf_add_string(out, end->socket->inode ? "?" : "-");
}

static void add_client(struct buf *out, const struct connection *c, int64_t now_ms)
{
	(void)now_ms;
	link_add_process(out, &c->client);
	buf_printf(out, " :%u", c->client.at.port);
}

static void add_server(struct buf *out, const struct connection *c, int64_t now_ms)
{
	(void)now_ms;
	endpoint_add(out, &c->server.at, NULL);
	buf_add_char(out, ' ');
	link_add_process(out, &c->server);
}

static void add_state(struct buf *out, const struct connection *c, int64_t now_ms)
{
	(void)now_ms;
	connection_add_state(out, c);
}

static void add_age(struct buf *out, const struct connection *c, int64_t now_ms)
{
	if (c->since_ms)
		age_add(out, now_ms, c->since_ms, c->client.at.port);
	else
		buf_add_char(out, '-');
}

/* Bytes on their way: not yet sent by the one end, not yet read by the other. */
static uint64_t waiting(const struct connection_end *from, const struct connection_end *to)
{
	uint64_t bytes = to->socket ? to->socket->queue_length : 0;

	if (from->socket && from->socket->queue_limit != QUEUE_UNKNOWN)
		bytes += from->socket->queue_limit;
	return bytes;
}

static void add_bytes(struct buf *out, uint64_t bytes)
{
	if (bytes < 10000)
		buf_printf(out, "%u", (unsigned)bytes);
	else if (bytes < 10000 * 1024)
		buf_printf(out, "%uK", (unsigned)(bytes >> 10));
	else
		buf_printf(out, "%uM", (unsigned)(bytes >> 20));
}

static void add_to_server(struct buf *out, const struct connection *c, int64_t now_ms)
{
	(void)now_ms;
	add_bytes(out, waiting(&c->client, &c->server));
}

static void add_to_client(struct buf *out, const struct connection *c, int64_t now_ms)
{
	(void)now_ms;
	add_bytes(out, waiting(&c->server, &c->client));
}

/* Who is not known comes last. */
static int compare_clients(const struct connection *a, const struct connection *b)
{
	const struct process *left = a->client.process, *right = b->client.process;
	int order;

	if (!left || !right)
		return !left - !right;
	order = strcasecmp(left->name, right->name);
	return order ? order : (left->fact->pid > right->fact->pid) - (left->fact->pid < right->fact->pid);
}

static int compare_states(const struct connection *a, const struct connection *b)
{
	struct buf left = { 0 }, right = { 0 };
	int order;

	connection_add_state(&left, a);
	connection_add_state(&right, b);
	order = strcmp(buf_string(&left), buf_string(&right));
	buf_done(&left);
	buf_done(&right);
	return order;
}

/* The youngest first; those that were there before the first look are the oldest. */
static int compare_ages(const struct connection *a, const struct connection *b)
{
	return (b->since_ms > a->since_ms) - (b->since_ms < a->since_ms);
}

static int compare_bytes(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_to_server(const struct connection *a, const struct connection *b)
{
	return compare_bytes(waiting(&a->client, &a->server), waiting(&b->client, &b->server));
}

static int compare_to_client(const struct connection *a, const struct connection *b)
{
	return compare_bytes(waiting(&a->server, &a->client), waiting(&b->server, &b->client));
}

static const struct link_column columns[LINK_COLUMN_COUNT] = {
	[LINK_CLIENT] = { "client", "CLIENT", "who connected, and the port it did so from",
			  12, 40, false, add_client, compare_clients },
	[LINK_SERVER] = { "server", "SERVER", "where it is connected to, and who serves there",
			  14, 64, false, add_server, NULL },
	[LINK_STATE] = { "state", "STATE", "of both ends, the client's first where they differ",
			 11, 23, false, add_state, compare_states },
	[LINK_AGE] = { "age", "AGE", "since when it is open; - before the first look",
		       4, 4, true, add_age, compare_ages },
	[LINK_TO_SERVER] = { "to-server", ">SERVER", "bytes that the server has not read yet",
			     7, 7, true, add_to_server, compare_to_server },
	[LINK_TO_CLIENT] = { "to-client", ">CLIENT", "bytes that the client has not read yet",
			     7, 7, true, add_to_client, compare_to_client },
};

const struct link_column *link_column_get(enum link_column_id id)
{
	return &columns[id];
}

int link_column_find(struct slice name, enum link_column_id *out)
{
	for (unsigned id = 0; id < LINK_COLUMN_COUNT; id++) {
		if (!slice_is(name, columns[id].name))
			continue;
		*out = (enum link_column_id)id;
		return 0;
	}
	return -ENOENT;
}

int link_column_compare(enum link_column_id id, const struct connection *a, const struct connection *b)
{
	int order = columns[id].compare ? columns[id].compare(a, b) : 0;

	return order ? order : connection_compare(a, b);
}
