/* A kill is a transaction on a verified process: begin (arm, plan), send (check again, signal), step (what
 * really happened). Shared by the dialog and the command line. Nothing here prints, asks, or sends a signal
 * that was not requested. Runs on the thread that owns the platform.
 *
 *   begin  the pidfd is opened before anything is asked and kept; refusals are part of the plan, not errors
 *   send   the same pidfd, still alive, same start time, still holds socket:[inode], exact lookup still has
 *          the (inode, cookie): any mismatch -> KILL_CHANGED and no signal
 *   step   by later snapshots and the pidfd: exited? port free? still held by a sibling? bound again by a new
 *          process? */
#ifndef ACTION_KILL_H
#define ACTION_KILL_H

#include "action/plan.h"
#include "action/signals.h"
#include "action/status.h"

enum { KILL_GRACE_MS = 5000, KILL_WATCH_MS = 2500 };

struct kill;                 /* opaque; owns the target */

/* Picks the process `pid` among the holders of the row `key` in `s` (pid 0: the only one, else the
 * oldest same-named one) and arms it. Always gives a plan; *out is NULL when plan->refusal is set. */
void kill_begin(struct platform *p, const struct snapshot *s, const struct row_key *key, int32_t pid,
		struct kill_plan *plan, struct kill **out);
/* Checks again and signals. May be called again for an explicit escalation (same pidfd), while the story
 * is not over. */
void kill_send(struct kill *k, int signal, int64_t now_ms, struct kill_status *status);
/* The same process was signalled through another kill, for another row: from here on it is only watched. */
void kill_join(struct kill *k, int signal, int64_t now_ms, struct kill_status *status);
/* Looks at what happened. `s` is a newer snapshot than the one given last, or NULL: then only the pidfd
 * and the exact lookup are asked. True when there is news; *status is always what is known. */
bool kill_step(struct kill *k, const struct snapshot *s, int64_t now_ms, struct kill_status *status);
void kill_free(struct kill *k);      /* NULL is fine; closes the pidfd */

#endif
