/* The project that a process works in: what was found around its working directory, and the one line that
 * tells it. Pure. Sources: gitrepository-layout(5), git-worktree(1), and each manifest's own
 * documentation. */
#ifndef MODEL_PROJECT_H
#define MODEL_PROJECT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/slice.h"

enum project_file {                  /* bit numbers; by the order of the table that project_file() reads */
	PROJECT_GIT,
	PROJECT_PACKAGE, PROJECT_DENO, PROJECT_CARGO, PROJECT_GO, PROJECT_PYTHON, PROJECT_DJANGO,
	PROJECT_RUBY, PROJECT_RAILS, PROJECT_COMPOSER, PROJECT_LARAVEL, PROJECT_SYMFONY, PROJECT_MAVEN,
	PROJECT_GRADLE, PROJECT_MIX, PROJECT_NEXT, PROJECT_NUXT, PROJECT_ASTRO, PROJECT_SVELTE,
	PROJECT_ANGULAR, PROJECT_REMIX, PROJECT_VITE, PROJECT_WEBPACK,
	PROJECT_FILE_COUNT
};

enum project_manifest { MANIFEST_NONE, MANIFEST_JSON, MANIFEST_TOML, MANIFEST_GO };

struct project_file_name {
	const char *name;            /* "package.json", "bin/rails" */
	uint8_t file;                /* enum project_file */
	uint8_t manifest;            /* enum project_manifest: how it tells the project's name */
	bool is_root;                /* its directory is a project's own; else it only says more about one */
};

/* Static table, ended by a NULL name. */
const struct project_file_name *project_files(void);

enum project_state {
	PROJECT_UNKNOWN,             /* not looked for yet, or there are too many */
	PROJECT_NONE,
	PROJECT_FOUND,
	PROJECT_STUCK                /* the directory does not answer: a file system that hangs */
};

struct project_fact {                /* texts raw, borrowed; empty = none */
	struct slice root;           /* the nearest directory that is a project's */
	struct slice git_root;       /* the nearest directory with .git: the root or above */
	struct slice name;           /* what its manifest calls it */
	struct slice branch;         /* "main"; of a detached HEAD the beginning of the commit */
	struct slice worktree;       /* name of a linked worktree */
	struct slice repository;     /* and the directory name of the repository that it belongs to */
	uint32_t files;              /* bits of enum project_file: what there is in the root */
	bool is_detached;
};

/* "shop (main)", "shop/web (main)" for a folder of a repository with a manifest of its own, "shop (1a2b3c4,
 * detached)". Appends safe text. A linked worktree goes by the name of its repository: its branch tells it
 * apart. */
void project_add_label(struct buf *out, const struct project_fact *p);
/* With its texts, each with a NUL behind it. */
struct project_fact project_fact_copy(struct arena *arena, const struct project_fact *p);
bool project_fact_equal(const struct project_fact *a, const struct project_fact *b);

#endif
