/* Owns the column table: what each column is called, how wide it may be, and which cell (cell.h) fills it.
 * Refuses to know the screen: widths are counted, colours and cutting are the caller's. */
#include "model/column.h"

#include "model/cell.h"
#include "model/note.h"

/* "127.0.0.1" and ":: v6only" take nine columns. The usual widths of the columns up to the note are 80 and
 * their blanks, but for one: so that CLOSE-WAIT is whole where there is one. */
#define WIDTH(min, usual, max) .min_width = (min), .usual_width = (usual), .max_width = (max)
#define NOT_BY_DEFAULT .priority = PRIORITY_NOT_BY_DEFAULT

static const struct column columns[COLUMN_COUNT] = {
	[COLUMN_SIGN] = {
		COLUMN_SIGN, "sign", "", NULL, WIDTH(1, 1, 1), .priority = 1,
		.help = "+ new, ~ changed, - gone, else the sign of the weightiest mark",
		.value = cell_none, .format = cell_sign_add, .compare = cell_weight_compare,
	},
	[COLUMN_HOST] = {
		COLUMN_HOST, "host", "HOST", "host", WIDTH(6, 10, 24), .priority = PRIORITY_ON_REQUEST,
		.help = "the machine that it listens on, where there are several",
		.value = cell_host,
	},
	[COLUMN_PORT] = {
		COLUMN_PORT, "port", "PORT", "port", WIDTH(4, 5, 6), .is_right = true,
		.help = "local port; >8000 stands for all client ports that were connected to port 8000",
		.value = cell_port, .format = cell_port_add, .compare = cell_key_compare,
	},
	[COLUMN_ADDRESS] = {
		COLUMN_ADDRESS, "address", "ADDRESS", "address", WIDTH(9, 9, 46), .priority = 2,
		.help = "local address; 0.0.0.0 is any IPv4, * any IPv4 or IPv6, \":: v6only\" any IPv6, "
			":: any IPv6 and perhaps IPv4; with %lo on that device only",
		.value = cell_address, .format = cell_address_add, .compare = cell_address_compare,
	},
	[COLUMN_NETNS] = {
		COLUMN_NETNS, "netns", "NETNS", NULL, WIDTH(6, 12, 32), .priority = PRIORITY_ON_REQUEST,
		.help = "the other network namespace that it listens in: its name, its container, or its number",
		.value = cell_netns,
	},
	[COLUMN_PROTOCOL] = {
		COLUMN_PROTOCOL, "protocol", "PROTO", "protocol", WIDTH(5, 5, 5), .priority = 12,
		.help = "tcp or udp",
		.value = cell_protocol,
	},
	[COLUMN_FAMILY] = {
		COLUMN_FAMILY, "family", "FAMILY", "family", WIDTH(6, 6, 6), NOT_BY_DEFAULT,
		.help = "ipv4 or ipv6",
		.value = cell_family,
	},
	[COLUMN_STATE] = {
		COLUMN_STATE, "state", "STATE", "state", WIDTH(6, 10, 10),
		.help = "LISTEN, BOUND (not listening), UDP, or what is left of a connection (TIME-WAIT ...)",
		.value = cell_state, .format = cell_state_add,
	},
	[COLUMN_RANGE] = {
		COLUMN_RANGE, "range", "RANGE", "range", WIDTH(10, 10, 10), .priority = 3,
		.help = "IANA: well-known (0-1023), registered (1024-49151), dynamic (49152-65535)",
		.value = cell_range, .compare = cell_range_compare,
	},
	[COLUMN_PROCESS] = {
		COLUMN_PROCESS, "process", "PROCESS", NULL, WIDTH(8, 12, 24),
		.help = "the process that serves, +N other holders; a unit where it is inferred; ? not visible, - none",
		.value = cell_process, .format = cell_process_add,
	},
	[COLUMN_PID] = {
		COLUMN_PID, "pid", "PID", NULL, WIDTH(3, 5, 7), .is_right = true,
		.help = "its process id",
		.value = cell_pid, .format = cell_pid_add,
	},
	[COLUMN_OWNER] = {
		COLUMN_OWNER, "owner", "OWNER", "user", WIDTH(5, 8, 16), .priority = 4,
		.help = "the user who made the socket",
		.value = cell_owner, .format = cell_owner_add,
	},
	[COLUMN_AGE] = {
		COLUMN_AGE, "age", "AGE", NULL, WIDTH(3, 4, 4), .is_right = true, .priority = 5,
		.help = "since when it is open, as far as seen; else since when its process runs",
		.value = cell_age, .format = cell_age_add,
	},
	[COLUMN_NOTE] = {
		COLUMN_NOTE, "note", "NOTE", NULL, WIDTH(7, 8, 48), .priority = 6,
		.help = "what happened, marks, the time until a leftover is free, xN sockets in one row",
		.value = cell_none, .format = note_add, .compare = cell_weight_compare,
	},
	[COLUMN_SERVICE] = {
		COLUMN_SERVICE, "service", "SERVICE", "service", WIDTH(7, 8, 16), .priority = 7,
		.help = "what the project's .lotop file calls it, else what runs, else what usually listens there",
		.value = cell_service,
	},
	[COLUMN_PROJECT] = {
		COLUMN_PROJECT, "project", "PROJECT", NULL, WIDTH(7, 14, 28), .priority = 8,
		.help = "the project that its process works in, and the branch",
		.value = cell_project,
	},
	[COLUMN_CLIENTS] = {
		COLUMN_CLIENTS, "clients", "CLIENTS", NULL, WIDTH(7, 7, 7), .is_right = true, .priority = 9,
		.help = "established connections to it",
		.value = cell_clients,
	},
	[COLUMN_UNIT] = {
		COLUMN_UNIT, "unit", "UNIT", NULL, WIDTH(7, 14, 28), .priority = 10,
		.help = "the container or the systemd unit that it is in",
		.value = cell_unit,
	},
	[COLUMN_QUEUE] = {
		COLUMN_QUEUE, "queue", "QUEUE", NULL, WIDTH(5, 9, 11), .is_right = true, .priority = 13,
		.help = "connections that wait to be accepted / how many may",
		.value = cell_queue, .format = cell_queue_add,
	},
	[COLUMN_EXPOSURE] = {
		COLUMN_EXPOSURE, "exposure", "EXPOSURE", "exposure", WIDTH(8, 8, 8), .priority = 14,
		.help = "loopback: this machine only; wildcard: the network, too; lan: not by loopback",
		.value = cell_exposure, .compare = cell_exposure_compare,
	},
	[COLUMN_DEVICE] = {
		COLUMN_DEVICE, "device", "DEVICE", "device", WIDTH(6, 8, 16), NOT_BY_DEFAULT,
		.help = "the network device it is bound to",
		.value = cell_device,
	},
	[COLUMN_INODE] = {
		COLUMN_INODE, "inode", "INODE", "inode", WIDTH(7, 8, 10), .is_right = true, NOT_BY_DEFAULT,
		.help = "inode of the socket, as in /proc/PID/fd",
		.value = cell_inode,
	},
	[COLUMN_COOKIE] = {
		COLUMN_COOKIE, "cookie", "COOKIE", "cookie", WIDTH(6, 8, 16),
		.is_right = true, NOT_BY_DEFAULT,
		.help = "the kernel's number of the socket, never used twice",
		.value = cell_cookie,
	},
	[COLUMN_UID] = {
		COLUMN_UID, "uid", "UID", "uid", WIDTH(5, 5, 10), .is_right = true, NOT_BY_DEFAULT,
		.help = "user id of the owner",
		.value = cell_uid,
	},
	[COLUMN_EPHEMERAL] = {
		COLUMN_EPHEMERAL, "ephemeral", "EPHEMERAL", "ephemeral", WIDTH(9, 9, 9), NOT_BY_DEFAULT,
		.help = "whether this kernel may give the port to any outgoing connection",
		.value = cell_ephemeral,
	},
	[COLUMN_V6ONLY] = {
		COLUMN_V6ONLY, "v6only", "V6ONLY", "v6only", WIDTH(6, 6, 6), NOT_BY_DEFAULT,
		.help = "whether an IPv6 socket refuses IPv4",
		.value = cell_v6only,
	},
	[COLUMN_SOCKETS] = {
		COLUMN_SOCKETS, "sockets", "SOCKETS", "sockets", WIDTH(7, 7, 7),
		.is_right = true, NOT_BY_DEFAULT,
		.help = "how many sockets stand in this row",
		.value = cell_sockets,
	},
	[COLUMN_PEER] = {
		COLUMN_PEER, "peer", "PEER", "peer_port", WIDTH(5, 5, 5), .is_right = true, NOT_BY_DEFAULT,
		.help = "the server's port, in a row of client ports",
		.value = cell_peer,
	},
	[COLUMN_EXPIRES] = {
		COLUMN_EXPIRES, "expires", "EXPIRES", "expires_ms", WIDTH(7, 7, 7),
		.is_right = true, NOT_BY_DEFAULT,
		.help = "until the kernel frees a leftover",
		.value = cell_expires, .format = cell_expires_add,
	},
	[COLUMN_DIRECTORY] = {
		COLUMN_DIRECTORY, "directory", "DIRECTORY", NULL, WIDTH(9, 20, 48), NOT_BY_DEFAULT,
		.help = "working directory of the process",
		.value = cell_directory, .format = cell_directory_add,
	},
	[COLUMN_COMMAND] = {
		COLUMN_COMMAND, "command", "COMMAND", NULL, WIDTH(7, 14, 0), .priority = 11,
		.help = "command line of the process",
		.value = cell_command, .format = cell_command_add,
	},
	[COLUMN_HISTORY] = {
		COLUMN_HISTORY, "history", "LAST 10m", NULL, WIDTH(10, 10, 10), NOT_BY_DEFAULT,
		.help = "a mark a minute: high is up, low is down, + opened, - closed, ~ changed, * came and went; "
			"empty: nothing happened",
		.value = cell_none, .format = cell_history_add, .compare = cell_history_compare,
	},
};

const struct column *column_get(enum column_id id)
{
	return &columns[id];
}

uint32_t column_wishes(const struct snapshot *s)
{
	uint32_t wishes = s->facts->has_other_netns ? 1u << COLUMN_NETNS : 0;

	for (size_t i = 0; i < s->host_count; i++)
		if (s->hosts[i].snapshot)
			wishes |= 1u << COLUMN_HOST | column_wishes(s->hosts[i].snapshot);
	return wishes;
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
		value_add(out, c->value(row));
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
	return order ? order : cell_key_compare(a, b);
}
