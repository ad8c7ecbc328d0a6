/* Whom a process descends from, as far as it can be read right now, and what each of them is known as. Parents often
 * hold no socket, so no scan has them: the platform is asked. A value. */
#ifndef ACTION_LINEAGE_H
#define ACTION_LINEAGE_H

#include <stdbool.h>
#include <stdint.h>
#include "model/snapshot.h"
#include "platform/platform.h"

enum { LINEAGE_MAX = 16 };

struct ancestor {
	uint64_t start_time;
	int32_t pid;
	char name[40];           /* safe */
	const char *known_as;    /* "nodemon", by its command line: it starts again what has ended. Static; NULL = no */
	bool leads_session;      /* a login shell, a terminal's shell, a daemon */
	bool has_terminal;
};

struct lineage {                 /* zeroed = nobody is known */
	struct ancestor line[LINEAGE_MAX];       /* the parent first; init is left out */
	unsigned count;
};

/* `p` NULL asks the snapshot alone. */
void lineage_read(struct platform *p, const struct snapshot *s, const struct process_fact *of, struct lineage *out);
/* The nearest one in `after` who is in `before`, too: the same process, not only its pid. NULL: none. */
const struct ancestor *lineage_common(const struct lineage *before, const struct lineage *after);
/* What to call somebody who restarts others. */
const char *ancestor_title(const struct ancestor *a);
/* The nearest one who is known for restarting; NULL. Whoever started the shell of a terminal does not start again what
 * is typed into it: the search ends there. */
const struct ancestor *lineage_restarter(const struct lineage *l);

#endif
