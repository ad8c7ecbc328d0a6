/* Several machines in one snapshot: their rows side by side, each judged among those of its own machine. What
 * another machine's loopback is says nothing about this one's: whoever judges a row asks snapshot_of(). */
#ifndef MODEL_JOINT_H
#define MODEL_JOINT_H

#include "model/snapshot.h"

enum { MACHINES_MAX = 64 };

struct machine {
	const char *name;                /* safe, no two alike in one joint snapshot */
	const char *trouble;             /* safe: why what is shown of it is old; NULL = it is not */
	const struct snapshot *snapshot; /* its own, facts->machine is its number; NULL = nothing came yet */
};

/* Of `count` machines by their numbers; the first one is this machine and has a snapshot. Copies the texts,
 * takes references of its own. A reference for the caller. */
const struct snapshot *joint_build(const struct machine *machines, size_t count);
/* Its references; for the end of the snapshot only (frame.c). */
void joint_let_go(const struct snapshot *s);

#endif
