/* The other network namespaces of this machine: which there are, and doing something inside of one. */
#ifndef PLATFORM_LINUX_NETNS_H
#define PLATFORM_LINUX_NETNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/map.h"

enum { NETNS_NAME = 64 };

struct netns_entry {
	uint32_t inode;
	int32_t pid;                 /* the first process in there; 0 = none, only a name */
	char name[NETNS_NAME];       /* raw: the file in NETNS_FOLDER; empty = none */
};

#define NETNS_FOLDER "/run/netns"    /* of ip-netns(8) */

struct netns_list {                  /* zeroed = empty */
	struct netns_entry *items;   /* owned; without the namespace that is looked from */
	size_t count, cap;
	struct map by_inode;         /* -> index */
	uint32_t denied;             /* processes whose namespace may not be told (ptrace(2)) */
};

/* Reads it anew. `proc`: a descriptor of /proc. */
void netns_list_read(struct netns_list *l, int proc);
void netns_list_done(struct netns_list *l);

/* Whether its process is in there still. */
bool netns_has_process(int proc, const struct netns_entry *e);
/* Runs `look` inside of it, on a thread of its own, so that no other thread ever changes its namespace. 0,
 * or -errno and nothing was run: -EPERM without CAP_SYS_ADMIN, -ESTALE when another namespace is there by
 * now. */
int netns_visit(int proc, const struct netns_entry *e, void (*look)(void *context), void *context);

#endif
