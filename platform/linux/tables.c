/* Owns the netlink socket and the ways to read a table with it or without. Refuses to know which tables a
 * scan needs, how often, and what a row that is missing means: sockets.c does. */
#include "platform/linux/tables.h"
#include <errno.h>
#include <stdlib.h>
#include "base/array.h"
#include "platform/linux/netlink.h"
#include "platform/linux/procnet.h"

enum { DUMP_TRIES = 3 };

uint64_t socket_key(const struct socket_fact *s)
{
	return s->cookie || !s->inode ? s->cookie : (uint64_t)1 << 63 | s->inode;
}

void socket_list_done(struct socket_list *l)
{
	free(l->items);
	map_done(&l->keys);
	*l = (struct socket_list){0};
}

void socket_list_clear(struct socket_list *l, const struct socket_list *like)
{
	l->count = l->indexed = l->alike = 0;
	l->like = like;
	map_clear(&l->keys);
}

void socket_list_drop_keys(struct socket_list *l)
{
	map_done(&l->keys);
	l->indexed = 0;
}

static void index_all(struct socket_list *l)
{
	for (; l->indexed < l->count; l->indexed++)
		if (socket_key(&l->items[l->indexed]))
			map_put(&l->keys, socket_key(&l->items[l->indexed]), l->indexed);
}

struct socket_fact *socket_list_find(struct socket_list *l, const struct socket_fact *s, size_t near)
{
	uint64_t key = socket_key(s), index;

	if (key && near < l->count && socket_key(&l->items[near]) == key)
		return &l->items[near];
	index_all(l);
	return key && map_get(&l->keys, key, &index) ? &l->items[index] : NULL;
}

bool socket_list_has(struct socket_list *l, const struct socket_fact *s)
{
	return socket_list_find(l, s, l->count) != NULL;
}

/* All before it are those of `like`, and so is this one: it stands nowhere else. */
static bool goes_on_alike(struct socket_list *l, const struct socket_fact *s)
{
	if (!l->like || l->alike != l->count || l->count >= l->like->count || !socket_key(s) ||
	    socket_key(&l->like->items[l->count]) != socket_key(s))
		return false;
	l->alike++;
	return true;
}

void socket_list_add(struct socket_list *l, const struct socket_fact *s)
{
	if (goes_on_alike(l, s) || !socket_list_has(l, s))
		ARRAY_PUSH(l->items, l->count, l->cap) = *s;
}

void socket_list_remove(struct socket_list *l, size_t index)
{
	index_all(l);
	map_remove(&l->keys, socket_key(&l->items[index]));
	l->items[index] = l->items[--l->count];
	if (index < l->count && socket_key(&l->items[index]))
		map_put(&l->keys, socket_key(&l->items[index]), index);
	l->indexed = l->count;
	l->like = NULL;
}

int tables_open(struct tables *t)
{
	if (!t->netlink)
		t->refusal = netlink_open(&t->netlink);
	return t->refusal;
}

void tables_close(struct tables *t)
{
	netlink_close(t->netlink);
	t->netlink = NULL;
}

struct sink {
	const struct sockdiag_query *query;
	const struct tables_visitor *visitor;
};

static void take_answer(void *context, struct slice payload)
{
	const struct sink *sink = context;
	struct socket_fact s;

	if (sockdiag_decode(payload, sink->query->protocol, &s) == 0)
		sink->visitor->each(sink->visitor->context, &s);
}

static int ask(struct tables *t, const struct sockdiag_query *query, const struct tables_visitor *visitor)
{
	struct sink sink = {query, visitor};
	struct netlink_question question = {.is_dump = true};
	struct sockdiag_request request;
	int error = -EINTR;

	sockdiag_dump(&request, query);
	question.type = request.type;
	question.payload = (struct slice){(const char *)request.bytes, request.len};
	for (int i = 0; i < DUMP_TRIES && error == -EINTR; i++) {
		if (i)
			visitor->restart(visitor->context);
		error = netlink_ask(t->netlink, &question, take_answer, &sink);
	}
	return error;
}

static int worse(int a, int b)
{
	return a && a != -EINTR ? a : b ? b : a;
}

static int ask_each_family(struct tables *t, const struct sockdiag_query *query,
			   const struct tables_visitor *visitor)
{
	struct sockdiag_query v4 = *query, v6 = *query;
	int error;

	v4.family = FAMILY_IPV4;
	v6.family = FAMILY_IPV6;
	error = ask(t, &v4, visitor);
	return worse(error, ask(t, &v6, visitor));
}

static void ignore(void *context, struct slice payload)
{
	(void)context;
	(void)payload;
}

