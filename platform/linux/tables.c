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

void socket_list_clear(struct socket_list *l)
{
	l->count = 0;
	map_clear(&l->keys);
}

struct socket_fact *socket_list_find(const struct socket_list *l, const struct socket_fact *s)
{
	uint64_t index;

	return socket_key(s) && map_get(&l->keys, socket_key(s), &index) ? &l->items[index] : NULL;
}

bool socket_list_has(const struct socket_list *l, const struct socket_fact *s)
{
	return socket_key(s) && map_has(&l->keys, socket_key(s));
}

void socket_list_add(struct socket_list *l, const struct socket_fact *s)
{
	if (socket_list_has(l, s))
		return;
	if (socket_key(s))
		map_put(&l->keys, socket_key(s), l->count);
	ARRAY_PUSH(l->items, l->count, l->cap) = *s;
}

void socket_list_remove(struct socket_list *l, size_t index)
{
	map_remove(&l->keys, socket_key(&l->items[index]));
	l->items[index] = l->items[--l->count];
	if (index < l->count && socket_key(&l->items[index]))
		map_put(&l->keys, socket_key(&l->items[index]), index);
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
	struct socket_list *list;
};

static void take_answer(void *context, struct slice payload)
{
	const struct sink *sink = context;
	struct socket_fact s;

	if (sockdiag_decode(payload, sink->query->protocol, &s) == 0)
		socket_list_add(sink->list, &s);
}

static int ask(struct tables *t, const struct sockdiag_query *query, struct socket_list *out)
{
	struct sink sink = {query, out};
	struct netlink_question question = {.is_dump = true};
	struct sockdiag_request request;
	int error = -EINTR;

	sockdiag_dump(&request, query);
	question.type = request.type;
	question.payload = (struct slice){(const char *)request.bytes, request.len};
	for (int i = 0; i < DUMP_TRIES && error == -EINTR; i++)
		error = netlink_ask(t->netlink, &question, take_answer, &sink);
	return error;
}

static int worse(int a, int b)
{
	return a && a != -EINTR ? a : b ? b : a;
}

static int ask_each_family(struct tables *t, const struct sockdiag_query *query, struct socket_list *out)
{
	struct sockdiag_query v4 = *query, v6 = *query;
	int error;

	v4.family = FAMILY_IPV4;
	v6.family = FAMILY_IPV6;
	error = ask(t, &v4, out);
	return worse(error, ask(t, &v6, out));
}

static int ask_kernel(struct tables *t, const struct sockdiag_query *query, struct socket_list *out)
{
	int error = tables_open(t);

	if (error)
		return error;
	if (query->family)
		return ask(t, query, out);
	if (query->protocol == PROTOCOL_UDP || t->is_split)
		return ask_each_family(t, query, out);
	error = ask(t, query, out);
	if (!error || error == -EINTR)
		return error;
	error = ask_each_family(t, query, out);
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
		socket_list_add(sink->list, s);
}

/* A machine without IPv6 has no tcp6: that hides nothing. */
static int read_proc(const struct sockdiag_query *query, struct socket_list *out)
{
	struct sink sink = {query, out};
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

int tables_dump(struct tables *t, const struct sockdiag_query *query, struct socket_list *out,
		struct facts *facts)
{
	int error = ask_kernel(t, query, out);

	if (error == -EINTR) {
		add_gap(facts, GAP_DUMP_INTERRUPTED, error);
		return 0;
	}
	if (!error)
		return 0;
	add_gap(facts, GAP_SOCK_DIAG, error);
	error = read_proc(query, out);
	if (error)
		add_gap(facts, GAP_PROTOCOL, error);
	return error;
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
