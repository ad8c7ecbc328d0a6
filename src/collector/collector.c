/* Owns the thread that owns the platform: its loop, its schedule, and its end. It waits only in poll(),
 * for a job, for the platform's bell and for the next thing that is due; between the slices of a scan it
 * does not wait at all. Knows no row and no key: it publishes what scans give and does what jobs ask
 * for. */
#include "collector/collector.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fatal.h"
#include "collector/serve.h"
#include "collector/sources.h"
#include "collector/thread.h"

/* Pauses: between scans that are done before their time; and between those that look again at who is known
 * to hold something. Whoever wants to see sockets ten times a second gets them: the rest may take a little
 * longer. */
enum { EARLY_US = 50000, THOROUGH_US = 240000 };

enum fate { FATE_RUNNING, FATE_ENDED, FATE_LEFT_BEHIND };

static void publish(struct collector *c, const struct snapshot *s)
{
	snapshot_unref(c->newest);
	c->newest = snapshot_ref(s);
	if (c->sources)
		sources_publish(c->sources, s);
	else
		mailbox_publish(c->mailbox, s);
}

/* Nobody waits in vain: why is answered by what was seen before. */
static void fail(struct collector *c, int error)
{
	struct reply reply = { .kind = REPLY_SCAN_FAILED, .is_error = true, .error = -error };

	if (c->is_for_why)
		serve_why(c, c->newest);
	mailbox_reply(c->mailbox, &reply);
}

/* What somebody waits for is thorough. */
static bool may_be_quick(struct collector *c)
{
	int64_t now_us = clock_monotonic_us();

	if (!c->is_awaited && !killer_wants_scans(&c->killer) && c->thorough_us &&
	    now_us - c->thorough_us < THOROUGH_US)
		return true;
	c->thorough_us = now_us;
	return false;
}

/* The first frame is worth more at once than complete: the same scan follows it with owners, and with what
 * takes a walk through the kernel's largest tables and is no news when it comes. */
static struct scan_request next_request(struct collector *c)
{
	struct scan_request request = c->request;

	request.connections |= c->wants_connections | c->is_for_why;
	request.shares_leftovers &= !c->is_for_why;
	request.is_quick = may_be_quick(c);
	request.heeds_wake = !c->is_awaited && !killer_wants_scans(&c->killer);
	if (!c->has_scanned)
		request.owners = request.leftovers = request.clients = request.bound_only = false;
	return request;
}

static void begin_scan(struct collector *c)
{
	struct scan_request request;
	int error;

	if (c->is_woken)
		c->platform->ops->wake_drain(c->platform);
	c->is_awaited = c->is_asked;
	c->is_for_why = c->wants_why;
	c->is_asked = c->is_woken = c->wants_why = false;
	request = next_request(c);
	error = scan_begin(&c->scan, &request);
	if (error)
		fail(c, error);
	c->has_scanned = true;
}

static void step_scan(struct collector *c)
{
	bool is_first = !c->newest;
	const struct snapshot *s;
	int result = scan_step(&c->scan, c->newest, &s);

	if (result > 0)
		return;
	if (result < 0) {
		fail(c, result);
		return;
	}
	if (c->is_for_why)
		serve_why(c, s);
	if (is_first && c->request.owners && !s->facts->owners_complete)
		c->is_asked = true;
	killer_step(&c->killer, s);
	if (s != c->newest || c->is_awaited)
		publish(c, s);
	else
		snapshot_unref(s);
}

/* When the next scan is to begin. A scan that takes long leaves as much time to everybody else. */
static int64_t scan_due_us(const struct collector *c)
{
	int64_t cost_us = c->scan.ended_us - c->scan.began_us;
	int64_t early_us = c->scan.ended_us + (cost_us > EARLY_US ? cost_us : EARLY_US);
	int64_t regular_us = c->scan.began_us + c->interval_us;

	if (c->is_asked || !c->has_scanned)
		return 0;
	if (killer_wants_scans(&c->killer) || (c->is_woken && !c->is_paused))
		return early_us < regular_us ? early_us : regular_us;
	if (c->is_paused)
		return INT64_MAX;
	return regular_us > c->scan.ended_us + cost_us ? regular_us : c->scan.ended_us + cost_us;
}

