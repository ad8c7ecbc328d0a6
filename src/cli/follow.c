/* The loop of commands that go on: scan, tell, rest. One thread does: between two scans nobody waits for
 * anything else. Knows nothing of what is told. */
#include "cli/follow.h"

#include <poll.h>
#include "base/clock.h"
#include "cli/complain.h"
#include "cli/subcommand.h"
#include "collector/collector.h"

/* Until the next scan is due. False: nobody reads any more. */
static bool rest(struct platform *p, const struct follower *f, int64_t due_us)
{
	int64_t left_us = due_us - clock_monotonic_us();
	struct pollfd fds[] = { { .fd = f->reader_fd }, { .fd = p->ops->wake_fd(p), .events = POLLIN } };

	if (poll(fds, 2, left_us > 0 ? (int)((left_us + 999) / 1000) : 0) > 0 && fds[1].revents)
		p->ops->wake_drain(p);
	return !(fds[0].revents & (POLLERR | POLLNVAL));
}

int follow(struct platform *p, const struct follower *f)
{
	for (;;) {
		int64_t due_us = clock_monotonic_us() + (int64_t)f->interval_ms * 1000;
		const struct snapshot *s;
		int error = collector_scan_once(p, &f->request, &s);

		if (error) {
			complain_blind(error);
			return STATUS_BLIND;
		}
		error = f->frame(f->context, s);
		snapshot_unref(s);
		if (error)
			return STATUS_BLIND;
		if (!rest(p, f, due_us))
			return STATUS_FOUND;
	}
}
