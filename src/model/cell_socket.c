/* Owns the columns about a socket itself: state, queue, clients, the kernel's numbers for it, and when it is
 * free. Refuses to know where it listens and whose it is. */
#include "model/cell.h"

static struct value state_of(const struct row *row)
{
	return value_of_text(socket_state_name(row->listener->socket->state));
}

/* Next to LISTEN, "UDP" says more than the UNCONN that it is. */
static void add_state(struct buf *out, const struct row *row)
{
	uint8_t state = row->listener->socket->state;

	buf_add_string(out, state == SOCKET_UNCONN ? "UDP" : socket_state_name(state));
}

static struct value clients_of(const struct row *row)
{
	return row->listener->clients < 0 ? value_null() : value_of_number(row->listener->clients);
}

static struct value queue_of(const struct row *row)
{
	const struct listener *l = row->listener;

	return l->socket->state == SOCKET_LISTEN ? value_of_number(l->queue_length) : value_null();
}

static void add_queue(struct buf *out, const struct row *row)
{
	const struct listener *l = row->listener;

	value_add(out, queue_of(row));
	if (l->queue_limit != QUEUE_UNKNOWN)
		buf_printf(out, "/%u", l->queue_limit);
}

static struct value inode_of(const struct row *row)
{
	return row->listener->socket->inode ? value_of_number(row->listener->socket->inode) : value_null();
}

/* Counted up from 1 per boot (sock_gen_cookie, net/core/sock_diag.c): never near the 2^53 at which readers of
 * JSON begin to round. */
static struct value cookie_of(const struct row *row)
{
	uint64_t cookie = row->listener->socket->cookie;

	return cookie ? value_of_number((int64_t)cookie) : value_null();
}

static struct value uid_of(const struct row *row)
{
	uint32_t uid = row->listener->socket->uid;

	return uid == UID_UNKNOWN ? value_null() : value_of_number(uid);
}

static struct value sockets_of(const struct row *row)
{
	return value_of_number(listener_sockets(row->listener));
}

static struct value expiry_of(const struct row *row)
{
	int64_t left_ms = listener_expires_ms(row->listener, row->now_ms);

	return left_ms < 0 ? value_null() : value_of_number(left_ms);
}

static void add_expiry(struct buf *out, const struct row *row)
{
	value_add_duration(out, expiry_of(row));
}

const struct column cell_socket_columns[] = {
	{
		"state", "STATE", .json = "state", .place = 80, WIDTH(6, 10, 10),
		.help = "LISTEN, BOUND (not listening), UDP, or what is left of a connection (TIME-WAIT ...)",
		.value = state_of, .format = add_state,
	}, {
		"clients", "CLIENTS", .place = 170, WIDTH(7, 7, 7), .is_right = true, .priority = 9,
		.help = "established connections to it",
		.value = clients_of,
	}, {
		"queue", "QUEUE", .place = 190, WIDTH(5, 9, 11), .is_right = true, .priority = 13,
		.help = "connections that wait to be accepted / how many may",
		.value = queue_of, .format = add_queue,
	}, {
		"inode", "INODE", .json = "inode", .place = 220, WIDTH(7, 8, 10), .is_right = true,
		NOT_BY_DEFAULT,
		.help = "inode of the socket, as in /proc/PID/fd",
		.value = inode_of,
	}, {
		"cookie", "COOKIE", .json = "cookie", .place = 230, WIDTH(6, 8, 16), .is_right = true,
		NOT_BY_DEFAULT,
		.help = "the kernel's number of the socket, never used twice",
		.value = cookie_of,
	}, {
		"uid", "UID", .json = "uid", .place = 240, WIDTH(5, 5, 10), .is_right = true, NOT_BY_DEFAULT,
		.help = "user id of the owner",
		.value = uid_of,
	}, {
		"sockets", "SOCKETS", .json = "sockets", .place = 270, WIDTH(7, 7, 7), .is_right = true,
		NOT_BY_DEFAULT,
		.help = "how many sockets stand in this row",
		.value = sockets_of,
	}, {
		"expires", "EXPIRES", .json = "expires_ms", .place = 290, WIDTH(7, 7, 7), .is_right = true,
		NOT_BY_DEFAULT,
		.help = "until the kernel frees a leftover",
		.value = expiry_of, .format = add_expiry,
	}, { 0 },
};
