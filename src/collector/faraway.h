/* A kill on another machine: planned by what its frames say, done by the lotop over there, which verifies whom it
 * hits. Borrowed by the listener to sources; its thread alone. */
#ifndef COLLECTOR_FARAWAY_H
#define COLLECTOR_FARAWAY_H

#include <stdbool.h>
#include "collector/mailbox.h"
#include "collector/source.h"

struct faraway {                         /* zeroed = none */
	struct mailbox *mailbox;         /* borrowed */
	struct source *source;           /* borrowed; where it is to be done */
	struct kill_plan plan;
	char where[64];                  /* safe: its name */
	int signal;
	bool is_armed, is_sent;
};

void faraway_begin(struct faraway *f, struct source *source, const struct row_key *key, int32_t pid);
void faraway_send(struct faraway *f, int signal);
void faraway_cancel(struct faraway *f);
/* Tells what came back. */
void faraway_step(struct faraway *f);

#endif
