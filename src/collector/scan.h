/* One scan at a time, in slices, on the thread that owns the platform. */
#ifndef COLLECTOR_SCAN_H
#define COLLECTOR_SCAN_H

#include <stdbool.h>
#include "model/snapshot.h"
#include "platform/platform.h"

struct scan {
	struct platform *platform;       /* borrowed */
	struct facts *facts;             /* of the scan in flight; NULL: none */
	struct facts *spare;             /* empty, for the next scan; NULL: none */
	int64_t began_us, ended_us;      /* CLOCK_MONOTONIC, of the newest scan; 0 = never */
};

/* 0, or -errno: no scan is in flight. Only when none is. */
int scan_begin(struct scan *s, const struct scan_request *request);
/* 1 = there is more to do; 0 = done, *out is the caller's reference; -errno: the scan is over without a
 * result. `before`: the newest snapshot, which *out repeats where nothing has changed; NULL = none. */
int scan_step(struct scan *s, const struct snapshot *before, const struct snapshot **out);
void scan_abort(struct scan *s);
void scan_done(struct scan *s);

#endif
