/* What speaks against a kill: refusals, and reasons for a second confirmation. Pure: told by the snapshot,
 * by the error of a process that could not be armed, or by one look at the armed one. */
#ifndef ACTION_OBJECTION_H
#define ACTION_OBJECTION_H

#include "action/plan.h"

/* By the snapshot alone, of a plan that plan_describe() has filled, with the same arguments. */
void objection_find(struct kill_plan *plan, const struct snapshot *s, const struct lineage *line,
		    const struct listener *l, const struct holder *h);
/* The process could not be armed: -errno. */
void objection_unarmed(struct kill_plan *plan, int error);
void objection_permission(struct kill_plan *plan);
/* What was found out about the armed process: refusals, effect of TERM, second confirmation. */
void objection_judge(struct kill_plan *plan, const struct target_status *status);
/* What `signal` does less than it should to the process that was looked at: "ignores TERM". False, "":
 * nothing known. */
bool objection_effect(const struct target_status *status, int signal, char *out, size_t size);

#endif
