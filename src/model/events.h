/* What happened, in words: a ring of the last events and the sentences in it. Owned by the tracker. */
#ifndef MODEL_EVENTS_H
#define MODEL_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "model/diff.h"

enum { EVENTS_MAX = 1024 };

struct event {
	int64_t wall_ms;
	uint8_t change;              /* enum change_kind; NONE for a note */
	bool is_local;               /* about what loopback reaches (or a note): shown without --all */
	const char *text;            /* safe: "opened 127.0.0.1:3000 tcp node 4211 (alice)"; the ring's */
};

struct events;                       /* opaque */

struct events *events_new(void);
void events_free(struct events *e);  /* NULL is fine */
/* Adds the sentence for a change. Returns the event's number, for events_set_owner; never 0. */
uint64_t events_add(struct events *e, int64_t wall_ms, const struct change *change);
/* Names the owner in an OPENED or REBOUND event whose owner was not known yet; too old an event is let be. */
void events_set_owner(struct events *e, uint64_t number, const struct listener *l);
void events_note(struct events *e, int64_t wall_ms, const char *text);        /* copies `text` (safe) */
const struct event *events_get(const struct events *e, size_t back); /* 0 = newest; NULL past the oldest */
size_t events_count(const struct events *e);

/* The holder that stands for a row: of the weightiest role who started first, then the lowest pid. NULL: none
 * was visible. */
const struct holder *listener_eldest(const struct listener *l);

#endif
