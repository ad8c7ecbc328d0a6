/* Where the newest snapshot of each machine hangs, and the joint one of them is published from: the collector
 * brings this machine's, the listener to sources the others'. Any thread; the lock covers the joining of rows,
 * never I/O. */
#ifndef COLLECTOR_BOARD_H
#define COLLECTOR_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include "collector/mailbox.h"
#include "model/snapshot.h"

struct board;

/* `count` machines, this one included. Publishes to `m`, which may be NULL: then only board_join() gives snapshots. */
struct board *board_new(size_t count, struct mailbox *m);
void board_free(struct board *b);                 /* NULL is fine */
/* Hangs up what is known of a machine by now. `s` is taken; NULL = what hangs there stays. `trouble` is copied, NULL =
 * none. `label`: safe, what the user calls it; NULL = its own host name. */
void board_put(struct board *b, size_t machine, const struct snapshot *s, const char *label, const char *trouble);
void board_pause(struct board *b, bool is_paused);        /* what comes is kept, but not published */
/* A reference for the caller; NULL before this machine's first. */
const struct snapshot *board_join(struct board *b);

#endif
