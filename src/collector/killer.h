/* The one kill that may be in flight, and when it is to be looked at again. */
#ifndef COLLECTOR_KILLER_H
#define COLLECTOR_KILLER_H

#include <stdbool.h>
#include <stdint.h>
#include "action/volley.h"
#include "collector/mailbox.h"

struct killer {
	struct platform *platform;       /* borrowed */
	struct mailbox *mailbox;         /* borrowed: plans and statuses go there */
	struct volley volley;            /* armed or in flight: one shot; empty: none */
	struct company companies[SCOPE_MAX];     /* armed with it, but for the one that goes with the shot */
	struct kill_status told;         /* the last one */
	int64_t due_us;                  /* the next step; INT64_MAX: none */
	bool is_asked;                   /* a plan is owed: the owner is still being looked for */
	struct row_key asked_key;
	int32_t asked_pid;
	int64_t asked_until_us;          /* then it is told that nobody was found yet */
};

void killer_init(struct killer *k, struct platform *p, struct mailbox *m);
void killer_done(struct killer *k);
/* Drops what was armed, arms the holder of `key` in `s` (NULL: nothing was scanned yet) and whoever could be ended with
 * it, replies with the plan: at once, or with the scan that knows the owner. */
void killer_begin(struct killer *k, const struct snapshot *s, const struct row_key *key, int32_t pid);
/* `with`: COMPANY_NONE, or of a scope of the plan. */
void killer_send(struct killer *k, int signal, enum company_kind with);
void killer_cancel(struct killer *k);
/* A step, with a new snapshot or NULL; replies when there is news. */
void killer_step(struct killer *k, const struct snapshot *s);
/* Scans are to come at once: they show who has the port now that the process is gone, or whose it is. */
bool killer_wants_scans(const struct killer *k);

#endif
