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

const struct frame *frame_of(const struct snapshot *s)
{
	return (const struct frame *)s;
}

const struct snapshot *snapshot_ref(const struct snapshot *s)
{
	atomic_fetch_add_explicit(&((struct frame *)s)->references, 1, memory_order_relaxed);
	return s;
}

void snapshot_unref(const struct snapshot *s)
{
	struct frame *f = (struct frame *)s;

	/* Releases what this thread has read; the last one acquires it, and so frees behind all others. */
	if (!f || atomic_fetch_sub_explicit(&f->references, 1, memory_order_acq_rel) > 1)
		return;
	remains_unref(f->remains);
	crowd_unref(f->crowd);
	if (!s->host_count)
		facts_free((struct facts *)s->facts);        /* else they are the first machine's */
	for (size_t i = 0; i < s->host_count; i++)
		snapshot_unref(s->hosts[i].snapshot);
	arena_done(&f->arena);
	free(f);
}
