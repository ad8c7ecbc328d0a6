/* What stands around those who were found, and around those who were not: the projects of the holders, and
 * the cgroups of the sockets whose holder is hidden. One thread. */
#ifndef PLATFORM_LINUX_SURROUNDINGS_H
#define PLATFORM_LINUX_SURROUNDINGS_H

#include <stdbool.h>
#include <stdint.h>
#include "model/facts.h"

struct cgroup_index;
struct hunt;
struct surroundings;

enum { SURROUNDINGS_FIRST_US = 300 * 1000 };

struct surroundings *surroundings_new(int proc, struct cgroup_index *cgroups);       /* borrows both */
void surroundings_free(struct surroundings *s);      /* NULL is fine */

/* After the holders are in `facts`. The first scan waits for the projects, SURROUNDINGS_FIRST_US at most,
 * for a command may have no second one; later scans tell what is known by then. True = call again. */
bool surroundings_step(struct surroundings *s, const struct facts *facts, int64_t budget_us);
void surroundings_emit(struct surroundings *s, const struct hunt *hunt, struct facts *facts);

#endif
