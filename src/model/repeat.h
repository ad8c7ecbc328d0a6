/* A snapshot that shows what an older one shows, at a later time: most of them do. It is made by comparing two
 * scans, without folding, joining and judging anything again, and has the older one's rows. */
#ifndef MODEL_REPEAT_H
#define MODEL_REPEAT_H

#include "model/snapshot.h"

/* A reference: within the same second to `before` itself. NULL where `facts` tell anything else than those of
 * `before`, or a row's time is over. The facts stay the caller's. Only facts that share their owners can tell the
 * same. */
const struct snapshot *snapshot_repeat(const struct snapshot *before, const struct facts *facts);
/* The same rows in the same order: but for the time nothing is different. */
bool snapshot_is_repeat(const struct snapshot *s, const struct snapshot *before);

#endif
