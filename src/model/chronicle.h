/* What is told of the rows as it happens: to the ring of events, to the histories of their ports, and to
 * whoever asked to be called. The tracker's; a frozen one shows what another had told at that moment. */
#ifndef MODEL_CHRONICLE_H
#define MODEL_CHRONICLE_H

#include "model/events.h"
#include "model/row.h"

typedef void chronicle_change_teller(void *context, const struct row *row, const struct change *change);
typedef void chronicle_marks_teller(void *context, const struct row *row, const struct listener *before,
				    uint32_t marks);

struct chronicle {
	struct events *events;           /* of a frozen one: another's */
	struct histories *histories;     /* likewise */
	bool is_frozen;
	uint64_t newest;                 /* of a frozen one: the last event that it shows */
	chronicle_change_teller *each;   /* may be NULL */
	void *context;
	chronicle_marks_teller *each_mark;       /* may be NULL */
	void *mark_context;
};

void chronicle_init(struct chronicle *c);
void chronicle_done(struct chronicle *c);
/* What `c` has told until now, for as long as `c` lives: read-only. */
struct chronicle chronicle_freeze(const struct chronicle *c);

/* The first look is made now: what was before is not known. */
void chronicle_begin(struct chronicle *c, int64_t wall_ms);
/* Tells a change, and where the row has its history. Returns the event's number, for chronicle_owner(). */
uint64_t chronicle_change(struct chronicle *c, int64_t wall_ms, struct row *row, const struct change *change);
/* Names the owner in an event of that number that had none. */
void chronicle_owner(struct chronicle *c, uint64_t number, const struct listener *l);
/* The row has other clients than `before`. */
void chronicle_clients(struct chronicle *c, int64_t wall_ms, struct row *row, const struct listener *before);
/* The row had other marks, `marks`, when it was as `before`. */
void chronicle_marks(struct chronicle *c, int64_t wall_ms, const struct row *row,
		     const struct listener *before, uint32_t marks);
/* Copies both; `about` may be NULL. */
void chronicle_note(struct chronicle *c, int64_t wall_ms, const char *text, const struct listener *about);

/* 0 = newest; NULL past the oldest. */
const struct event *chronicle_event(const struct chronicle *c, size_t back);
uint64_t chronicle_newest(const struct chronicle *c);            /* its number; 0: there was none */

#endif
