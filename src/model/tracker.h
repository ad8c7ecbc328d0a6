/* Rows over time: applies each new snapshot, remembers since when a row is there and what happened
 * to it last, keeps gone rows for a while, and the ring of events. Owned by the consumer (UI thread or
 * a CLI command). Time is the snapshot's own wall time, so a replay behaves as the recording did. */
#ifndef MODEL_TRACKER_H
#define MODEL_TRACKER_H

#include "model/chronicle.h"

struct expect;

struct tracker;                          /* opaque: rows ascending by key, one per key */

/* Leftovers (TIME-WAIT ...) are rows, but no changes: they make no event, are never fresh, never "gone". */
struct tracker *tracker_new(void);
void tracker_free(struct tracker *t);
/* From now on a server is idle after so long without a connection; 0 = RECALL_IDLE_MS. */
void tracker_idle_after(struct tracker *t, int64_t ms);
/* Takes a reference of its own on `s`. The rows of tracker_rows() are valid until the next call. */
void tracker_update(struct tracker *t, const struct snapshot *s);
/* The last update changed nothing but times: the rows are where they were, in the same order. */
bool tracker_is_repeated(const struct tracker *t);
const struct row *tracker_rows(const struct tracker *t, size_t *count);
const struct snapshot *tracker_snapshot(const struct tracker *t);  /* borrowed; NULL before any update */
/* From now on `each` is called for every change that an update makes an event of, while it runs. `row` is
 * as it is now (of something closed: as it was), the change as in diff.h. */
void tracker_on_change(struct tracker *t, chronicle_change_teller *each, void *context);
/* The same for marks that came to a row, or went: `before` is as it was when its owners were known last,
 * with the marks `marks` (row_marks()). */
void tracker_on_marks(struct tracker *t, chronicle_marks_teller *each, void *context);
/* From now on rows are for a screen that is looked at for long, not for one answer. Before the first
 * update. */
void tracker_calm(struct tracker *t);
/* Rows know from now on what is expected at their ports. Before the first update; borrowed. */
void tracker_expect(struct tracker *t, const struct expect *expect);
/* The row of this key stays when it is gone, until another one is held (NULL: none). */
void tracker_hold(struct tracker *t, const struct row_key *key);
/* The rows, the snapshot and the events as they are now, for as long as `t` lives: read-only. */
struct tracker *tracker_freeze(const struct tracker *t);

/* 0 = newest; NULL past the oldest. */
const struct event *tracker_event(const struct tracker *t, size_t back);
uint64_t tracker_newest_event(const struct tracker *t);              /* its number; 0: there was none */
/* Adds an event that did not come from a scan ("TERM sent to node 4211"), about a row or about none (NULL).
 * Copies `text` (safe). */
void tracker_note(struct tracker *t, int64_t wall_ms, const char *text, const struct row_key *about);

#endif
