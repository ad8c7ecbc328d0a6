/* Owns when listeners are read, the second looks at those that a dump left out, and the rests. Refuses to
 * know how a table is read (tables.c), and the tables that walk every connection there is (slowtables.c). */
#include "platform/linux/listeners.h"
#include <errno.h>

enum { MANY = 500 };

void listeners_done(struct listeners *l)
{
	socket_list_done(&l->now);
	socket_list_done(&l->before);
	socket_list_done(&l->again);
	map_done(&l->misses);
	map_done(&l->looked);
}

/* Reads the table of one port again, once per scan. */
static void look_at_port(struct listeners *l, const struct socket_fact *missing)
{
	const struct endpoint *e = &missing->local;
	struct sockdiag_query query = {.protocol = e->protocol, .family = e->family, .port = e->port,
				       .states = sockdiag_state_bit(missing->state)};
	uint64_t key = (uint64_t)e->protocol << 24 | (uint64_t)e->family << 16 | e->port;

	if (map_has(&l->looked, key))
		return;
	map_put(&l->looked, key, 0);
	socket_list_clear(&l->again, NULL);
	tables_dump(l->tables, &query, &l->again, NULL);
	for (size_t i = 0; i < l->again.count; i++)
		socket_list_add(&l->now, &l->again.items[i]);
}

/* The last resort for a member of an SO_REUSEPORT group, where no lookup can ask for this one: its holder. */
static bool is_held_still(struct listeners *l, const struct socket_fact *missing)
{
	uint64_t misses = 0;

	if (socket_list_has(l->bound, missing))
		return false;
	map_get(&l->misses, socket_key(missing), &misses);
	if (misses >= LISTENERS_MISSES || !l->hooks.is_held(l->hooks.context, missing->inode))
		return false;
	map_put(&l->misses, socket_key(missing), misses + 1);
	return true;
}

static bool is_same_kind(const struct socket_fact *a, const struct socket_fact *b)
{
	return a->cookie == b->cookie && a->state == b->state;
}

/* A listener of the last scan is not in this dump: really gone? */
static void look_again(struct listeners *l, const struct socket_fact *missing)
{
	struct socket_fact found;
	int error = tables_exact(l->tables, &missing->local,
				 missing->state == SOCKET_ESTABLISHED ? &missing->remote : NULL, &found);

	if (error == -ENOENT)
		return;
	if (error) {
		socket_list_add(&l->now, missing);      /* could not ask: keep what was known */
		return;
	}
	if (is_same_kind(&found, missing)) {
		socket_list_add(&l->now, &found);
		return;
	}
	look_at_port(l, missing);
	if (!socket_list_has(&l->now, missing) && is_held_still(l, missing))
		socket_list_add(&l->now, missing);
}

/* Whether a socket belongs to MPTCP never changes: it is asked for when there are new ones. That makes the
 * answers three times as long, so a first frame goes without. */
static void carry_mptcp(struct socket_fact *now, const struct socket_fact *before)
{
	now->is_mptcp |= before->is_mptcp;
}

/* True when a listener came or went. */
static bool compare_with_before(struct listeners *l)
{
	size_t kept = l->now.count, came = 0;
	const struct socket_fact *known;

	map_clear(&l->looked);
	for (size_t i = 0; i < l->before.count; i++) {
		known = &l->before.items[i];
		if (!known->cookie)
			continue;
		if (!socket_list_find(&l->now, known, i))
			look_again(l, known);
		else if (l->misses.count)
			map_remove(&l->misses, socket_key(known));
	}
	for (size_t i = 0; i < kept; i++) {
		known = socket_list_find(&l->before, &l->now.items[i], i);
		if (known)
			carry_mptcp(&l->now.items[i], known);
		else
			came++;
	}
	l->knows_mptcp &= !came;
	return came || l->now.count != l->before.count;
}

/* Of thousands, what is made again in less than a ms is not kept until then. */
static void forget_before(struct listeners *l)
{
	if (l->now.count <= MANY)
		return;
	socket_list_drop_keys(&l->now);
	socket_list_done(&l->before);
}

static int read_all(struct listeners *l, const struct scan_request *request, struct facts *facts)
{
	const struct sockdiag_query tcp = {.protocol = PROTOCOL_TCP, .states = sockdiag_state_bit(SOCKET_LISTEN),
					   .wants_mptcp = request->owners && !l->knows_mptcp};
	const struct sockdiag_query udp = {
		.protocol = PROTOCOL_UDP,
		.states = sockdiag_state_bit(SOCKET_UNCONN) |
			  (request->connections ? sockdiag_state_bit(SOCKET_ESTABLISHED) : 0),
	};
	struct socket_list before = l->before;
	int tcp_error, udp_error;

	l->before = l->now;
	l->now = before;
	socket_list_clear(&l->now, &l->before);
	tcp_error = tables_dump(l->tables, &tcp, &l->now, facts);
	udp_error = tables_dump(l->tables, &udp, &l->now, facts);
	l->is_whole = !tcp_error && !udp_error && l->tables->netlink && !facts->gap_count;
	if (tcp_error && udp_error)
		return tcp_error;
	l->has_changed = compare_with_before(l);
	forget_before(l);
	l->knows_mptcp |= tcp.wants_mptcp;
	l->has_connected = request->connections;
	return 0;
}

/* Whoever serves what waits in a queue tells nobody. */
static bool has_queue(const struct socket_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].queue_length)
			return true;
	return false;
}

static bool is_complete(const struct listeners *l, const struct scan_request *request)
{
	return l->is_whole && !l->misses.count && (l->knows_mptcp || !request->owners) &&
	       l->has_connected == request->connections && !has_queue(&l->now);
}

/* While something happens all the time, the counters are not worth their few us: each time that they tell of
 * something, twice as many scans go without. */
static bool is_still(struct listeners *l)
{
	const struct sockstat_counts before = l->counts;
	bool had_counts = l->has_counts;

	l->has_counts = false;
	if (l->calm_in) {
		l->calm_in--;
		return false;
	}
	l->has_counts = sockstat_read(l->stat, &l->counts);
	if (!had_counts || !l->has_counts)
		return false;
	if (sockstat_is_still(&before, &l->counts)) {
		l->unrest = 0;
		return true;
	}
	l->unrest = l->unrest * 2 + 1 < LISTENERS_UNREST ? l->unrest * 2 + 1 : LISTENERS_UNREST;
	l->calm_in = l->unrest;
	return false;
}

int listeners_read(struct listeners *l, const struct scan_request *request, bool may_rest,
		   struct facts *facts)
{
	l->has_counts &= may_rest;
	if (may_rest && is_still(l) && l->rests < LISTENERS_RESTS && is_complete(l, request)) {
		l->rests++;
		l->has_changed = false;
		return 0;
	}
	l->rests = 0;
	return read_all(l, request, facts);
}
