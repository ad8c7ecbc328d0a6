/* A snapshot and what is behind it: its memory, and how many look at it. For the steps of
 * snapshot_build() only; snapshot_ref() and snapshot_unref() are frame.c's. */
#ifndef MODEL_FRAME_H
#define MODEL_FRAME_H

#include <stdatomic.h>
#include "base/arena.h"
#include "model/snapshot.h"

struct remains;
struct crowd;

struct frame {
	struct snapshot snapshot;    /* first: a published snapshot is its frame */
	atomic_uint references;
	struct arena arena;          /* owns all that the snapshot points to, but for the facts */
	struct listener *rows;       /* snapshot.listeners, while they may be written */
	const struct remains *remains;   /* references, shared with other frames; NULL = none */
	const struct crowd *crowd;
	const struct frame *base;    /* a reference: the frame that this one repeats, and that owns all it shows;
				      * NULL = none. It repeats no other one */
	struct facts told;           /* of a repeat: those of its base, at another time */
};

struct frame *frame_new(struct facts *facts);    /* takes `facts`; one reference */
struct frame *frame_new_after(const struct frame *base);         /* a repeat, so far at the same time */
const struct frame *frame_of(const struct snapshot *s);

#endif
