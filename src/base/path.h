/* Paths as bytes. Pure: nothing is looked up. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include "base/slice.h"

struct slice path_last(struct slice path);       /* what stands behind the last '/'; "a/" gives "" */
struct slice path_parent(struct slice path);     /* what stands before it; of "/a" and "a" nothing */
/* A link of /proc without the " (deleted)" that d_path() puts behind what was unlinked. */
struct slice path_without_deleted(struct slice link);

#endif
