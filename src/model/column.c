/* Owns the column table: what each column is called, how wide it may be, and how its value is read from
 * a row. Values are what the snapshot knows; formats are for the eye and may say it shorter ("?" hidden,
 * "-" none). Refuses to know the screen: widths are counted, colours and cutting are the caller's. */
#include "model/column.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "model/note.h"

static const struct value null = { .kind = VALUE_NULL };

static struct value text_value(const char *text)
{
	return text ? (struct value){ VALUE_TEXT, 0, text } : null;
}

static struct value number_value(int64_t number)
{
	return (struct value){ VALUE_NUMBER, number, NULL };
}

static struct value bool_value(bool is_true)
{
	return (struct value){ VALUE_BOOL, is_true, NULL };
}

static void value_format(struct buf *out, struct value v)
{
	switch (v.kind) {
	case VALUE_NULL:
		buf_add_char(out, '-');
		break;
	case VALUE_BOOL:
		buf_add_string(out, v.number ? "yes" : "no");
		break;
	case VALUE_NUMBER:
		buf_printf(out, "%lld", (long long)v.number);
		break;
	case VALUE_TEXT:
		buf_add_string(out, v.text);
		break;
	}
}

/* Null is "?" where a process has the socket, "-" where none can. */
static void add_known(struct buf *out, const struct row *row, struct value v)
{
	if (v.kind == VALUE_NULL && row->listener->socket->inode)
		buf_add_char(out, '?');
	else
		value_format(out, v);
}

static void add_duration(struct buf *out, struct value v)
{
	if (v.kind == VALUE_NULL)
		value_format(out, v);
	else
		clock_add_duration(out, v.number);
}

static const struct process *process_of(const struct row *row)
{
	const struct holder *eldest = listener_eldest(row->listener);

	return eldest ? eldest->process : NULL;
}

static bool is_folded_client(const struct row *row)
{
	return row->listener->key.kind == ROW_CLIENT_LEFTOVER;
}

static struct value no_value(const struct row *row)
{
	(void)row;
	return null;
}

static void sign_format(struct buf *out, const struct row *row)
{
	buf_add_char(out, note_sign(row));
}

static int weight_compare(const struct row *a, const struct row *b)
{
	return (int)note_weight(a) - (int)note_weight(b);
}

/* A row of many client ports has no port of its own: it shows the one that they were connected to. */
static struct value port_value(const struct row *row)
{
	return is_folded_client(row) ? null : number_value(row->listener->key.endpoint.port);
}

static void port_format(struct buf *out, const struct row *row)
{
	if (is_folded_client(row))
		buf_add_char(out, '>');
	buf_add_number(out, row->listener->key.endpoint.port);
}

static int key_compare(const struct row *a, const struct row *b)
{
	return row_key_compare(&a->listener->key, &b->listener->key);
}

static struct value peer_value(const struct row *row)
{
	return is_folded_client(row) ? number_value(row->listener->key.endpoint.port) : null;
}

static struct value address_value(const struct row *row)
{
	return text_value(row->address);
}

/* The two wildcards of IPv6 differ in whether IPv4 gets in, so they must not look alike; "*" is how ss(8)
 * writes the one that takes both. NULL: no such wildcard, or not known which. */
static const char *wildcard_name(const struct listener *l)
{
	const struct endpoint *e = &l->key.endpoint;

	if (e->family != FAMILY_IPV6 || !endpoint_is_wildcard(e) || endpoint_is_v4_mapped(e))
		return NULL;
	switch (l->socket->v6only) {
	case TRISTATE_TRUE:
		return ":: v6only";
	case TRISTATE_FALSE:
		return "*";
	default:
		return NULL;
	}
}

/* It is part of a link-local address already; and a loopback address is reached through lo only. */
static bool is_device_clear(const struct listener *l)
{
	const struct endpoint *e = &l->key.endpoint;

	return endpoint_is_link_local(e) || (endpoint_is_loopback(e) && !strcmp(l->device, "lo"));
}

