/* Owns which sockets are rows and which of them share one. Sockets are put in order by (row key, cookie),
 * number by number; then each run of one key is a row. What the facts hold twice (dumps are taken one after
 * the other: two of them can show one socket, even in two states) is known by its cookie, and MPTCP's second
 * socket by its inode. Knows no processes and no names. */
#include "model/fold.h"

#include <endian.h>
#include <string.h>
#include "model/order.h"

enum { KEY_WORDS = 4, NOT_A_ROW = -1 };

static int kind_of_state(const struct socket_fact *s)
{
	bool is_tcp = s->local.protocol == PROTOCOL_TCP;

	switch (s->state) {
	case SOCKET_LISTEN:
		return is_tcp ? ROW_LISTENER : NOT_A_ROW;
	case SOCKET_UNCONN:
		return is_tcp ? NOT_A_ROW : ROW_LISTENER;
	case SOCKET_BOUND:
		return ROW_BOUND;
	case SOCKET_TIME_WAIT:
	case SOCKET_FIN_WAIT_1:
	case SOCKET_FIN_WAIT_2:
	case SOCKET_CLOSE_WAIT:
	case SOCKET_LAST_ACK:
	case SOCKET_CLOSING:
		return is_tcp ? ROW_LEFTOVER : NOT_A_ROW;
	default:                                 /* connected: at most a client of some row */
		return NOT_A_ROW;
	}
}

static bool is_known(const struct endpoint *e)
{
	return (e->family == FAMILY_IPV4 || e->family == FAMILY_IPV6) &&
	       (e->protocol == PROTOCOL_TCP || e->protocol == PROTOCOL_UDP);
}

void fold_note_listening(struct fold_ports *ports, const struct socket_fact *sockets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (sockets[i].state == SOCKET_LISTEN && is_known(&sockets[i].local) && !sockets[i].local.netns)
			ports->bits[sockets[i].local.port / 8] |= (uint8_t)(1u << sockets[i].local.port % 8);
}

bool fold_is_row(const struct socket_fact *s)
{
	return kind_of_state(s) != NOT_A_ROW && is_known(&s->local);
}

/* Cookies were counted in each network namespace by itself before Linux 5.9. */
static uint64_t identity(const struct socket_fact *s)
{
	return s->cookie ? s->cookie ^ s->local.netns * UINT64_C(0x9e3779b97f4a7c15) : 0;
}

static void add_sockets(struct fold *fold, size_t count, const struct map *elsewhere)
{
	for (size_t i = 0; i < count; i++) {
		const struct socket_fact *s = &fold->sockets[i];

		if (fold_is_row(s) && !(elsewhere && s->cookie && map_has(elsewhere, s->cookie)))
			order_add(&fold->order, identity(s), (uint32_t)i, (uint32_t)kind_of_state(s));
	}
}

static const struct socket_fact *socket_at(const struct fold *fold, size_t i)
{
	return &fold->sockets[fold->order.items[i].index];
}

static bool is_listening(const struct fold *fold, uint16_t port)
{
	return fold->listening->bits[port / 8] >> port % 8 & 1;
}

/* The end that got its port from the kernel was the client; the other port is what the user knows. What the kernel
 * of another namespace gives, and who listens there, is not asked. */
static bool is_client_side(const struct fold *fold, const struct socket_fact *s)
{
	const struct kernel_limits *limits = fold->limits;
	uint16_t local = s->local.port, peer = s->remote.port;

	return peer && !s->local.netns && port_is_ephemeral(limits, local) && !is_listening(fold, local) &&
	       (!port_is_ephemeral(limits, peer) || is_listening(fold, peer));
}

/* Needs all listeners: a server may listen in the ephemeral range. */
static void find_client_sides(struct fold *fold)
{
	for (size_t i = 0; i < fold->order.count; i++)
		if (fold->order.items[i].tag == ROW_LEFTOVER && is_client_side(fold, socket_at(fold, i)))
			fold->order.items[i].tag = ROW_CLIENT_LEFTOVER;
}

/* By cookie; where the kernel told none (/proc/net), by inode. */
static void sort_by_cookie(struct fold *fold)
{
	struct order *o = &fold->order;
	bool all_known = true;

	for (size_t i = 0; i < o->count; i++)
		all_known &= o->items[i].key != 0;
	if (!all_known) {
		for (size_t i = 0; i < o->count; i++)
			o->items[i].key = socket_at(fold, i)->inode;
		order_sort(o);
		for (size_t i = 0; i < o->count; i++)
			o->items[i].key = identity(socket_at(fold, i));
	}
	order_sort(o);
}

/* One socket in two states: what listens now wins over what was bound, or left over, a scan ago. */
static void drop_doubles(struct order *o)
{
	size_t kept = 0;

	for (size_t i = 0; i < o->count; i++) {
		struct order_item item = o->items[i];

		if (!kept || !item.key || item.key != o->items[kept - 1].key)
			o->items[kept++] = item;
		else if (item.tag < o->items[kept - 1].tag)
			o->items[kept - 1] = item;
	}
	o->count = kept;
}

static uint64_t number_of(const uint8_t bytes[8])
{
	uint64_t number;

	memcpy(&number, bytes, sizeof number);
	return be64toh(number);
}

static uint16_t port_of(const struct socket_fact *s, uint32_t kind)
{
	return kind == ROW_CLIENT_LEFTOVER ? s->remote.port : s->local.port;
}

