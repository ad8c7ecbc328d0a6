/* Owns the parts of a scan that later scans may share: counted references to what never changes. Which part
 * is shared, and for how long it holds, is the platform's decision. */
#include "model/shared.h"

#include <stdlib.h>
#include "base/array.h"
#include "base/fatal.h"

/* True for the last one, which then sees all that the others did. */
static bool ends(const atomic_uint *references)
{
	return atomic_fetch_sub_explicit((atomic_uint *)references, 1, memory_order_acq_rel) == 1;
}

static void begin(const atomic_uint *references)
{
	atomic_fetch_add_explicit((atomic_uint *)references, 1, memory_order_relaxed);
}

struct leftovers *leftovers_new(struct socket_fact *sockets, size_t count)
{
	struct leftovers *l = fatal_alloc(sizeof *l);

	l->sockets = sockets;
	l->count = count;
	atomic_init(&l->references, 1);
	return l;
}

const struct leftovers *leftovers_ref(const struct leftovers *l)
{
	begin(&l->references);
	return l;
}

void leftovers_unref(const struct leftovers *l)
{
	if (!l || !ends(&l->references))
		return;
	free(l->sockets);
	free((struct leftovers *)l);
}

bool leftover_at(const struct leftovers *l, size_t i, int32_t age_ms, struct socket_fact *out)
{
	struct socket_fact socket = l->sockets[i];

	if (socket.expires_ms != EXPIRES_UNKNOWN) {
		if (socket.expires_ms < age_ms)
			return false;
		socket.expires_ms -= age_ms;
	}
	*out = socket;
	return true;
}

struct owners *owners_new(void)
{
	struct owners *o = fatal_calloc(1, sizeof *o);

	atomic_init(&o->references, 1);
	return o;
}

void owners_add_holder(struct owners *o, uint32_t inode, int32_t pid, int32_t fd)
{
	ARRAY_PUSH(o->holders, o->holder_count, o->holder_cap) =
		(struct holder_fact){ .inode = inode, .pid = pid, .fd = fd };
}

void owners_add_process(struct owners *o, const struct process_fact *process)
{
	const struct process_fact none = { 0 };
	const struct process_fact *before = o->process_count ? &o->processes[o->process_count - 1] : &none;
	struct process_fact copy = process_fact_copy_after(&o->arena, process, before);

	ARRAY_PUSH(o->processes, o->process_count, o->process_cap) = copy;
}

const struct owners *owners_ref(const struct owners *o)
{
	begin(&o->references);
	return o;
}

void owners_unref(const struct owners *o)
{
	struct owners *last = (struct owners *)o;

	if (!o || !ends(&o->references))
		return;
	arena_done(&last->arena);
	free(last->holders);
	free(last->processes);
	free(last);
}
