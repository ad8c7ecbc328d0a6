/* Owns a table of leftovers while it is read. Of what the kernel doubles only those are sorted out that
 * somebody can hold, for they are few, and those that are only counted: the rest is known by cookies to
 * who folds it (model/fold.c), and an index of them all would be nearly as large as the table. */
#include "platform/linux/remnants.h"
#include <stdlib.h>
#include <string.h>
#include "base/array.h"
#include "base/fatal.h"
#include "model/ports.h"

/* A dump goes on in the middle of a hash chain where sockets have left it since: what it tells twice it
 * tells soon. */
enum { RECENT = 8 };

struct remnants {
	const struct kernel_limits *limits;  /* borrowed; NULL = each is told */
	struct socket_fact *items;           /* owned until it is handed over */
	size_t count, cap;
	struct map held;                     /* keys of those with an inode */
	struct map groups;                   /* hash of a local end, or the next free number -> who stands for it */
	uint64_t recent[RECENT];             /* cookies of those who were counted last */
	size_t recent_at;
};

static uint64_t hash(const struct endpoint *e)
{
	uint64_t parts[2];

	memcpy(parts, e->address, sizeof parts);
	return (parts[0] * 0x9e3779b97f4a7c15u ^ parts[1]) * 0x9e3779b97f4a7c15u ^
	       (uint64_t)e->device << 24 ^ (uint64_t)e->family << 16 ^ e->port;
}

static bool is_one_of_many(const struct remnants *r, const struct socket_fact *s)
{
	return r->limits && s->state == SOCKET_TIME_WAIT && !s->inode &&
	       !port_is_ephemeral(r->limits, s->local.port);
}

/* Who stands for that local end; NULL: nobody yet. */
static struct socket_fact *find_group(struct remnants *r, const struct endpoint *local)
{
	uint64_t key, index;

	for (key = hash(local); map_get(&r->groups, key, &index); key++)
		if (endpoint_equal(&r->items[index].local, local))
			return &r->items[index];
	map_put(&r->groups, key, r->count);
	return NULL;
}

static bool is_repeated(struct remnants *r, uint64_t cookie)
{
	for (size_t i = 0; i < RECENT; i++)
		if (r->recent[i] == cookie)
			return true;
	r->recent[r->recent_at++ % RECENT] = cookie;
	return false;
}

static void count_in(struct remnants *r, const struct socket_fact *s)
{
	struct socket_fact *group;
	uint32_t others;

	if (s->cookie && is_repeated(r, s->cookie))
		return;
	group = find_group(r, &s->local);
	if (!group) {
		ARRAY_PUSH(r->items, r->count, r->cap) = *s;
		return;
	}
	others = group->others + 1;
	if (s->expires_ms > group->expires_ms)
		*group = *s;
	group->others = others;
}

static void take(void *context, const struct socket_fact *s)
{
	struct remnants *r = context;

	if (is_one_of_many(r, s)) {
		count_in(r, s);
		return;
	}
	if (s->inode && map_has(&r->held, socket_key(s)))
		return;
	if (s->inode)
		map_put(&r->held, socket_key(s), 0);
	ARRAY_PUSH(r->items, r->count, r->cap) = *s;
}

static void restart(void *context)
{
	struct remnants *r = context;

	r->count = r->recent_at = 0;
	memset(r->recent, 0, sizeof r->recent);
	map_clear(&r->held);
	map_clear(&r->groups);
}

/* As large as it need be: it lives until the next reading. */
static const struct leftovers *publish(struct remnants *r)
{
	return leftovers_new(fatal_realloc(r->items, r->count * sizeof *r->items), r->count);
}

int remnants_read(struct tables *t, const struct sockdiag_query *query, const struct kernel_limits *limits,
		  struct facts *facts, const struct leftovers **out)
{
	struct remnants r = {.limits = limits};
	const struct tables_visitor visitor = {take, restart, &r};
	int error = tables_visit(t, query, &visitor, facts);

	*out = publish(&r);
	map_done(&r.held);
	map_done(&r.groups);
	return error;
}

const struct leftovers *remnants_none(void)
{
	struct remnants r = {0};

	return publish(&r);
}
