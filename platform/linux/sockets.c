/* Owns what is known about sockets from scan to scan: the listeners of the last one, the rows of the dear
 * tables, and how old they are. Knows nothing about processes but one question (sockets_hooks). */
#include "platform/linux/sockets.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/fatal.h"
#include "model/shared.h"
#include "platform/linux/boundprobe.h"
#include "platform/linux/clients.h"
#include "platform/linux/pace.h"
#include "platform/linux/remnants.h"
#include "platform/linux/sockstat.h"
#include "platform/linux/tables.h"

#define BIT(state) (1u << (state))

enum slow_kind { SLOW_BOUND, SLOW_LEFTOVERS, SLOW_CONNECTIONS, SLOW_CLIENTS, SLOW_COUNT };

#define ESTABLISHED_ON_LOOPBACK \
	.protocol = PROTOCOL_TCP, .states = BIT(SOCKET_ESTABLISHED), .is_loopback_only = true

static const struct slow_query {
	struct sockdiag_query query;
	bool is_counted;             /* /proc/net/sockstat can say that there are none */
} slow_queries[SLOW_COUNT] = {
	[SLOW_BOUND] = {{.protocol = PROTOCOL_TCP, .states = BIT(SOCKET_BOUND)}, false},
	[SLOW_LEFTOVERS] = {{.protocol = PROTOCOL_TCP,
			     .states = BIT(SOCKET_FIN_WAIT_1) | BIT(SOCKET_FIN_WAIT_2) |
				       BIT(SOCKET_TIME_WAIT) | BIT(SOCKET_CLOSE_WAIT) | BIT(SOCKET_LAST_ACK) |
				       BIT(SOCKET_CLOSING),
			     .is_brief = true},
			    true},
	[SLOW_CONNECTIONS] = {{ESTABLISHED_ON_LOOPBACK}, true},
	[SLOW_CLIENTS] = {{ESTABLISHED_ON_LOOPBACK, .is_brief = true}, true},
};

struct slow {
	struct socket_list rows;     /* not of SLOW_LEFTOVERS and SLOW_CLIENTS */
	struct pace pace;
	int error;                   /* of the last read: 0 or -errno */
	bool is_hinted;              /* since it was read, listeners came or went, or a socket died */
};

struct sockets {
	struct tables tables;
	struct sockets_hooks hooks;
	struct socket_list now, before;      /* LISTEN and UDP: of this scan, of the last one */
	struct socket_list again;            /* scratch: second looks */
	struct map misses; /* socket_key -> scans in which no look but the holder's found it */
	struct map looked;                   /* endpoint tables that were read again in this scan */
	struct slow slow[SLOW_COUNT];
	const struct leftovers *leftovers;   /* a reference; NULL = never read */
	struct clients clients;
	struct boundprobe bound;
	struct sockstat stat;
	bool has_changed;                    /* listeners came or went with this scan */
	bool knows_mptcp;                    /* of all listeners of the last scan */
};

int sockets_new(const struct sockets_hooks *hooks, bool has_proc, struct sockets **out)
{
	struct sockets *s = fatal_calloc(1, sizeof *s);
	int error = tables_open(&s->tables);

	s->hooks = *hooks;
	sockstat_open(&s->stat);
	if (error && !has_proc) {
		sockets_free(s);
		return error;
	}
	*out = s;
	return 0;
}

void sockets_free(struct sockets *s)
{
	if (!s)
		return;
	tables_close(&s->tables);
	socket_list_done(&s->now);
	socket_list_done(&s->before);
	socket_list_done(&s->again);
	map_done(&s->misses);
	map_done(&s->looked);
	for (int i = 0; i < SLOW_COUNT; i++)
		socket_list_done(&s->slow[i].rows);
	leftovers_unref(s->leftovers);
	clients_done(&s->clients);
	sockstat_close(&s->stat);
	free(s);
}

