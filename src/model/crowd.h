/* The processes of a snapshot, with texts that may be shown. Made once for owners that the facts of several
 * scans share, then used by one snapshot after the other. Counted references. */
#ifndef MODEL_CROWD_H
#define MODEL_CROWD_H

#include <stdatomic.h>
#include "model/snapshot.h"

struct crowd {
	const struct owners *owners;         /* a reference; NULL = made of one scan's own processes */
	struct arena arena;                  /* owns what the processes point to, but for their facts */
	const struct process *processes;     /* ascending by pid */
	size_t count;
	struct name_fact *users;             /* in the arena: the names that they were made with */
	size_t user_count;
	struct directory_fact *directories;  /* in the arena, with their texts */
	size_t directory_count;
	uint64_t containers;                 /* signature of what they are called */
	atomic_uint references;
};

/* A reference: `before` (may be NULL) where it is of the same owners and user names, else made anew. */
const struct crowd *crowd_get(const struct crowd *before, const struct facts *facts);
void crowd_unref(const struct crowd *c);              /* NULL is fine */

#endif
