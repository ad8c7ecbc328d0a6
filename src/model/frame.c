/* Owns the life of a snapshot: it starts with one reference and ends, with its facts, when the last of
 * its readers is done, in whichever thread that is. Knows nothing of what is in it. */
#include "model/frame.h"

#include <stdlib.h>
#include "base/fatal.h"
#include "model/crowd.h"
#include "model/host.h"
#include "model/remains.h"

struct frame *frame_new(struct facts *facts)
{
	struct frame *f = fatal_calloc(1, sizeof *f);

	f->snapshot.facts = facts;
	atomic_init(&f->references, 1);
	return f;
}

struct frame *frame_new_after(const struct frame *base)
{
	struct frame *f = frame_new(NULL);

	f->base = frame_of(snapshot_ref(&base->snapshot));
	f->told = *base->snapshot.facts;
	f->snapshot = base->snapshot;
	f->snapshot.facts = &f->told;
	f->remains = base->remains;
	f->crowd = base->crowd;
	return f;
}

const struct frame *frame_of(const struct snapshot *s)
{
	return (const struct frame *)s;
}

const struct snapshot *snapshot_ref(const struct snapshot *s)
{
	atomic_fetch_add_explicit(&((struct frame *)s)->references, 1, memory_order_relaxed);
	return s;
}

static void let_go(struct frame *f)
{
	const struct snapshot *s = &f->snapshot;

	remains_unref(f->remains);
	crowd_unref(f->crowd);
	if (!s->host_count)
		facts_free((struct facts *)s->facts);        /* else they are the first machine's */
	for (size_t i = 0; i < s->host_count; i++)
		snapshot_unref(s->hosts[i].snapshot);
}

void snapshot_unref(const struct snapshot *s)
{
	struct frame *f = (struct frame *)s;

	/* Releases what this thread has read; the last one acquires it, and so frees behind all others. */
	if (!f || atomic_fetch_sub_explicit(&f->references, 1, memory_order_acq_rel) > 1)
		return;
	if (f->base)
		snapshot_unref(&f->base->snapshot);
	else
		let_go(f);
	arena_done(&f->arena);
	free(f);
}
