/* What a recording that is handed to others should not tell: command lines, environments, names of users and
 * of what they work on. Sockets, processes by name, program files of the system, cgroups and numbers stay. */
#ifndef REPLAY_REDACT_H
#define REPLAY_REDACT_H

#include "base/arena.h"
#include "base/map.h"
#include "model/facts.h"

struct redaction {                   /* zeroed = nothing was told yet */
	struct arena arena;          /* of the newest facts */
	struct facts facts;
	struct map numbers;          /* hash of a text -> which number stands for it, in all frames */
};

/* `f` with other texts: equal ones are equal again. Borrowed from `r` and `f`, until the next call. */
const struct facts *redaction_apply(struct redaction *r, const struct facts *f);
void redaction_done(struct redaction *r);

#endif