/* Milliseconds until something is due, rounded up; 0 within a scan, -1 for never. */
static int wait_ms(const struct collector *c)
{
	int64_t scan_us = scan_due_us(c), due_us = c->killer.due_us < scan_us ? c->killer.due_us : scan_us;
	int64_t left_us = due_us - clock_monotonic_us();

	if (c->scan.facts || left_us <= 0)
		return 0;
	if (due_us == INT64_MAX)
		return -1;
	return left_us / 1000 < INT32_MAX ? (int)((left_us + 999) / 1000) : INT32_MAX;
}

/* Once it has rung, the platform's bell is not listened to before the scan that it asked for. */
static void wait_for_work(struct collector *c)
{
	struct pollfd fds[] = {
		{ .fd = mailbox_job_fd(c->mailbox), .events = POLLIN },
		{ .fd = c->is_woken ? -1 : c->platform->ops->wake_fd(c->platform), .events = POLLIN },
	};

	if (poll(fds, sizeof fds / sizeof *fds, wait_ms(c)) <= 0)
		return;
	if (fds[1].revents)
		c->is_woken = true;
	if (fds[0].revents)
		serve_jobs(c);
}

static void collector_free(struct collector *c)
{
	killer_done(&c->killer);
	platform_free(c->platform);
	scan_done(&c->scan);
	snapshot_unref(c->newest);
	close(c->ended_fd);
	free(c);
}

static void work(struct collector *c)
{
	while (!c->has_quit) {
		wait_for_work(c);
		if (c->has_quit)
			break;
		if (!c->scan.facts && clock_monotonic_us() >= scan_due_us(c))
			begin_scan(c);
		if (c->scan.facts)
			step_scan(c);
		if (clock_monotonic_us() >= c->killer.due_us)
			killer_step(&c->killer, NULL);
	}
}

static void *run(void *argument)
{
	struct collector *c = argument;

	pthread_setname_np(pthread_self(), "lotop-collector");
	work(c);
	if (atomic_exchange(&c->fate, FATE_ENDED) == FATE_LEFT_BEHIND)
		collector_free(c);
	else
		eventfd_write(c->ended_fd, 1);
	return NULL;
}

int collector_start(struct platform *p, struct mailbox *m, const struct collector_options *o,
		    struct collector **out)
{
	struct collector *c = fatal_calloc(1, sizeof *c);
	int error;

	c->mailbox = m;
	c->platform = p;
	c->sources = o->sources;
	c->request = o->request;
	c->interval_us = (int64_t)(o->interval_ms > 0 ? o->interval_ms : 1) * 1000;
	c->scan.platform = p;
	killer_init(&c->killer, p, m);
	c->ended_fd = eventfd(0, EFD_CLOEXEC);
	error = c->ended_fd < 0 ? -errno : thread_start(&c->thread, run, c);
	if (!error) {
		*out = c;
		return 0;
	}
	if (c->ended_fd >= 0)
		close(c->ended_fd);
	free(c);
	return error;
}

static bool has_ended(const struct collector *c, int timeout_ms)
{
	struct pollfd ended = { .fd = c->ended_fd, .events = POLLIN };
	int64_t deadline_ms = clock_monotonic_ms() + timeout_ms;
	int result;

	do {
		int64_t left_ms = deadline_ms - clock_monotonic_ms();

		result = poll(&ended, 1, left_ms > 0 ? (int)left_ms : 0);
	} while (result < 0 && errno == EINTR);
	return result > 0;
}

int collector_stop(struct collector *c, int timeout_ms)
{
	const struct job job = { .kind = JOB_QUIT };
	pthread_t thread = c->thread;            /* left behind, it may free the collector at any time */

	mailbox_post(c->mailbox, &job);
	if (!has_ended(c, timeout_ms) && atomic_exchange(&c->fate, FATE_LEFT_BEHIND) == FATE_RUNNING) {
		pthread_detach(thread);
		return -ETIMEDOUT;
	}
	pthread_join(thread, NULL);
	collector_free(c);
	return 0;
}

int collector_scan_once(struct platform *p, const struct scan_request *request, const struct snapshot **out)
{
	struct scan scan = { .platform = p };
	int result = scan_begin(&scan, request);

	if (!result)
		do
			result = scan_step(&scan, NULL, out);
		while (result > 0);
	scan_done(&scan);
	return result;
}
