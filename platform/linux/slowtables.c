/* Owns which dear tables there are, when each is read, and what is carried along in between. Refuses to
 * know how one is read (tables.c, remnants.c, clients.c, boundprobe.c). */
#include "platform/linux/slowtables.h"
#include "base/clock.h"
#include "platform/linux/remnants.h"

#define BIT(state) (1u << (state))

#define ESTABLISHED_ON_LOOPBACK \
	.protocol = PROTOCOL_TCP, .states = BIT(SOCKET_ESTABLISHED), .is_loopback_only = true

static const struct slow_query {
	struct sockdiag_query query;
	bool is_counted;             /* the kernel's counters can say that there are none */
	bool may_wait;               /* while they stand still: what is shown of each row is not counted */
	bool needs_all_counts;       /* they have no place in the tables that are counted for each namespace */
} slow_queries[SLOW_COUNT] = {
	[SLOW_BOUND] = {{.protocol = PROTOCOL_TCP, .states = BIT(SOCKET_BOUND)}, false, true, true},
	[SLOW_LEFTOVERS] = {{.protocol = PROTOCOL_TCP,
			     .states = BIT(SOCKET_FIN_WAIT_1) | BIT(SOCKET_FIN_WAIT_2) |
				       BIT(SOCKET_TIME_WAIT) | BIT(SOCKET_CLOSE_WAIT) | BIT(SOCKET_LAST_ACK) |
				       BIT(SOCKET_CLOSING),
			     .is_brief = true},
			    true, true, false},
	[SLOW_CONNECTIONS] = {{ESTABLISHED_ON_LOOPBACK}, true, false, false},
	[SLOW_CLIENTS] = {{ESTABLISHED_ON_LOOPBACK, .is_brief = true}, true, true, false},
};

void slowtables_done(struct slow_tables *s)
{
	for (int i = 0; i < SLOW_COUNT; i++)
		socket_list_done(&s->items[i].rows);
	leftovers_unref(s->leftovers);
	clients_done(&s->clients);
}

/* One scan: what the tables are read with. */
struct reading {
	struct slow_tables *tables;
	const struct socket_list *listeners; /* borrowed */
	struct facts *facts;                 /* borrowed */
	const struct kernel_limits *limits;  /* borrowed; NULL = each leftover is to be told */
	struct sockstat_counts counts;       /* asked for once, before any table is read */
	bool has_asked, are_known;
};

static const struct sockstat_counts *ask_counts(struct reading *r)
{
	if (!r->has_asked)
		r->are_known = sockstat_read(r->tables->stat, &r->counts);
	r->has_asked = true;
	return r->are_known ? &r->counts : NULL;
}

static size_t count_listening(const struct socket_list *listeners)
{
	size_t count = 0;

	for (size_t i = 0; i < listeners->count; i++)
		count += listeners->items[i].state == SOCKET_LISTEN;
	return count;
}

static int read_leftovers(const struct reading *r, bool are_none)
{
	struct slow_tables *s = r->tables;
	const struct leftovers *before = s->leftovers;
	int error = 0;

	if (are_none)
		s->leftovers = remnants_none();
	else
		error = remnants_read(s->tables, &slow_queries[SLOW_LEFTOVERS].query, r->limits, r->facts,
				      &s->leftovers);
	s->is_leftover_counted = r->limits;
	leftovers_unref(before);
	return error;
}

static int read_table(const struct reading *r, enum slow_kind kind)
{
	struct slow_tables *s = r->tables;
	const struct slow_query *q = &slow_queries[kind];
	bool are_none = q->is_counted && r->are_known &&
			sockstat_has_only(&r->counts, count_listening(r->listeners));

	if (kind == SLOW_BOUND)
		return boundprobe_dump(&s->bound, s->tables, &q->query, &s->items[kind].rows);
	if (kind == SLOW_LEFTOVERS)
		return read_leftovers(r, are_none);
	s->clients.count = kind == SLOW_CLIENTS ? 0 : s->clients.count;
	if (are_none)
		return 0;
	if (kind == SLOW_CLIENTS)
		return clients_read(&s->clients, s->tables, &q->query, r->listeners, r->facts);
	return tables_dump(s->tables, &q->query, &s->items[kind].rows, r->facts);
}

/* The last reading found what these counters stand for. */
static bool are_alike(const struct slow_table *t, const struct slow_query *q,
		      const struct sockstat_counts *counts)
{
	return counts && t->alike && sockstat_is_still(&t->counts, counts) &&
	       (!q->needs_all_counts || t->counts.allocated == counts->allocated);
}

/* Twice: what the counters told of just before the first reading may have come to its end only after it. */
static bool may_wait(const struct slow_table *t, const struct slow_query *q, int64_t now_us)
{
	return q->may_wait && t->alike > 1 && !t->is_hinted && !t->error && t->pace.looked_us &&
	       now_us - t->pace.looked_us < SLOWTABLES_STILL_US;
}