/* A row key by weight: namespace, port, whether it is a leftover, family; address; protocol, device, kind. As
 * four numbers, most important first, they sort as row_key_compare does. */
static uint64_t key_word(const struct fold *fold, size_t i, int word)
{
	const struct socket_fact *s = socket_at(fold, i);
	uint32_t kind = fold->order.items[i].tag;
	uint64_t port = port_of(s, kind), family = s->local.family, protocol = s->local.protocol;
	uint64_t high = number_of(s->local.address), low = number_of(s->local.address + 8);

	switch (word) {
	case 0:  return (uint64_t)s->local.netns << 32 | port << 16 | row_kind_is_leftover(kind) << 8 | family;
	case 1:  return high;
	case 2:  return low;
	default: return protocol << 40 | (uint64_t)s->local.device << 8 | kind;
	}
}

static void sort_by_key(struct fold *fold)
{
	struct order *o = &fold->order;

	for (int word = KEY_WORDS - 1; word >= 0; word--) {
		for (size_t i = 0; i < o->count; i++)
			o->items[i].key = key_word(fold, i, word);
		order_sort(o);
	}
}

static bool starts_row(const struct fold *fold, size_t i)
{
	for (int word = 0; i && word < KEY_WORDS; word++)
		if (key_word(fold, i, word) != key_word(fold, i - 1, word))
			return true;
	return !i;
}

/* Gives each socket the index of its row as key; returns how many rows there are. */
static size_t number_rows(struct fold *fold)
{
	size_t count = 0;

	for (size_t i = 0; i < fold->order.count; i++) {
		count += starts_row(fold, i);
		fold->order.items[i].key = count - 1;
	}
	return count;
}

struct row_key fold_key(const struct fold *fold, size_t i)
{
	const struct order_item *item = &fold->order.items[i];
	struct row_key key = {
		.endpoint = socket_at(fold, i)->local, .kind = (uint8_t)item->tag,
		.machine = fold->machine,
	};

	key.endpoint.port = port_of(socket_at(fold, i), item->tag);
	return key;
}

static struct listener new_row(const struct fold *fold, size_t i)
{
	return (struct listener){
		.key = fold_key(fold, i),
		.socket = socket_at(fold, i),
		.queue_limit = QUEUE_UNKNOWN,
		.clients = -1,
		.expires_wall_ms = EXPIRES_UNKNOWN,
	};
}

/* True when another socket of this very row has the inode already. */
static bool is_second_socket(struct map *rows_by_inode, uint32_t inode, uint64_t row)
{
	uint64_t known;

	if (!inode)
		return false;
	if (map_get(rows_by_inode, inode, &known))
		return known == row;
	map_put(rows_by_inode, inode, row);
	return false;
}

/* An unknown limit makes the sum unknown; a sum that is too large stays just below it. */
static uint32_t add_queues(uint32_t a, uint32_t b)
{
	uint32_t sum;

	if (a == QUEUE_UNKNOWN || b == QUEUE_UNKNOWN)
		return QUEUE_UNKNOWN;
	return __builtin_add_overflow(a, b, &sum) || sum == QUEUE_UNKNOWN ? QUEUE_UNKNOWN - 1 : sum;
}

/* What never ends by itself outlives every number. */
static bool outlives(int64_t a, int64_t b)
{
	return b != EXPIRES_UNKNOWN && (a == EXPIRES_UNKNOWN || a > b);
}

static int64_t expiry_of(const struct fold *fold, const struct socket_fact *s)
{
	int64_t wall_ms;

	if (s->expires_ms < 0)
		return EXPIRES_UNKNOWN;
	return __builtin_add_overflow(fold->read_wall_ms, s->expires_ms, &wall_ms) ? INT64_MAX : wall_ms;
}

static void add_socket(const struct fold *fold, struct listener *row, const struct socket_fact *s)
{
	bool is_first = !row->socket_count;
	int64_t expires_wall_ms = expiry_of(fold, s);

	row->sockets[row->socket_count++] = s;
	row->others += s->others;
	if (s->state == SOCKET_LISTEN) {
		row->queue_length = add_queues(row->queue_length, s->queue_length);
		row->queue_limit = is_first ? s->queue_limit : add_queues(row->queue_limit, s->queue_limit);
	}
	if (row_kind_is_leftover(row->key.kind) &&
	    (is_first || outlives(expires_wall_ms, row->expires_wall_ms))) {
		row->socket = s;
		row->expires_wall_ms = expires_wall_ms;
	}
}

void fold_begin(struct fold *fold, size_t count, const struct map *elsewhere)
{
	order_init(&fold->order, count);
	add_sockets(fold, count, elsewhere);
	find_client_sides(fold);
	sort_by_cookie(fold);
	drop_doubles(&fold->order);
	sort_by_key(fold);
	fold->row_count = number_rows(fold);
}

void fold_fill(const struct fold *fold, struct arena *arena, struct listener *rows, struct map *rows_by_inode)
{
	const struct order *o = &fold->order;
	const struct socket_fact **sockets = arena_alloc(arena, o->count * sizeof *sockets);

	for (size_t i = 0; i < o->count; i++) {
		const struct socket_fact *s = socket_at(fold, i);
		struct listener *row = &rows[o->items[i].key];

		if (!row->sockets) {
			*row = new_row(fold, i);
			row->sockets = &sockets[i];
		}
		if (!is_second_socket(rows_by_inode, s->inode, o->items[i].key))
			add_socket(fold, row, s);
	}
}

void fold_done(struct fold *fold)
{
	order_done(&fold->order);
}
