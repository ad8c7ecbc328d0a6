/* What changed between two snapshots, row by row, matched by key and judged by socket cookies and
 * holder identity (pid, start time). diff(a, a) is empty. Pure. */
#ifndef MODEL_DIFF_H
#define MODEL_DIFF_H

#include <stddef.h>
#include "model/snapshot.h"

enum change_kind {
	CHANGE_NONE,
	CHANGE_OPENED,       /* no such row before */
	CHANGE_CLOSED,       /* no such row after */
	CHANGE_REBOUND,      /* same key, none of the sockets before is left (by cookie, else by inode) */
	CHANGE_OWNER         /* a socket stayed, the set of holders (pid, start_time) is another */
};

struct change {
	enum change_kind kind;
	const struct listener *before;   /* NULL for OPENED */
	const struct listener *after;    /* NULL for CLOSED */
};

/* Compares one row with its successor (same key): NONE, REBOUND or OWNER. Holders are not compared where
 * `before` or `after` could not see them yet (owners_complete false) or cannot (hidden). Leftovers come and
 * go all the time, so a leftover row with other sockets is the same row: always NONE. */
enum change_kind diff_listener(const struct snapshot *before_in, const struct listener *before,
			       const struct snapshot *after_in, const struct listener *after);

const char *change_name(enum change_kind kind);   /* "" "opened" "closed" "rebound" "owner changed" */

/* TIME-WAIT and the like, on either side: nothing that a program opened or closed. */
bool listener_is_leftover(const struct listener *l);

#endif
