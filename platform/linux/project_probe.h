/* Looks for the project around a directory, by reading files that a process controls. Runs in a scout: system
 * calls and stack only. Nothing is opened that is not a regular file, no symbolic link is followed, 64 KiB of
 * a file are the most that is read. */
#ifndef PLATFORM_LINUX_PROJECT_PROBE_H
#define PLATFORM_LINUX_PROJECT_PROBE_H

#include <stddef.h>
#include <stdint.h>
#include "base/slice.h"

enum { PROJECT_TEXT_MAX = 200 };     /* a longer name is nobody's: it counts as none */

struct project_text {
	uint8_t len;
	char bytes[PROJECT_TEXT_MAX];
};

struct project_answer {              /* a packet, as project_fact; the roots are beginnings of the request */
	uint32_t files;
	uint16_t root_len, git_root_len; /* 0 = none */
	uint8_t is_detached;             /* 0, 1 */
	struct project_text name, branch, worktree, repository;
};

/* `request` is the directory: absolute, as readlink of /proc/PID/cwd gives it. Writes a struct
 * project_answer, empty where there is no project or the directory cannot be reached. */
size_t project_probe(struct slice request, void *answer);

#endif
