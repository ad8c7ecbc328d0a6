/* The loop of commands that go on: scan, tell, rest. One thread does: between two scans nobody waits for
 * anything else. Knows nothing of what is told. */
#include "cli/follow.h"

#include <poll.h>
#include "base/clock.h"
#include "cli/look.h"
#include "cli/subcommand.h"

enum { SCANS_MORE = 3 };

/* Until the next scan is due. False: nobody reads any more. */
static bool rest(struct platform *p, const struct follower *f, int64_t due_us)
{
	int64_t left_us = due_us - clock_monotonic_us();
	struct pollfd fds[] = { { .fd = f->reader_fd }, { .fd = p->ops->wake_fd(p), .events = POLLIN } };

	if (poll(fds, 2, left_us > 0 ? (int)((left_us + 999) / 1000) : 0) > 0 && fds[1].revents)
		p->ops->wake_drain(p);
	return !(fds[0].revents & (POLLERR | POLLNVAL));
}

/* The kernel lists sockets in pieces, by their place in its table: while others close, one that stays may fall between
 * two pieces (inet_diag_dump_icsk, Linux 6.18). Who seems to be gone is asked for by himself. */
static bool is_missing(struct platform *p, const struct listener *l, const struct snapshot *s)
{
	struct socket_fact now;

	if (l->key.kind > ROW_BOUND || l->key.endpoint.netns || snapshot_find(s, &l->key))
		return false;
	return platform_lookup(p, &l->socket->local, NULL, l->socket->state, &now) == 0 &&
	       now.cookie == l->socket->cookie;
}

static bool is_whole(struct platform *p, const struct snapshot *before, const struct snapshot *s)
{
	for (size_t i = 0; before && i < before->listener_count; i++)
		if (is_missing(p, &before->listeners[i], s))
			return false;
	return true;
}

static int scan(struct platform *p, const struct follower *f, const struct snapshot *before,
		const struct snapshot **out)
{
	const struct snapshot *s;
	int error = look_once(p, &f->request, &s);

	for (unsigned again = 0; !error && again < SCANS_MORE && !is_whole(p, before, s); again++) {
		snapshot_unref(s);
		error = look_once(p, &f->request, &s);
	}
	if (!error)
		*out = s;
	return error;
}

int follow(struct platform *p, const struct follower *f)
{
	const struct snapshot *before = NULL, *s;
	int status = STATUS_BLIND;

	for (;;) {
		int64_t due_us = clock_monotonic_us() + (int64_t)f->interval_ms * 1000;

		if (scan(p, f, before, &s))
			break;
		snapshot_unref(before);
		before = s;
		if (f->frame(f->context, s))
			break;
		if (!rest(p, f, due_us)) {
			status = STATUS_FOUND;
			break;
		}
	}
	snapshot_unref(before);
	return status;
}
