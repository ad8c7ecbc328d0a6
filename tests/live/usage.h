/* What a process has of the machine: memory, descriptors, threads. Source: proc(5): status, fd, task. */
#ifndef LIVE_USAGE_H
#define LIVE_USAGE_H

#include <sys/types.h>

struct usage {
	long memory_kib;             /* resident and its own: neither files nor what is shared */
	int descriptors, threads;
};

/* Ends the program where /proc does not tell. Of itself, one descriptor too many: of reading. */
struct usage usage_read(pid_t pid);
/* The least of a second: some of it is there only while a scan runs. */
struct usage usage_read_at_rest(pid_t pid);

#endif
