/* This machine's own addresses, and whether lo is up. */
#ifndef PLATFORM_LINUX_ADDRESSES_H
#define PLATFORM_LINUX_ADDRESSES_H

#include <stddef.h>
#include <stdint.h>
#include "model/facts.h"
#include "model/probe.h"

enum { ADDRESSES_CALM_US = 5000000 };        /* they change seldom, and nothing hangs on them but one line of text */

struct addresses {                           /* zeroed = not read yet */
	struct endpoint *items;              /* owned */
	size_t count, cap;
	int64_t read_us;                     /* 0 = never */
};

/* Leaves unknown what cannot be read. */
void addresses_read(struct probe *out);

/* Adds those of interfaces that are up where a socket of `facts` listens on all of them. Read again at most every
 * ADDRESSES_CALM_US; none where they cannot be read. That lo is down is told whatever listens, and at once. */
void addresses_add(struct addresses *a, struct facts *facts, int64_t now_us);
void addresses_done(struct addresses *a);

#endif
