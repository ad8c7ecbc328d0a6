/* The few bytes of a project's files that tell its name and branch. Bytes in, borrowed texts out; pure, no
 * memory: it runs in a process that may not allocate.
 * Sources: gitrepository-layout(5), git-worktree(1), npm's package.json(5), Cargo's and Python's TOML
 * manifests (PEP 621), go.mod reference. */
#ifndef PLATFORM_LINUX_PROJECT_PARSE_H
#define PLATFORM_LINUX_PROJECT_PARSE_H

#include <stdbool.h>
#include "base/slice.h"
#include "model/project.h"

/* .git/HEAD: the branch, or the beginning of the commit. */
bool project_parse_head(struct slice bytes, struct slice *branch, bool *is_detached);
/* A .git that is a file: where the real one is, absolute or relative to the file's directory. */
bool project_parse_gitdir(struct slice bytes, struct slice *path);
/* Of that path, when it is a linked worktree's: "/home/a/shop/.git/worktrees/fix" -> "fix" of "shop". The
 * repository is empty where the path does not name it ("../.git/worktrees/fix"). */
bool project_parse_worktree(struct slice path, struct slice *worktree, struct slice *repository);
/* What a manifest calls its project. False too for a name that has to be unescaped: nobody's is like that. */
bool project_parse_name(enum project_manifest manifest, struct slice bytes, struct slice *name);

#endif
