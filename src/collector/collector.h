/* The thread that owns the platform: scans at the interval, serves jobs between the slices of a scan,
 * publishes snapshots. After collector_start the caller must not touch the platform again. */
#ifndef COLLECTOR_COLLECTOR_H
#define COLLECTOR_COLLECTOR_H

#include "collector/mailbox.h"
#include "platform/platform.h"

struct collector;

struct sources;

struct collector_options {
	struct scan_request request;
	int interval_ms;
	struct sources *sources;         /* borrowed, outlives the collector; NULL = there is only this machine */
};

/* Takes `p`. 0, or -errno when the thread cannot be started (then `p` still belongs to the caller). */
int collector_start(struct platform *p, struct mailbox *m, const struct collector_options *o,
		    struct collector **out);
/* Asks the thread to end and waits at most `timeout_ms`. When it is stuck in the kernel it is left
 * behind with the platform, which it frees if it ever comes back: returns -ETIMEDOUT; the mailbox must
 * then stay until the process exits. Frees the platform otherwise. `c` is gone in both cases. */
int collector_stop(struct collector *c, int timeout_ms);

/* One complete scan on the calling thread, for one-shot commands. 0 and a reference, or -errno. */
int collector_scan_once(struct platform *p, const struct scan_request *request, const struct snapshot **out);

#endif