static void address_format(struct buf *out, const struct row *row)
{
	const struct listener *l = row->listener;
	const char *wildcard = wildcard_name(l);

	if (wildcard)
		buf_add_string(out, wildcard);
	else
		endpoint_add_address(out, &l->key.endpoint, l->device);
	if (l->device && !is_device_clear(l))
		buf_printf(out, "%%%s", l->device);
}

static int address_compare(const struct row *a, const struct row *b)
{
	const struct endpoint *left = &a->listener->key.endpoint, *right = &b->listener->key.endpoint;

	if (left->family != right->family)
		return left->family - right->family;
	return memcmp(left->address, right->address, sizeof left->address);
}

static struct value protocol_value(const struct row *row)
{
	return text_value(protocol_name(row->listener->key.endpoint.protocol));
}

static struct value family_value(const struct row *row)
{
	return text_value(family_name(row->listener->key.endpoint.family));
}

static struct value state_value(const struct row *row)
{
	return text_value(socket_state_name(row->listener->socket->state));
}

/* Next to LISTEN, "UDP" says more than the UNCONN that it is. */
static void state_format(struct buf *out, const struct row *row)
{
	uint8_t state = row->listener->socket->state;

	buf_add_string(out, state == SOCKET_UNCONN ? "UDP" : socket_state_name(state));
}

static struct value range_value(const struct row *row)
{
	return text_value(port_range_name(row->listener->range));
}

static int range_compare(const struct row *a, const struct row *b)
{
	return a->listener->range - b->listener->range;
}

static struct value process_value(const struct row *row)
{
	const struct process *p = process_of(row);

	return text_value(p ? p->name : NULL);
}

/* What is known about an owner that nobody saw: its unit says most. */
static const char *inferred_owner(const struct owner *owner)
{
	return owner->unit ? owner->unit : owner->container ? owner->container : owner->name;
}

static bool is_inferred(const struct row *row)
{
	return row->listener->owner.certainty == OWNER_INFERRED;
}

static void process_format(struct buf *out, const struct row *row)
{
	if (is_inferred(row))
		buf_add_string(out, inferred_owner(&row->listener->owner));
	else
		add_known(out, row, process_value(row));
	if (row->listener->holder_count > 1)
		buf_printf(out, " +%u", row->listener->holder_count - 1);
}

static struct value pid_value(const struct row *row)
{
	const struct process *p = process_of(row);

	return p ? number_value(p->fact->pid) : null;
}

static void pid_format(struct buf *out, const struct row *row)
{
	if (is_inferred(row))
		buf_add_char(out, '-');
	else
		add_known(out, row, pid_value(row));
}

/* A number that stands in for a name which the system does not know is shown, but is no user's name. */
static struct value owner_value(const struct row *row)
{
	const struct listener *l = row->listener;
	uint64_t number;
	bool is_number = slice_to_u64(slice_of(l->user), 10, &number) && number == l->socket->uid;

	return is_number ? null : text_value(l->user);
}

static void owner_format(struct buf *out, const struct row *row)
{
	buf_add_string(out, row->listener->user ? row->listener->user : "-");
}

static struct value age_value(const struct row *row)
{
	return row->since_ms ? number_value(row->now_ms - row->since_ms) : null;
}

static void age_format(struct buf *out, const struct row *row)
{
	add_duration(out, age_value(row));
}

static struct value service_value(const struct row *row)
{
	return text_value(row->listener->service);
}

static struct value project_value(const struct row *row)
{
	const struct process *p = process_of(row);

	return text_value(p ? p->project : NULL);
}

static struct value unit_value(const struct row *row)
{
	const struct owner *owner = &row->listener->owner;

	return text_value(owner->container ? owner->container : owner->unit);
}

static struct value clients_value(const struct row *row)
{
	return row->listener->clients < 0 ? null : number_value(row->listener->clients);
}

static struct value queue_value(const struct row *row)
{
	const struct listener *l = row->listener;

	return l->socket->state == SOCKET_LISTEN ? number_value(l->queue_length) : null;
}

static void queue_format(struct buf *out, const struct row *row)
{
	const struct listener *l = row->listener;

	value_format(out, queue_value(row));
	if (l->queue_limit != QUEUE_UNKNOWN)
		buf_printf(out, "/%u", l->queue_limit);
}

