/* What one row goes through, frame by frame: it opens, changes hands, gets marks, closes, comes back. Each
 * call tells the chronicle what is news. Time is the frame's own; where the wall clock steps back, what was
 * fresh or gone counts as over. */
#ifndef MODEL_LIFE_H
#define MODEL_LIFE_H

#include "model/chronicle.h"
#include "model/earlier.h"

struct expect;

struct life {                            /* what a row remembers besides what it shows */
	char *address;                   /* the caller's to free; row.address */
	uint64_t unowned_event;          /* number of its event that still waits for an owner; 0 = none */
	bool was_seen_opening;           /* since_ms is no guess from its holders */
};

struct frame {                           /* one update, as all rows see it */
	const struct snapshot *s;
	int64_t now_ms;
	const struct earlier *earlier;
	struct chronicle *chronicle;
	const struct expect *expect;     /* NULL: nothing is expected */
	int64_t idle_ms;                 /* of the rows that open: see recall.h */
	bool is_calm;                    /* what its rows are */
	struct buf *scratch;
};

/* A row that was not there. Fills both. */
void life_open(const struct frame *f, const struct listener *l, struct row *row, struct life *life);
/* A row that both frames have, or that was taken for gone. */
void life_meet(const struct frame *f, const struct listener *after, struct row *row, struct life *life);
/* The same where nothing has changed but the time. True when time alone has changed what it shows. */
bool life_age(const struct frame *f, const struct listener *after, struct row *row);
/* A row that the new frame has not: it is gone from now on. Its listener is the old frame's still. */
void life_close(const struct frame *f, struct row *row, struct life *life);
/* It is gone for so long that it is no more. */
bool life_is_over(const struct frame *f, const struct row *row);

#endif
