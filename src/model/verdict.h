/* What is there against what a project expects (model/expect). Pure. */
#ifndef MODEL_VERDICT_H
#define MODEL_VERDICT_H

#include "model/expect.h"
#include "model/row.h"

enum verdict_kind {
	VERDICT_OK,
	VERDICT_MISSING,             /* nobody listens there */
	VERDICT_WRONG,               /* somebody else does */
	VERDICT_UNSEEN,              /* whose it is may not be seen, and somebody in particular is expected */
	VERDICT_EXPOSED,             /* reachable from the network, which the file does not ask for */
	VERDICT_EXTRA,               /* a process of the project's directory listens where nothing is expected */
	VERDICT_COUNT
};

struct verdict {
	uint8_t kind;                        /* enum verdict_kind */
	const struct expectation *expected;  /* NULL for EXTRA; borrowed, as is the row */
	const struct row *row;               /* of MISSING: who listens at another address; NULL = nobody */
};

struct verdicts {                    /* a zeroed struct is a valid empty list */
	struct verdict *items;       /* owned */
	size_t count, cap;
};

/* In the order of the file, then extras by port. `directory` is the project's, absolute and without links.
 * Listeners in the kernel's ephemeral range are never extra: they come and go with their tools. */
void verdicts_judge(struct verdicts *v, const struct expect *e, struct slice directory,
		    const struct row *rows, size_t row_count);
void verdicts_done(struct verdicts *v);
const char *verdict_name(enum verdict_kind kind);    /* "ok" "missing" "wrong" "unseen" "exposed" "extra" */

#endif
