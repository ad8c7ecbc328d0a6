/* Several kills that are asked about once: their plans, and how each of them ended. One after the other:
 * the collector arms one process at a time, so each is armed again before its signal, and must be the very process
 * that its plan told. Pure: says which job is next. */
#ifndef UI_TARGETS_H
#define UI_TARGETS_H

#include "collector/job.h"
#include "ui/page.h"

enum { TARGETS_MAX = 32 };

enum target_state {
	TARGET_UNPLANNED,
	TARGET_PLANNED,
	TARGET_REFUSED,          /* there will be no signal; the plan says why */
	TARGET_REPEATED,         /* the process of an earlier one: it holds both rows */
	TARGET_ARMING,           /* the user has decided; armed once more */
	TARGET_SENT,
	TARGET_ENDED,            /* gone, as asked */
	TARGET_FAILED            /* not signalled, or goes on */
};

struct target_item {
	enum target_state state;
	struct kill_plan plan;
};

struct targets {
	struct target_item items[TARGETS_MAX];
	size_t count, now;       /* `now` is being asked about, or sent to */
	int signal;
	bool is_decided;
};

void targets_start(struct targets *t);
/* False when there is no room. */
bool targets_add(struct targets *t, const struct row_key *key);
/* The next job of the collector: *out untouched and false when there is none left. */
bool targets_next(struct targets *t, struct job *out);
/* What came back. True when it was for the target that is due. */
bool targets_plan(struct targets *t, const struct kill_plan *plan, struct job *out);
bool targets_status(struct targets *t, const struct kill_status *status);
/* All plans are there. */
bool targets_is_planned(const struct targets *t);
void targets_decide(struct targets *t, int signal);
bool targets_is_over(const struct targets *t);

/* One plan for the dialog: refused when all are, asks twice when one does. */
void targets_summarize(const struct targets *t, struct kill_plan *out);
void targets_describe(const struct targets *t, struct page *page);
void targets_add_result(const struct targets *t, struct buf *out);       /* "2 of 3 ended, 1 goes on" */

#endif