static bool is_due(const struct slow_table *t, int64_t now_us)
{
	return pace_is_due(&t->pace, now_us, t->is_hinted) &&
	       (t->is_hinted || !t->pace.looked_us || !t->still_us || now_us - t->still_us >= PACE_CALM_US);
}

static void note_counts(struct slow_table *t, const struct sockstat_counts *counts, bool is_alike)
{
	t->alike = is_alike ? t->alike + 1 : counts != NULL;
	if (counts)
		t->counts = *counts;
	t->still_us = 0;
}

/* True when it was read. */
static bool read_when_due(struct reading *r, enum slow_kind kind)
{
	const struct slow_query *q = &slow_queries[kind];
	struct slow_table *t = &r->tables->items[kind];
	int64_t began_us = clock_monotonic_us();
	const struct sockstat_counts *counts;
	bool is_alike;

	if (!is_due(t, began_us))
		return false;
	counts = ask_counts(r);
	is_alike = are_alike(t, q, counts);
	if (is_alike && may_wait(t, q, began_us)) {
		t->still_us = began_us;
		return false;
	}
	note_counts(t, counts, is_alike);
	t->is_hinted = false;
	socket_list_clear(&t->rows, NULL);
	t->error = read_table(r, kind);
	if (kind != SLOW_BOUND)
		socket_list_drop_keys(&t->rows);     /* only of use while doubles are sorted out */
	pace_looked(&t->pace, began_us, clock_monotonic_us());
	return true;
}

/* A row that is carried along is not shown twice: one that listens by now is no bound-only one. */
static void drop_listening(const struct reading *r)
{
	struct socket_list *rows = &r->tables->items[SLOW_BOUND].rows;
	const struct socket_fact *row;

	for (size_t i = 0; rows->count && i < r->listeners->count; i++)
		if ((row = socket_list_find(rows, &r->listeners->items[i], rows->count)))
			socket_list_remove(rows, (size_t)(row - rows->items));
}

static void add_rows(const struct slow_table *t, struct facts *facts)
{
	facts_add_sockets(facts, t->rows.items, t->rows.count);
}

static void add_leftovers(const struct slow_tables *s, bool may_share, struct facts *facts)
{
	int64_t age_ms = (clock_monotonic_us() - s->items[SLOW_LEFTOVERS].pace.looked_us) / 1000;
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

static void add_clients(const struct slow_tables *s, struct facts *facts)
{
	for (size_t i = 0; i < s->clients.count; i++)
		facts_add_client(facts, &s->clients.items[i].local, s->clients.items[i].count);
}

static void add_all(const struct slow_tables *s, const struct scan_request *request,
		    const bool wanted[SLOW_COUNT], struct facts *facts)
{
	const struct slow_table *items = s->items;

	if (wanted[SLOW_BOUND])
		add_rows(&items[SLOW_BOUND], facts);
	if (wanted[SLOW_LEFTOVERS])
		add_leftovers(s, request->shares_leftovers, facts);
	if (wanted[SLOW_CONNECTIONS])
		add_rows(&items[SLOW_CONNECTIONS], facts);
	if (wanted[SLOW_CLIENTS])
		add_clients(s, facts);
	if (wanted[SLOW_BOUND] && items[SLOW_BOUND].error)
		facts_add_gap(facts, GAP_BOUND_ONLY, 0, -items[SLOW_BOUND].error);
	facts->lacks_bound = !wanted[SLOW_BOUND];
	facts->has_connections = (wanted[SLOW_CONNECTIONS] && !items[SLOW_CONNECTIONS].error) ||
				 (wanted[SLOW_CLIENTS] && !items[SLOW_CLIENTS].error);
}

/* Where clients get their ports must be known, or a client's end could be taken for a server's. */
static bool may_count(const struct scan_request *request, const struct kernel_limits *limits)
{
	return request->shares_leftovers && !request->connections && limits->ephemeral_high;
}

void slowtables_add(struct slow_tables *s, const struct scan_request *request,
		    const struct socket_list *listeners, const struct slow_hint *hint, struct facts *facts)
{
	const bool wanted[SLOW_COUNT] = {request->bound_only, request->leftovers, request->connections,
					 request->clients && !request->connections};
	struct reading r = {.tables = s, .listeners = listeners, .facts = facts,
			    .limits = may_count(request, &hint->limits) ? &hint->limits : NULL};
	bool has_bound = false;

	if (s->is_leftover_counted && !r.limits)
		s->items[SLOW_LEFTOVERS].pace = (struct pace){0};    /* now each is asked for */
	for (int i = 0; i < SLOW_COUNT; i++) {
		s->items[i].is_hinted |= hint->has_died || hint->have_changed;
		if (wanted[i])
			has_bound |= read_when_due(&r, i) && i == SLOW_BOUND;
	}
	if (has_bound || hint->have_changed)
		drop_listening(&r);
	add_all(s, request, wanted, facts);
}
