/* One descriptor table: which of the wanted sockets are in it. Keeps nothing; any thread, each with its
 * own finds. */
#ifndef PLATFORM_LINUX_WALK_H
#define PLATFORM_LINUX_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/map.h"

struct find {
	uint32_t inode;
	int32_t pid;
	int32_t task;                /* the thread whose table it is; 0 = the process's own */
	int32_t fd;
};

struct finds {                       /* zeroed = empty */
	struct find *items;          /* owned */
	size_t count, cap;
	bool tells_counts;           /* this kernel says how many descriptors a table has: it was seen to */
};

enum { WALK_COUNT_UNKNOWN = INT32_MAX };

/* Adds what table /proc/PID/fd (or /proc/PID/task/TASK/fd) holds of `wanted` (keys are inodes). 0, or
 * -errno: EACCES not readable, ENOENT or ESRCH gone, EMFILE or ENFILE. *fd_count: how many descriptors it
 * has, by st_size (Linux 6.2), WALK_COUNT_UNKNOWN where the kernel does not say. */
int walk_table(int proc, int32_t pid, int32_t task, const struct map *wanted, struct finds *out,
	       uint32_t *fd_count);
/* The same for a process's own table. *table: where something was found, the descriptor of /proc/PID/fd, for the
 * caller to close: it leads to the other files of the very process that was walked; else -1. */
int walk_process(int proc, int32_t pid, const struct map *wanted, struct finds *out, uint32_t *fd_count,
		 int *table);
/* The same for those threads of a process that have a table of their own, or that outlived their leader. */
int walk_tasks(int proc, int32_t pid, const struct map *wanted, struct finds *out);

/* How many descriptors, without looking at them: one system call. WALK_COUNT_UNKNOWN when that cannot be
 * known. */
uint32_t walk_count(int proc, int32_t pid);
/* Does this descriptor still link the socket? */
bool walk_links(int proc, const struct find *find);

#endif