/* Once: an empty UDP table and an attribute that was overlooked look alike. */
static bool knows_attribute(struct tables *t)
{
	struct sockdiag_request request;
	struct netlink_question question = {.is_dump = true};

	if (t->has_asked)
		return t->knows_attribute;
	sockdiag_ask_attribute(&request);
	question.type = request.type;
	question.payload = (struct slice){(const char *)request.bytes, request.len};
	t->knows_attribute = netlink_ask(t->netlink, &question, ignore, NULL) == -ENOENT;
	t->has_asked = true;
	return t->knows_attribute;
}

static bool may_ask_both(struct tables *t, const struct sockdiag_query *query)
{
	return !t->is_split && (query->protocol == PROTOCOL_TCP || knows_attribute(t));
}

static int ask_kernel(struct tables *t, const struct sockdiag_query *query,
		      const struct tables_visitor *visitor)
{
	int error = tables_open(t);

	if (error)
		return error;
	if (query->family)
		return ask(t, query, visitor);
	if (!may_ask_both(t, query))
		return ask_each_family(t, query, visitor);
	error = ask(t, query, visitor);
	if (!error || error == -EINTR)
		return error;
	error = ask_each_family(t, query, visitor);
	t->is_split = !error;
	return error;
}

static bool matches(const struct sockdiag_query *q, const struct socket_fact *s)
{
	return q->states & sockdiag_state_bit(s->state) && (!q->port || q->port == s->local.port) &&
	       (!q->is_loopback_only || endpoint_is_loopback(&s->local));
}

static void take_line(void *context, const struct socket_fact *s)
{
	const struct sink *sink = context;

	if (matches(sink->query, s))
		sink->visitor->each(sink->visitor->context, s);
}

/* A machine without IPv6 has no tcp6: that hides nothing. */
static int read_proc(const struct sockdiag_query *query, const struct tables_visitor *visitor)
{
	struct sink sink = {query, visitor};
	int v4 = 0, v6 = 0;

	if (query->family != FAMILY_IPV6)
		v4 = procnet_read(query->protocol, FAMILY_IPV4, take_line, &sink);
	if (query->family != FAMILY_IPV4)
		v6 = procnet_read(query->protocol, FAMILY_IPV6, take_line, &sink);
	return v4 ? v4 : v6 == -ENOENT ? 0 : v6;
}

static void add_gap(struct facts *facts, enum gap_kind kind, int error)
{
	if (facts)
		facts_add_gap(facts, kind, 0, -error);
}

int tables_visit(struct tables *t, const struct sockdiag_query *query, const struct tables_visitor *visitor,
		 struct facts *facts)
{
	int error = ask_kernel(t, query, visitor);

	if (error == -EINTR) {
		add_gap(facts, GAP_DUMP_INTERRUPTED, error);
		return 0;
	}
	if (!error)
		return 0;
	add_gap(facts, GAP_SOCK_DIAG, error);
	if (t->has_no_files)
		return error;
	error = read_proc(query, visitor);
	if (error)
		add_gap(facts, GAP_PROTOCOL, error);
	return error;
}

static void add_to_list(void *list, const struct socket_fact *s)
{
	socket_list_add(list, s);
}

/* What is read again completes what is there: doubles are known by their keys. */
static void keep_list(void *list)
{
	(void)list;
}

int tables_dump(struct tables *t, const struct sockdiag_query *query, struct socket_list *out,
		struct facts *facts)
{
	const struct tables_visitor visitor = {add_to_list, keep_list, out};

	return tables_visit(t, query, &visitor, facts);
}

struct answer {
	uint8_t protocol;
	bool is_there;
	struct socket_fact socket;
};

static void take_exact(void *context, struct slice payload)
{
	struct answer *a = context;

	a->is_there = sockdiag_decode(payload, a->protocol, &a->socket) == 0;
}

int tables_exact(struct tables *t, const struct endpoint *local, const struct endpoint *remote,
		 struct socket_fact *out)
{
	struct answer answer = {.protocol = local->protocol};
	struct sockdiag_request request;
	struct netlink_question question;
	int error = tables_open(t);

	if (error)
		return -EOPNOTSUPP;
	sockdiag_exact(&request, local, remote);
	question = (struct netlink_question){.type = request.type,
					     .payload = {(const char *)request.bytes, request.len}};
	error = netlink_ask(t->netlink, &question, take_exact, &answer);
	if (error || !answer.is_there)
		return error ? error : -EBADMSG;
	*out = answer.socket;
	return 0;
}

int tables_destroy(struct tables *t, const struct socket_fact *socket)
{
	struct sockdiag_request request;
	struct netlink_question order;

	if (tables_open(t))
		return -EOPNOTSUPP;
	sockdiag_destroy(&request, socket);
	order = (struct netlink_question){.type = request.type, .is_order = true,
					  .payload = {(const char *)request.bytes, request.len}};
	return netlink_ask(t->netlink, &order, ignore, NULL);
}
