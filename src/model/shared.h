/* Parts of a scan that do not change from one scan to the next, and so belong to the facts of both: made
 * once, never written again, freed with the last reference (atomic: facts end in any thread). */
#ifndef MODEL_SHARED_H
#define MODEL_SHARED_H

#include <stdatomic.h>
#include <stddef.h>
#include "base/arena.h"
#include "model/fact.h"

/* Leftovers are many and are read less often than the rest. */
struct leftovers {
	struct socket_fact *sockets; /* owned; expires_ms as it was when they were read */
	size_t count;
	atomic_uint references;
};

struct owners {
	struct arena arena;          /* owns the processes' texts */
	struct holder_fact *holders;    size_t holder_count, holder_cap;
	struct process_fact *processes; size_t process_count, process_cap;
	atomic_uint references;
};

/* Takes the array, which came from malloc. One reference. */
struct leftovers *leftovers_new(struct socket_fact *sockets, size_t count);
const struct leftovers *leftovers_ref(const struct leftovers *l);
void leftovers_unref(const struct leftovers *l);      /* NULL is fine */
/* As it is `age_ms` after it was read. False when it is over. */
bool leftover_at(const struct leftovers *l, size_t i, int32_t age_ms, struct socket_fact *out);
/* Empty, to be filled before it is shared. One reference. */
struct owners *owners_new(void);
void owners_add_holder(struct owners *o, uint32_t inode, int32_t pid, int32_t fd);
void owners_add_process(struct owners *o, const struct process_fact *process);     /* as facts_add_process */
const struct owners *owners_ref(const struct owners *o);
void owners_unref(const struct owners *o);            /* NULL is fine */

#endif
