/* What a process runs, for a person: framework or server by name, and the script that an interpreter was
 * given. Told from its program, its command line and the files of its project; a process may say there what
 * it likes, so this is a description and never a reason to do something. Pure. */
#ifndef MODEL_RUNTIME_H
#define MODEL_RUNTIME_H

#include <stdbool.h>
#include <stdint.h>
#include "base/slice.h"

struct runtime {
	const char *name;            /* "next.js", "postgres"; "node" when no more is known. Static */
	const char *language;        /* what interprets it: "node", "python"; NULL = nothing does. Static */
	struct slice script;         /* raw, borrowed from the command: "server.js"; empty = none */
};

/* `exe` and `command` raw, as in process_fact (empty where hidden); `files`: bits of enum project_file. About
 * a microsecond. False when nothing is known. */
bool runtime_find(struct slice exe, struct slice command, uint32_t files, struct runtime *out);

#endif