/* Reads the table of one port again, once per scan. */
static void look_at_port(struct sockets *s, const struct socket_fact *missing)
{
	const struct endpoint *e = &missing->local;
	struct sockdiag_query query = {.protocol = e->protocol, .family = e->family, .port = e->port,
				       .states = sockdiag_state_bit(missing->state)};
	uint64_t key = (uint64_t)e->protocol << 24 | (uint64_t)e->family << 16 | e->port;

	if (map_has(&s->looked, key))
		return;
	map_put(&s->looked, key, 0);
	socket_list_clear(&s->again, NULL);
	tables_dump(&s->tables, &query, &s->again, NULL);
	for (size_t i = 0; i < s->again.count; i++)
		socket_list_add(&s->now, &s->again.items[i]);
}

/* The last resort for a member of an SO_REUSEPORT group, where no lookup can ask for this one: its holder. */
static bool is_held_still(struct sockets *s, const struct socket_fact *missing)
{
	uint64_t misses = 0;

	if (socket_list_has(&s->slow[SLOW_BOUND].rows, missing))
		return false;
	map_get(&s->misses, socket_key(missing), &misses);
	if (misses >= SOCKETS_MISSES || !s->hooks.is_held(s->hooks.context, missing->inode))
		return false;
	map_put(&s->misses, socket_key(missing), misses + 1);
	return true;
}

static bool is_same_kind(const struct socket_fact *a, const struct socket_fact *b)
{
	return a->cookie == b->cookie && a->state == b->state;
}

/* A listener of the last scan is not in this dump: really gone? */
static void look_again(struct sockets *s, const struct socket_fact *missing)
{
	struct socket_fact found;
	int error = tables_exact(&s->tables, &missing->local,
				 missing->state == SOCKET_ESTABLISHED ? &missing->remote : NULL, &found);

	if (error == -ENOENT)
		return;
	if (error) {
		socket_list_add(&s->now, missing);      /* could not ask: keep what was known */
		return;
	}
	if (is_same_kind(&found, missing)) {
		socket_list_add(&s->now, &found);
		return;
	}
	look_at_port(s, missing);
	if (!socket_list_has(&s->now, missing) && is_held_still(s, missing))
		socket_list_add(&s->now, missing);
}

/* Whether a socket belongs to MPTCP never changes: it is asked for when there are new ones. That makes the answers three
 * times as long, so a first frame goes without. */
static void carry_mptcp(struct socket_fact *now, const struct socket_fact *before)
{
	now->is_mptcp |= before->is_mptcp;
}

/* True when a listener came or went. */
static bool compare_with_before(struct sockets *s)
{
	size_t kept = s->now.count, came = 0;
	const struct socket_fact *known;

	map_clear(&s->looked);
	for (size_t i = 0; i < s->before.count; i++) {
		known = &s->before.items[i];
		if (!known->cookie)
			continue;
		if (!socket_list_find(&s->now, known, i))
			look_again(s, known);
		else if (s->misses.count)
			map_remove(&s->misses, socket_key(known));
	}
	for (size_t i = 0; i < kept; i++) {
		known = socket_list_find(&s->before, &s->now.items[i], i);
		if (known)
			carry_mptcp(&s->now.items[i], known);
		else
			came++;
	}
	s->knows_mptcp &= !came;
	return came || s->now.count != s->before.count;
}

static int read_listeners(struct sockets *s, const struct scan_request *request, struct facts *facts)
{
	const struct sockdiag_query tcp = {.protocol = PROTOCOL_TCP, .states = BIT(SOCKET_LISTEN),
					   .wants_mptcp = request->owners && !s->knows_mptcp};
	const struct sockdiag_query udp = {.protocol = PROTOCOL_UDP,
					   .states = sockdiag_state_bit(SOCKET_UNCONN) |
						     (request->connections ? BIT(SOCKET_ESTABLISHED) : 0)};
	struct socket_list before = s->before;
	int tcp_error, udp_error;

	s->before = s->now;
	s->now = before;
	socket_list_clear(&s->now, &s->before);
	tcp_error = tables_dump(&s->tables, &tcp, &s->now, facts);
	udp_error = tables_dump(&s->tables, &udp, &s->now, facts);
	if (tcp_error && udp_error)
		return tcp_error;
	s->has_changed = compare_with_before(s);
	s->knows_mptcp |= tcp.wants_mptcp;
	return 0;
}

