/* Everybody's wanted sockets in one go, by the BPF iterator where the kernel lets us (taskiter.h). It sees
 * what the walks of all tables and of all threads' own tables would find, but for established TCP
 * connections. */
#ifndef PLATFORM_LINUX_PASS_H
#define PLATFORM_LINUX_PASS_H

#include "base/buf.h"
#include "base/map.h"
#include "platform/linux/taskiter.h"

enum pass_state { PASS_UNTRIED, PASS_WORKS, PASS_REFUSED };

struct pass {                        /* zeroed = untried */
	struct taskiter *iterator;   /* owned */
	enum pass_state state;
};

struct passed {                      /* zeroed = empty */
	struct taskiter_record *items;       /* owned */
	size_t count, cap;
	struct taskiter_facts *facts;        /* owned; ordered by pid; their command lines are in `commands` */
	size_t fact_count, fact_cap;
	struct buf commands;                 /* one behind the other */
};

void passed_done(struct passed *p);
const struct taskiter_facts *passed_find(const struct passed *p, int32_t pid);   /* NULL = none */

/* Records are ordered as walks would give them: by pid, then a process's own table first, then by
 * descriptor. False where it is not permitted, not built in, or failed: then nothing is in `out`. */
bool pass_run(struct pass *p, const struct map *wanted, struct passed *out);
void pass_done(struct pass *p);

#endif