static struct value exposure_value(const struct row *row)
{
	return text_value(exposure_name(row->listener->exposure));
}

static int exposure_compare(const struct row *a, const struct row *b)
{
	return a->listener->exposure - b->listener->exposure;
}

static struct value device_value(const struct row *row)
{
	return text_value(row->listener->device);
}

static struct value inode_value(const struct row *row)
{
	return row->listener->socket->inode ? number_value(row->listener->socket->inode) : null;
}

/* Counted up from 1 per boot (sock_gen_cookie, net/core/sock_diag.c): never near the 2^53 at which readers of
 * JSON begin to round. */
static struct value cookie_value(const struct row *row)
{
	uint64_t cookie = row->listener->socket->cookie;

	return cookie ? number_value((int64_t)cookie) : null;
}

static struct value uid_value(const struct row *row)
{
	uint32_t uid = row->listener->socket->uid;

	return uid == UID_UNKNOWN ? null : number_value(uid);
}

static struct value ephemeral_value(const struct row *row)
{
	return bool_value(row->listener->is_ephemeral);
}

static struct value v6only_value(const struct row *row)
{
	const struct listener *l = row->listener;
	bool is_known = l->key.endpoint.family == FAMILY_IPV6 && l->socket->v6only != TRISTATE_UNKNOWN;

	return is_known ? bool_value(l->socket->v6only == TRISTATE_TRUE) : null;
}

static struct value sockets_value(const struct row *row)
{
	return number_value(row->listener->socket_count);
}

static struct value expires_value(const struct row *row)
{
	return row->listener->expires_ms < 0 ? null : number_value(row->listener->expires_ms);
}

static void expires_format(struct buf *out, const struct row *row)
{
	add_duration(out, expires_value(row));
}

static struct value directory_value(const struct row *row)
{
	const struct process *p = process_of(row);

	return text_value(p ? p->cwd : NULL);
}

static struct value command_value(const struct row *row)
{
	const struct process *p = process_of(row);

	return text_value(p ? p->command : NULL);
}

static void directory_format(struct buf *out, const struct row *row)
{
	add_known(out, row, directory_value(row));
}

static void command_format(struct buf *out, const struct row *row)
{
	add_known(out, row, command_value(row));
}

/* "127.0.0.1" and ":: v6only" take nine columns. The usual widths of the columns up to the note are 80 and
 * their blanks, but for one: so that CLOSE-WAIT is whole where there is one. */
#define WIDTH(min, usual, max) .min_width = (min), .usual_width = (usual), .max_width = (max)
#define NOT_BY_DEFAULT .priority = PRIORITY_NOT_BY_DEFAULT