static size_t count_listening(const struct sockets *s)
{
	size_t count = 0;

	for (size_t i = 0; i < s->now.count; i++)
		count += s->now.items[i].state == SOCKET_LISTEN;
	return count;
}

static int read_leftovers(struct sockets *s, bool are_none, struct facts *facts)
{
	const struct leftovers *before = s->leftovers;
	int error = 0;

	if (are_none)
		s->leftovers = remnants_none();
	else
		error = remnants_read(&s->tables, &slow_queries[SLOW_LEFTOVERS].query, facts, &s->leftovers);
	leftovers_unref(before);
	return error;
}

static int read_table(struct sockets *s, enum slow_kind kind, struct facts *facts)
{
	const struct slow_query *q = &slow_queries[kind];
	struct socket_list *rows = &s->slow[kind].rows;
	bool are_none = q->is_counted && sockstat_has_only(&s->stat, count_listening(s));

	if (kind == SLOW_BOUND)
		return boundprobe_dump(&s->bound, &s->tables, &q->query, rows);
	if (kind == SLOW_LEFTOVERS)
		return read_leftovers(s, are_none, facts);
	s->clients.count = kind == SLOW_CLIENTS ? 0 : s->clients.count;
	if (are_none)
		return 0;
	if (kind == SLOW_CLIENTS)
		return clients_read(&s->clients, &s->tables, &q->query, &s->now, facts);
	return tables_dump(&s->tables, &q->query, rows, facts);
}

/* True when it was read. */
static bool read_slow(struct sockets *s, enum slow_kind kind, struct facts *facts)
{
	struct slow *slow = &s->slow[kind];
	int64_t began_us = clock_monotonic_us();

	if (!pace_is_due(&slow->pace, began_us, slow->is_hinted))
		return false;
	slow->is_hinted = false;
	socket_list_clear(&slow->rows, NULL);
	slow->error = read_table(s, kind, facts);
	if (kind != SLOW_BOUND)
		socket_list_drop_keys(&slow->rows);  /* only of use while doubles are sorted out */
	pace_looked(&slow->pace, began_us, clock_monotonic_us());
	return true;
}

/* A row that is carried along is not shown twice: one that listens by now is no bound-only one. */
static void drop_listening(struct sockets *s)
{
	struct socket_list *rows = &s->slow[SLOW_BOUND].rows;

	for (size_t i = rows->count; i-- > 0;)
		if (socket_list_has(&s->now, &rows->items[i]))
			socket_list_remove(rows, i);
}

static void add_rows(struct sockets *s, enum slow_kind kind, struct facts *facts)
{
	facts_add_sockets(facts, s->slow[kind].rows.items, s->slow[kind].rows.count);
}

static void add_leftovers(struct sockets *s, bool may_share, struct facts *facts)
{
	int64_t age_ms = (clock_monotonic_us() - s->slow[SLOW_LEFTOVERS].pace.looked_us) / 1000;
	int32_t age = age_ms < INT32_MAX ? (int32_t)age_ms : INT32_MAX;
	struct socket_fact row;

	if (may_share) {
		facts_share_leftovers(facts, s->leftovers, age);
		return;
	}
	for (size_t i = 0; i < s->leftovers->count; i++)
		if (leftover_at(s->leftovers, i, age, &row))
			*facts_add_socket(facts) = row;
}

static void add_clients(struct sockets *s, struct facts *facts)
{
	for (size_t i = 0; i < s->clients.count; i++)
		facts_add_client(facts, &s->clients.items[i].local, s->clients.items[i].count);
}

static void add_slow_tables(struct sockets *s, const struct scan_request *request, bool is_hinted,
			    struct facts *facts)
{
	const bool wanted[SLOW_COUNT] = {request->bound_only, request->leftovers, request->connections,
					 request->clients && !request->connections};

	bool has_bound = false;

