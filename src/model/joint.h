/* Several machines in one snapshot: their rows side by side, each judged among those of its own machine. What
 * another machine's loopback is says nothing about this one's: whoever judges a row asks snapshot_of(). */
#ifndef MODEL_JOINT_H
#define MODEL_JOINT_H

#include "model/host.h"
#include "model/snapshot.h"

/* Of `count` hosts by their numbers; the first one is this machine and has a snapshot. Copies the texts,
 * takes references of its own. A reference for the caller. */
const struct snapshot *joint_build(const struct host *hosts, size_t count);

#endif
