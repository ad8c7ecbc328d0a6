/* One source of another machine's frames over time: when it is started again, when it counts as silent, and what it
 * told last. No threads, no waiting; time is a parameter (milliseconds, monotonic). */
#ifndef COLLECTOR_SOURCE_H
#define COLLECTOR_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "model/snapshot.h"
#include "platform/stream.h"

enum { SOURCE_TEXT = 256, SOURCE_SILENT_MS = 10000, SOURCE_APART_MS = 100, SOURCE_RETRY_MS = 2000, SOURCE_RETRY_MAX_MS = 60000 };

struct source {
	struct stream *stream;           /* owned */
	const char *label;               /* safe, borrowed; NULL = the machine's own host name */
	uint16_t machine;
	const struct snapshot *newest;   /* a reference; NULL = nothing came yet */
	char trouble[SOURCE_TEXT];       /* "" = none */
	int64_t heard_ms;                /* the last frame, else the start */
	int64_t retry_ms;                /* when to start it again; INT64_MAX = only when asked to */
	int retry_after_ms;
	bool has_spoken;                 /* since it was started the first time: it can be reached in principle */
};

void source_init(struct source *s, struct stream *stream, const char *label, uint16_t machine);
void source_done(struct source *s);
/* Its label, else its host name as far as it is known; safe. */
void source_name(const struct source *s, char *out, size_t size);
void source_start(struct source *s, int64_t now_ms);
/* Takes what came, judges silence, starts again when it is time to. True when `newest` or `trouble` changed. */
bool source_step(struct source *s, int64_t now_ms, int64_t wall_ms);
/* Its frames come too fast: it is not read for a moment, so that it is slowed down by its own pipe. */
bool source_is_resting(const struct source *s, int64_t now_ms);
/* Milliseconds until a step is due though nothing comes. */
int source_wait_ms(const struct source *s, int64_t now_ms);

#endif
