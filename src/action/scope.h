/* Whom a kill may hit besides the one process: all below it, and its process group. Each of these is armed whole before
 * anybody is asked (company.h); what is shown of it is everybody whom a signal would reach. */
#ifndef ACTION_SCOPE_H
#define ACTION_SCOPE_H

#include <stddef.h>
#include "action/company.h"
#include "action/phrase.h"
#include "action/plan.h"
#include "action/status.h"
#include "model/snapshot.h"

enum { SCOPE_MAX = 2, SCOPE_WHO = 2000, SCOPE_HELD = 400 };

struct scope {                       /* a value; all texts safe and NUL-terminated */
	enum company_kind kind;
	size_t count;                /* processes, the one of the plan included */
	char name[48];               /* "group 4200" */
	char brief[KILL_TEXT];       /* who, by name: "npm, sh, node" */
	char who[SCOPE_WHO];         /* each of them, oldest first: "npm 4200, sh 4201, node 4211" */
	char held[SCOPE_HELD];       /* what they listen on besides what the plan tells; "" = nothing */
	bool has_ancestor;           /* lotop runs under one of them */
};

struct scopes {                      /* a value; zeroed = the process alone */
	struct scope list[SCOPE_MAX];
	unsigned count;
	char refusal[KILL_TEXT];     /* why one that there is cannot be chosen; "" = none */
};

/* Arms both around the process of `plan`, which is armed itself. `companies` are zeroed: companies[i] becomes
 * out->list[i]. Left out: nobody but the process, the same processes as the other one, not everybody can be seen. */
void scope_arm(struct platform *p, const struct snapshot *s, const struct kill_plan *plan,
	       struct company companies[SCOPE_MAX], struct scopes *out);
/* Adds to what is told of the process what became of those who were signalled with it, as company_running() saw them:
 * "node 4211 and 2 more exited ...", "sh 4201 is still running; ...". */
void scope_tell(const struct company *c, const struct kill_plan *plan, struct kill_status *status);

#endif
