/* The texts of a process, which are read from a file or link of /proc/PID each: program, working directory, cgroup,
 * command line, and what its environment tells about its terminal. */
#ifndef PLATFORM_LINUX_PROCESS_TEXTS_H
#define PLATFORM_LINUX_PROCESS_TEXTS_H

#include "model/facts.h"
#include "platform/linux/procfs.h"

enum { PROCESS_ENVIRONMENT_MAX = 64 * 1024 };

/* Where the files of a process are: their names, behind the prefix, are looked up in `dir`. */
struct process_place {
	int dir;                             /* borrowed */
	char prefix[16];                     /* "" in /proc/PID, "../" in one of its directories, "4711/" in /proc */
};

struct process_known {                       /* what need not be read; empty = is to be read */
	struct slice exe, cwd, cgroup, command;
};

void process_place_path(const struct process_place *place, const char *name, char out[PROCFS_PATH]);

/* Reads them into *f, as the process of whom `f` tells state and terminal. They lie in the block that is returned,
 * owned by the caller; never NULL. */
char *process_texts_read(struct process_fact *f, const struct process_place *place, const struct process_known *known);

#endif