static const struct column columns[COLUMN_COUNT] = {
	[COLUMN_SIGN] = {
		COLUMN_SIGN, "sign", "", NULL, WIDTH(1, 1, 1), .priority = 1,
		.help = "+ new, ~ changed, - gone, else the sign of the weightiest mark",
		.value = no_value, .format = sign_format, .compare = weight_compare,
	},
	[COLUMN_PORT] = {
		COLUMN_PORT, "port", "PORT", "port", WIDTH(4, 5, 6), .is_right = true,
		.help = "local port; >8000 stands for all client ports that were connected to port 8000",
		.value = port_value, .format = port_format, .compare = key_compare,
	},
	[COLUMN_ADDRESS] = {
		COLUMN_ADDRESS, "address", "ADDRESS", "address", WIDTH(9, 9, 46), .priority = 2,
		.help = "local address; 0.0.0.0 is any IPv4, * any IPv4 or IPv6, \":: v6only\" any IPv6, "
			":: any IPv6 and perhaps IPv4; with %lo on that device only",
		.value = address_value, .format = address_format, .compare = address_compare,
	},
	[COLUMN_PROTOCOL] = {
		COLUMN_PROTOCOL, "protocol", "PROTO", "protocol", WIDTH(5, 5, 5), .priority = 12,
		.help = "tcp or udp",
		.value = protocol_value,
	},
	[COLUMN_FAMILY] = {
		COLUMN_FAMILY, "family", "FAMILY", "family", WIDTH(6, 6, 6), NOT_BY_DEFAULT,
		.help = "ipv4 or ipv6",
		.value = family_value,
	},
	[COLUMN_STATE] = {
		COLUMN_STATE, "state", "STATE", "state", WIDTH(6, 10, 10),
		.help = "LISTEN, BOUND (not listening), UDP, or what is left of a connection (TIME-WAIT ...)",
		.value = state_value, .format = state_format,
	},
	[COLUMN_RANGE] = {
		COLUMN_RANGE, "range", "RANGE", "range", WIDTH(10, 10, 10), .priority = 3,
		.help = "IANA: well-known (0-1023), registered (1024-49151), dynamic (49152-65535)",
		.value = range_value, .compare = range_compare,
	},
	[COLUMN_PROCESS] = {
		COLUMN_PROCESS, "process", "PROCESS", NULL, WIDTH(8, 12, 24),
		.help = "the process that serves, +N other holders; a unit where it is inferred; ? not visible, - none",
		.value = process_value, .format = process_format,
	},
	[COLUMN_PID] = {
		COLUMN_PID, "pid", "PID", NULL, WIDTH(3, 5, 7), .is_right = true,
		.help = "its process id",
		.value = pid_value, .format = pid_format,
	},
	[COLUMN_OWNER] = {
		COLUMN_OWNER, "owner", "OWNER", "user", WIDTH(5, 8, 16), .priority = 4,
		.help = "the user who made the socket",
		.value = owner_value, .format = owner_format,
	},
	[COLUMN_AGE] = {
		COLUMN_AGE, "age", "AGE", NULL, WIDTH(3, 4, 4), .is_right = true, .priority = 5,
		.help = "since when it is open, as far as seen; else since when its process runs",
		.value = age_value, .format = age_format,
	},
	[COLUMN_NOTE] = {
		COLUMN_NOTE, "note", "NOTE", NULL, WIDTH(7, 8, 48), .priority = 6,
		.help = "what happened, marks, the time until a leftover is free, xN sockets in one row",
		.value = no_value, .format = note_add, .compare = weight_compare,
	},
	[COLUMN_SERVICE] = {
		COLUMN_SERVICE, "service", "SERVICE", "service", WIDTH(7, 8, 16), .priority = 7,
		.help = "what usually listens on this port",
		.value = service_value,
	},
	[COLUMN_PROJECT] = {
		COLUMN_PROJECT, "project", "PROJECT", NULL, WIDTH(7, 14, 28), .priority = 8,
		.help = "the project that its process works in, and the branch",
		.value = project_value,
	},
	[COLUMN_CLIENTS] = {
		COLUMN_CLIENTS, "clients", "CLIENTS", NULL, WIDTH(7, 7, 7), .is_right = true, .priority = 9,
		.help = "established connections to it",
		.value = clients_value,
	},
	[COLUMN_UNIT] = {
		COLUMN_UNIT, "unit", "UNIT", NULL, WIDTH(7, 14, 28), .priority = 10,
		.help = "the container or the systemd unit that it is in",
		.value = unit_value,
	},
	[COLUMN_QUEUE] = {
		COLUMN_QUEUE, "queue", "QUEUE", NULL, WIDTH(5, 9, 11), .is_right = true, .priority = 13,
		.help = "connections that wait to be accepted / how many may",
		.value = queue_value, .format = queue_format,
	},
	[COLUMN_EXPOSURE] = {
		COLUMN_EXPOSURE, "exposure", "EXPOSURE", "exposure", WIDTH(8, 8, 8), .priority = 14,
		.help = "loopback: this machine only; wildcard: the network, too; lan: not by loopback",
		.value = exposure_value, .compare = exposure_compare,
	},
	[COLUMN_DEVICE] = {
		COLUMN_DEVICE, "device", "DEVICE", "device", WIDTH(6, 8, 16), NOT_BY_DEFAULT,
		.help = "the network device it is bound to",
		.value = device_value,
	},
	[COLUMN_INODE] = {
		COLUMN_INODE, "inode", "INODE", "inode", WIDTH(7, 8, 10), .is_right = true, NOT_BY_DEFAULT,
		.help = "inode of the socket, as in /proc/PID/fd",
		.value = inode_value,
	},
	[COLUMN_COOKIE] = {
		COLUMN_COOKIE, "cookie", "COOKIE", "cookie", WIDTH(6, 8, 16),
		.is_right = true, NOT_BY_DEFAULT,
		.help = "the kernel's number of the socket, never used twice",
		.value = cookie_value,
	},
	[COLUMN_UID] = {
		COLUMN_UID, "uid", "UID", "uid", WIDTH(5, 5, 10), .is_right = true, NOT_BY_DEFAULT,
		.help = "user id of the owner",
		.value = uid_value,
	},
	[COLUMN_EPHEMERAL] = {
		COLUMN_EPHEMERAL, "ephemeral", "EPHEMERAL", "ephemeral", WIDTH(9, 9, 9), NOT_BY_DEFAULT,
		.help = "whether this kernel may give the port to any outgoing connection",
		.value = ephemeral_value,
	},
	[COLUMN_V6ONLY] = {
		COLUMN_V6ONLY, "v6only", "V6ONLY", "v6only", WIDTH(6, 6, 6), NOT_BY_DEFAULT,
		.help = "whether an IPv6 socket refuses IPv4",
		.value = v6only_value,
	},
	[COLUMN_SOCKETS] = {
		COLUMN_SOCKETS, "sockets", "SOCKETS", "sockets", WIDTH(7, 7, 7),
		.is_right = true, NOT_BY_DEFAULT,
		.help = "how many sockets stand in this row",
		.value = sockets_value,
	},
	[COLUMN_PEER] = {
		COLUMN_PEER, "peer", "PEER", "peer_port", WIDTH(5, 5, 5), .is_right = true, NOT_BY_DEFAULT,
		.help = "the server's port, in a row of client ports",
		.value = peer_value,
	},
	[COLUMN_EXPIRES] = {
		COLUMN_EXPIRES, "expires", "EXPIRES", "expires_ms", WIDTH(7, 7, 7),
		.is_right = true, NOT_BY_DEFAULT,
		.help = "until the kernel frees a leftover",
		.value = expires_value, .format = expires_format,
	},
	[COLUMN_DIRECTORY] = {
		COLUMN_DIRECTORY, "directory", "DIRECTORY", NULL, WIDTH(9, 20, 48), NOT_BY_DEFAULT,
		.help = "working directory of the process",
		.value = directory_value, .format = directory_format,
	},
	[COLUMN_COMMAND] = {
		COLUMN_COMMAND, "command", "COMMAND", NULL, WIDTH(7, 14, 0), .priority = 11,
		.help = "command line of the process",
		.value = command_value, .format = command_format,
	},
};

const struct column *column_get(enum column_id id)
{
	return &columns[id];
}

const struct column *column_find(struct slice name)
{
	for (unsigned id = 0; id < COLUMN_COUNT; id++) {
		const struct column *c = &columns[id];

		if (slice_is(name, c->name) || (c->json && slice_is(name, c->json)))
			return c;
	}
	return NULL;
}

void column_format(struct buf *out, const struct column *c, const struct row *row)
{
	if (c->format)
		c->format(out, row);
	else
		value_format(out, c->value(row));
}

int value_compare(const struct value *a, const struct value *b)
{
	if (a->kind == VALUE_NULL || b->kind == VALUE_NULL)
		return (a->kind == VALUE_NULL) - (b->kind == VALUE_NULL);
	if (a->kind == VALUE_TEXT)
		return strcasecmp(a->text, b->text);
	return (a->number > b->number) - (a->number < b->number);
}

int column_compare(const struct column *c, const struct row *a, const struct row *b)
{
	int order;

	if (c->compare) {
		order = c->compare(a, b);
	} else {
		struct value left = c->value(a), right = c->value(b);

		order = value_compare(&left, &right);
	}
	return order ? order : key_compare(a, b);
}
