/* What only somebody knows who has looked at a row before: marks that one look cannot give. Plain values;
 * time is wall time and a parameter. Where the clock steps back, what was counted begins anew. */
#ifndef MODEL_RECALL_H
#define MODEL_RECALL_H

#include <stdbool.h>
#include <stdint.h>
#include "model/health.h"

enum {
	RECALL_MOMENT_MS = 2000,         /* so long a server may take between bind() and listen() */
	RECALL_RESPAWN_MS = 300000,      /* a restart is told for so long */
	RECALL_IDLE_MS = 1800000         /* without a connection for so long: idle, unless another time is set */
};

struct recall {                          /* of one row; zeroed: nothing was seen before */
	int64_t opened_ms;               /* seen to open then; 0 = it was there before */
	int64_t full_since_ms;           /* its queue is full since then; 0 = it is not */
	int64_t quiet_since_ms;          /* no connection since then; 0 = there are some, or that is not known */
	int64_t respawned_ms, respawned_first_ms;        /* another process took it over: last, first; 0 = never */
	uint32_t full_looks;             /* in so many looks one after the other */
	uint32_t respawns;               /* within RECALL_RESPAWN_MS of each other */
	int32_t pid_before;              /* who had it before the last of them; 0 = not known */
	int64_t idle_ms;                 /* 0 = RECALL_IDLE_MS */
};

/* The row opened, or was there at the first look (`was_there`). */
void recall_open(struct recall *r, int64_t now_ms, bool was_there);
/* One more look at it. */
void recall_look(struct recall *r, const struct listener *l, int64_t now_ms);
/* Another process has it now: at once, or after it was gone for a moment. */
void recall_respawn(struct recall *r, const struct listener *before, int64_t now_ms);

/* The marks of `l`, those of its past among them; less those that are too young to tell. */
uint32_t recall_marks(const struct recall *r, const struct listener *l, int64_t now_ms);
/* Appends the evidence of a mark that only the past gives: one line of safe text. */
void recall_explain(const struct recall *r, enum mark mark, const struct listener *l, int64_t now_ms,
		    struct buf *evidence);

#endif
