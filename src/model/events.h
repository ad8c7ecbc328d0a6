/* What happened, in words: a ring of the last events and the sentences in it. Owned by the tracker. */
#ifndef MODEL_EVENTS_H
#define MODEL_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "model/diff.h"

enum { EVENTS_MAX = 1024 };

enum event_kind { EVENT_CHANGE, EVENT_MARKS, EVENT_NOTE };

struct event {
	int64_t wall_ms;
	uint64_t number;             /* counted from 1; never used twice */
	uint8_t kind;                /* enum event_kind */
	uint8_t change;              /* enum change_kind; NONE but for EVENT_CHANGE */
	bool is_local;               /* about what loopback reaches (or a note): shown without --all */
	const char *text;            /* safe: "opened 127.0.0.1:3000 tcp node 4211 (alice)"; the ring's */
	/* What it is about, for filters and to find the row again: without other holders than the eldest, and
	 * other sockets than the first. NULL: a note about no port. The ring's. */
	const struct listener *about;
};

struct events;                       /* opaque */

struct events *events_new(void);
void events_free(struct events *e);  /* NULL is fine */
/* Adds the sentence for a change. Returns the event's number, for events_set_owner; never 0. */
uint64_t events_add(struct events *e, int64_t wall_ms, const struct change *change);
/* Names the owner in an OPENED or REBOUND event whose owner was not known yet; too old an event is let be. */
void events_set_owner(struct events *e, uint64_t number, const struct listener *l);
/* Adds the sentence for marks that came or went: "marks 127.0.0.1:3000: +stopped -orphan". */
void events_add_marks(struct events *e, int64_t wall_ms, const struct listener *about, uint32_t before,
		      uint32_t after);
/* Copies `text` (safe) and `about` (may be NULL). */
void events_note(struct events *e, int64_t wall_ms, const char *text, const struct listener *about);
uint64_t events_newest(const struct events *e);                      /* its number; 0 = there was none yet */
const struct event *events_get(const struct events *e, size_t back); /* 0 = newest; NULL past the oldest */

#endif
