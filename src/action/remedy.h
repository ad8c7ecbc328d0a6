/* The command that ends a unit or a container for good. */
#ifndef ACTION_REMEDY_H
#define ACTION_REMEDY_H

#include "action/plan.h"

enum { REMEDY_TIMEOUT_MS = 15000 };

/* Runs plan->remedy as it is shown, cut into words; without a shell. What belongs to a user's systemd or a user's
 * engine is run as the user who invoked lotop, the rest with lotop's own rights. 0, -ETIMEDOUT (it goes on by itself),
 * or -errno as of platform_ops.run. */
int remedy_run(struct platform *p, const struct kill_plan *plan);
/* Why it failed and what to try, in a few words. */
const char *remedy_failure(int error);

#endif
