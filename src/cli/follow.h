/* Scan after scan, for commands that go on until they are ended. */
#ifndef CLI_FOLLOW_H
#define CLI_FOLLOW_H

#include "platform/platform.h"
#include "model/snapshot.h"

struct follower {
	struct scan_request request;
	int interval_ms;
	int reader_fd;                       /* nobody reads there any more = the end; -1 = none */
	/* `s` is borrowed. 0, or -errno after a complaint: the end. */
	int (*frame)(void *context, const struct snapshot *s);
	void *context;
};

/* Scans at once, then at the interval or when the platform rings. Returns an enum exit_status, after a
 * complaint where it is not STATUS_FOUND. */
int follow(struct platform *p, const struct follower *f);

#endif
