/* Which project is around the working directory of a process: asked of a scout, kept, and asked again from
 * time to time (branches change). Never waits but in projects_wait(). One thread. */
#ifndef PLATFORM_LINUX_PROJECTS_H
#define PLATFORM_LINUX_PROJECTS_H

#include <stdbool.h>
#include <stdint.h>
#include "base/slice.h"
#include "model/project.h"

enum { PROJECTS_LIMIT_US = 200 * 1000, PROJECTS_MAX = 1024 };

struct projects;

struct projects *projects_new(void);
void projects_free(struct projects *p);      /* NULL is fine */

/* What is known about the project around `cwd` (raw, as readlink gave it), and takes care that it will be
 * known. `uid` and `gid` are the process's (UINT32_MAX = not known: nobody's group). *out is set for
 * PROJECT_FOUND, borrowed until the next call. */
enum project_state projects_get(struct projects *p, struct slice cwd, uint32_t uid, uint32_t gid,
				int64_t now_us, struct project_fact *out);

/* Asks what is due, takes what was answered. True while something is not known yet: then a step is worth while
 * as soon as projects_fd() is readable, and PROJECTS_LIMIT_US later. */
bool projects_step(struct projects *p, int64_t now_us);
int projects_fd(const struct projects *p);   /* -1 = nothing is awaited */
/* Steps until all is known, or until then: for commands that show one frame. */
void projects_wait(struct projects *p, int64_t until_us);

#endif
