/* Listeners that open and close all the time, and when each of them did: the truth that lotop is held against.
 * Each endpoint is used once, so that what is told of it is told of that one listener. */
#ifndef LIVE_CHURN_H
#define LIVE_CHURN_H

#include <stdbool.h>
#include <stdint.h>

enum { CHURN_ADDRESSES = 4, CHURN_FIRST_PORT = 10000, CHURN_PORTS = 55000,
       CHURN_ENDPOINTS = CHURN_ADDRESSES * CHURN_PORTS };      /* an hour of 100 changes a second */

/* In wall time; 0 = not yet, or, of what follows opening_ms, never: a connection had that port.
 * Whoever opens or closes may be stopped right before or after. */
struct churned {
	_Atomic(int64_t) opening_ms, open_ms, closing_ms;        /* before, after, and before again */
};

struct churn;                                /* opaque; shared memory, which is nobody's own */

/* A process of its own, with nothing open, that waits. Ends the program where there can be none. */
struct churn *churn_new(void);
/* From now on so many changes a second, half of them open. */
void churn_begin(struct churn *c, unsigned changes_per_s);
/* Closes what is open, and ends the process. */
void churn_stop(struct churn *c);
void churn_free(struct churn *c);
/* The endpoints below this number were used. */
unsigned churn_count(const struct churn *c);
const struct churned *churn_get(const struct churn *c, unsigned index);
/* Of 127.0.0.`host` and its port; false: it is none of these. */
bool churn_find(unsigned host, unsigned port, unsigned *index);

#endif
