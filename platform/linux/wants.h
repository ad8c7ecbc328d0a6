/* The sockets whose holders are wanted, and how the search for each of them stands. */
#ifndef PLATFORM_LINUX_WANTS_H
#define PLATFORM_LINUX_WANTS_H

#include <stdbool.h>
#include <stddef.h>
#include "base/map.h"
#include "model/facts.h"

struct want {
	uint64_t cookie;             /* 0 = not known */
	uint64_t cgroup_id;
	int64_t next_try_us;         /* not hunted before */
	uint32_t inode;
	uint32_t holder_count;
	uint8_t tries;               /* complete hunts that found nobody */
	bool is_passive;             /* a connection: looked for apart from the others, and nobody waits for it */
	bool is_fresh;               /* not hunted at all so far */
	bool is_doubted;             /* since nobody holds it: whether it still exists was asked */
};

struct wants {                       /* zeroed = empty */
	struct want *items;          /* owned; in the order of facts->sockets */
	size_t count, cap;
	struct map by_inode;         /* inode -> index */
	const struct leftovers *leftovers;   /* a reference: those whose holders are wanted; NULL = none */
	struct want *before;         /* scratch, owned */
	size_t before_cap;
};

void wants_done(struct wants *w);
/* Takes the inodes of these sockets; keeps what is known of those that were wanted before. */
void wants_update(struct wants *w, const struct facts *facts);
struct want *wants_find(const struct wants *w, uint32_t inode);              /* NULL = not wanted */

bool want_is_due(const struct want *want, int64_t now_us); /* nobody known, and time to hunt */
size_t wants_count_due(const struct wants *w, int64_t now_us);
/* The same for connections: there are any; there is one that was not looked for at all so far. */
bool wants_links_are_due(const struct wants *w, int64_t now_us);
bool wants_links_are_fresh(const struct wants *w);
size_t wants_count_without(const struct wants *w); /* listed, hunted, and nobody known */
/* A complete hunt ended: whoever is still without a holder waits longer and longer (in flight, io_uring,
 * kernel, another namespace: nobody may ever be found), at least 100 times as long as the hunt took. */
void wants_give_up(struct wants *w, int64_t now_us, int64_t cost_us);
void wants_links_looked_for(struct wants *w);        /* they are not fresh any more */
void wants_give_up_links(struct wants *w, int64_t now_us, int64_t cost_us);

#endif
