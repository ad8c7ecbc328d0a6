/* Owns a table of leftovers while it is read. Of what the kernel doubles only those are sorted out that somebody can
 * hold: they are few, and are looked for. Who folds the rest knows doubles by their cookies (model/fold.c), and an
 * index of them all would be nearly as large as the table. */
#include "platform/linux/remnants.h"
#include <stdlib.h>
#include "base/array.h"
#include "base/fatal.h"

struct remnants {
	struct socket_fact *items;   /* owned until it is handed over */
	size_t count, cap;
	struct map held;             /* keys of those with an inode */
};

static void take(void *context, const struct socket_fact *s)
{
	struct remnants *r = context;

	if (s->inode && map_has(&r->held, socket_key(s)))
		return;
	if (s->inode)
		map_put(&r->held, socket_key(s), 0);
	ARRAY_PUSH(r->items, r->count, r->cap) = *s;
}

static void restart(void *context)
{
	struct remnants *r = context;

	r->count = 0;
	map_clear(&r->held);
}

/* As large as it need be: it lives until the next reading. */
static const struct leftovers *publish(struct remnants *r)
{
	return leftovers_new(fatal_realloc(r->items, r->count * sizeof *r->items), r->count);
}

int remnants_read(struct tables *t, const struct sockdiag_query *query, struct facts *facts,
		  const struct leftovers **out)
{
	struct remnants r = {0};
	const struct tables_visitor visitor = {take, restart, &r};
	int error = tables_visit(t, query, &visitor, facts);

	*out = publish(&r);
	map_done(&r.held);
	return error;
}

const struct leftovers *remnants_none(void)
{
	struct remnants r = {0};

	return publish(&r);
}