	for (int i = 0; i < SLOW_COUNT; i++) {
		s->slow[i].is_hinted |= is_hinted || s->has_changed;
		if (wanted[i])
			has_bound |= read_slow(s, i, facts) && i == SLOW_BOUND;
	}
	if (has_bound || s->has_changed)
		drop_listening(s);
	if (wanted[SLOW_BOUND])
		add_rows(s, SLOW_BOUND, facts);
	if (wanted[SLOW_LEFTOVERS])
		add_leftovers(s, request->shares_leftovers, facts);
	if (wanted[SLOW_CONNECTIONS])
		add_rows(s, SLOW_CONNECTIONS, facts);
	if (wanted[SLOW_CLIENTS])
		add_clients(s, facts);
	if (wanted[SLOW_BOUND] && s->slow[SLOW_BOUND].error)
		facts_add_gap(facts, GAP_BOUND_ONLY, 0, -s->slow[SLOW_BOUND].error);
	facts->lacks_bound = !wanted[SLOW_BOUND];
	facts->has_connections = (wanted[SLOW_CONNECTIONS] && !s->slow[SLOW_CONNECTIONS].error) ||
				 (wanted[SLOW_CLIENTS] && !s->slow[SLOW_CLIENTS].error);
}

int sockets_read(struct sockets *s, const struct scan_request *request, bool is_hinted, struct facts *facts)
{
	int error = read_listeners(s, request, facts);

	if (error)
		return error;
	facts->source = s->tables.netlink ? SOURCE_SOCK_DIAG : SOURCE_PROCFS;
	facts_add_sockets(facts, s->now.items, s->now.count);
	add_slow_tables(s, request, is_hinted, facts);
	return 0;
}

static bool is_asked_for(const struct socket_fact *s, const struct endpoint *local,
			 const struct endpoint *remote, uint8_t state)
{
	return s->state == state && endpoint_equal(&s->local, local) &&
	       (!remote || (s->remote.port == remote->port &&
			    !memcmp(s->remote.address, remote->address, sizeof remote->address)));
}

/* States that the exact lookup can find: it does not know bound-only sockets, and needs both ends of a
 * connection. */
static bool has_exact_lookup(const struct endpoint *remote, uint8_t state)
{
	return state == SOCKET_LISTEN || state == SOCKET_UNCONN || (remote && state != SOCKET_BOUND);
}

static int dump_port(struct sockets *s, const struct endpoint *local, uint8_t state)
{
	struct sockdiag_query query = {.protocol = local->protocol,
				       .family = local->family,
				       .port = local->port,
				       .states = sockdiag_state_bit(state)};

	socket_list_clear(&s->again, NULL);
	return tables_dump(&s->tables, &query, &s->again, NULL);
}

int sockets_lookup(struct sockets *s, const struct endpoint *local, const struct endpoint *remote,
		   uint8_t state, struct socket_fact *out)
{
	struct socket_fact found;
	int error;

	if (has_exact_lookup(remote, state) && tables_exact(&s->tables, local, remote, &found) == 0 &&
	    is_asked_for(&found, local, remote, state)) {
		*out = found;
		return 0;
	}
	error = dump_port(s, local, state);
	for (size_t i = 0; !error && i < s->again.count; i++)
		if (is_asked_for(&s->again.items[i], local, remote, state)) {
			*out = s->again.items[i];
			return 0;
		}
	return error ? error : -ENOENT;
}

static bool is_this(const struct socket_fact *s, uint64_t cookie, uint32_t inode)
{
	return (!cookie || !s->cookie || s->cookie == cookie) && s->inode == inode;
}

bool sockets_exists(struct sockets *s, const struct endpoint *local, uint8_t state, uint64_t cookie,
		    uint32_t inode)
{
	struct socket_fact found;

	if (has_exact_lookup(NULL, state) && tables_exact(&s->tables, local, NULL, &found) == 0 &&
	    found.state == state && is_this(&found, cookie, inode))
		return true;
	if (dump_port(s, local, state))
		return false;
	for (size_t i = 0; i < s->again.count; i++)
		if (is_this(&s->again.items[i], cookie, inode) &&
		    endpoint_equal(&s->again.items[i].local, local))
			return true;
	return false;
}

int sockets_destroy(struct sockets *s, const struct socket_fact *socket)
{
	return tables_destroy(&s->tables, socket);
}
