/* What a kill would hit, told before it happens: the process among a row's holders, what else it holds, who would restart it,
 * what the signal will do, and why it will not be sent at all. Pure: asks no platform. */
#ifndef ACTION_PLAN_H
#define ACTION_PLAN_H

#include "action/kill.h"

/* The process of `l` that is meant: `pid`, or the only holder, or of the largest group of the same name the oldest (the
 * master of a pre-fork server). NULL: no holder, or not this one. */
const struct holder *plan_choose(const struct listener *l, int32_t pid);
bool plan_holds(const struct listener *l, int32_t pid);
/* Identity and texts; refusals that the snapshot alone can tell. `h` NULL: nobody to name. */
void plan_describe(struct kill_plan *plan, const struct snapshot *s, const struct listener *l, const struct holder *h);
/* What was found out about the armed process: refusals, effect of TERM, second confirmation. */
void plan_judge(struct kill_plan *plan, const struct target_status *status);
void plan_refuse(struct kill_plan *plan, enum kill_refusal refusal, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void plan_refuse_permission(struct kill_plan *plan);
/* What `signal` does less than it should to the process that was looked at: "ignores TERM". False, "": nothing known. */
bool plan_effect(const struct target_status *status, int signal, char *out, size_t size);

#endif
