/* The frames that a new one is compared with: the last one, and the last one that knew all owners, which is
 * often the same. Pure; references. */
#ifndef MODEL_EARLIER_H
#define MODEL_EARLIER_H

#include "model/diff.h"

struct earlier {                         /* zeroed: there was none */
	const struct snapshot *last;
	const struct snapshot *settled;  /* NULL: no frame knew all owners yet */
};

void earlier_done(struct earlier *e);
/* From now on `s` is the last one; takes references of its own. */
void earlier_follow(struct earlier *e, const struct snapshot *s);
/* The machine of `l` has been looked at before, and for such rows: one that was not there has opened. */
bool earlier_looked_for(const struct earlier *e, const struct listener *l);
/* Judges what became of change->before, of the last frame or gone since, that is change->after in `s`.
 * Owners are compared with the last frame that knew them: where these changed, change->before is as it was
 * there. */
void earlier_judge(const struct earlier *e, const struct snapshot *s, struct change *change);
/* `l`, a row of the last frame, as it was when all owners were known last. NULL: it was not there, or those of its
 * machine were not known then, or are not in `s`. */
const struct listener *earlier_owned(const struct earlier *e, const struct snapshot *s,
				     const struct listener *l);

#endif
