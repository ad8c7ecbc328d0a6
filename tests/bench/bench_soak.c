/* A soak: listeners open and close all the time, and the whole way from the kernel to the tracker's events
 * is held against what really happened: nothing that was there for two whole scans is lost, nothing is
 * invented, no listener that stays is ever called gone. When scans began is read from the snapshots: on a
 * busy machine the collector gets less time than it asks for. Beside it the dashboard itself, whose keys and
 * window a monkey has. Memory, descriptors and threads of both are at the end what they were at half time.
 *     bench_soak [SECONDS [CHANGES-PER-SECOND [INTERVAL-MS]]]
 * Beside what churns: listeners that stay, and one port that many sockets share with SO_REUSEPORT. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#include "base/array.h"
#include "base/clock.h"
#include "base/heap.h"
#include "collector/collector.h"
#include "model/diff.h"
#include "model/tracker.h"
#include "../e2e/monkey.h"
#include "../live/churn.h"
#include "../live/netns.h"
#include "../live/sockets.h"
#include "../live/usage.h"

enum { SHARED_PORT = 2999, FIRST_STABLE = 3000, STABLE = 200, SHARERS = 1500, PATIENCE_MS = 60000,
       SKIPPED = 77, ROWS = 40, COLS = 140, STEP_MS = 50, LEAVE_MS = 5000, CHANGES_PER_S = 100, LONG_S = 600 };

struct told {
	bool open, closed;
};

struct soak {
	struct churn *churn;
	struct told *told;           /* of each endpoint of the churn; shared memory, as its truth */
	struct term *terminal;
	struct monkey monkey;
	struct mailbox *mailbox;
	struct tracker *tracker;
	int64_t *scans;              /* when each that was taken began, wall time */
	size_t scan_count, scan_cap;
	unsigned events, lost, invented, false_gone, closed, judged;
};

static void complain_of(unsigned *count, const char *what, const struct endpoint *e)
{
	if (++*count <= 5)
		printf("soak: %s: 127.0.0.%u:%u\n", what, e->address[3], e->port);
}

static void judge_stable(struct soak *s, const struct endpoint *e)
{
	complain_of(&s->false_gone, "a listener that stays has changed", e);
}

static void judge_churned(struct soak *s, const struct endpoint *e, unsigned index, enum change_kind kind)
{
	const struct churned *truth = churn_get(s->churn, index);
	struct told *told = &s->told[index];

	if (kind == CHANGE_OPENED) {
		if (!truth->opening_ms || told->open)
			complain_of(&s->invented, "opened, but it was not", e);
		told->open = true;
	} else if (kind == CHANGE_CLOSED) {
		if (!truth->closing_ms)
			complain_of(&s->false_gone, "closed, but it is open", e);
		else if (!told->open || told->closed)
			complain_of(&s->invented, "closed, but it was not", e);
		told->closed = true;
	} else if (kind == CHANGE_REBOUND) {
		complain_of(&s->invented, "rebound, but it was not", e);
	}
}

/* A change that the tracker tells, against the truth. */
static void judge(void *context, const struct row *row, const struct change *change)
{
	struct soak *s = context;
	const struct endpoint *e = &row->listener->key.endpoint;
	unsigned index;

	if (row->listener->key.kind != ROW_LISTENER)     /* between bind() and listen() */
		return;
	s->events++;
	if (churn_find(e->address[3], e->port, &index))
		judge_churned(s, e, index, change->kind);
	else
		judge_stable(s, e);
}

/* A scan reads the sockets at some time between its begin and that of the next. */
static bool outlived_two_scans(const struct soak *s, const struct churned *c)
{
	size_t began = 0;

	for (size_t i = 0; c->open_ms && i < s->scan_count; i++)
		began += s->scans[i] > c->open_ms && s->scans[i] < c->closing_ms;
	return began >= 3;
}

static void find_lost(struct soak *s)
{
	for (unsigned i = 0; i < churn_count(s->churn); i++) {
		const struct churned *c = churn_get(s->churn, i);
		const struct endpoint e = { .address = { [3] = (uint8_t)(1 + i % CHURN_ADDRESSES) },
					    .port = (uint16_t)(CHURN_FIRST_PORT + i / CHURN_ADDRESSES) };
		bool must_be_told = outlived_two_scans(s, c);

		s->closed += c->closing_ms != 0;
		s->judged += must_be_told;
		if (must_be_told && !s->told[i].open)
			complain_of(&s->lost, "its opening was not told", &e);
		if (s->told[i].open && !s->told[i].closed)
			complain_of(&s->lost, "its end was not told", &e);
	}
}

static void take(struct soak *s)
{
	const struct snapshot *new = mailbox_take(s->mailbox);
	struct reply reply;

	if (new) {
		ARRAY_PUSH(s->scans, s->scan_count, s->scan_cap) = new->facts->wall_ms;
		tracker_update(s->tracker, new);
	}
	snapshot_unref(new);
	while (mailbox_next_reply(s->mailbox, &reply))
		;
}

/* For so long, and until `scans` more of them were taken; not for ever. */
static void watch(struct soak *s, int ms, size_t scans)
{
	struct pollfd event = { .fd = mailbox_event_fd(s->mailbox), .events = POLLIN };
	int64_t now_ms = clock_monotonic_ms(), until_ms = now_ms + ms, never_ms = until_ms + PATIENCE_MS;

	for (scans += s->scan_count; now_ms < until_ms || (s->scan_count < scans && now_ms < never_ms);
	     now_ms = clock_monotonic_ms()) {
		poll(&event, 1, STEP_MS);
		take(s);
		monkey_play(&s->monkey, s->terminal);
		while (term_pump(s->terminal, 0))
			;
		term_forget(s->terminal);
	}
}

static void make_stable(void)
{
	for (uint16_t i = 0; i < STABLE; i++)
		socket_listening("127.0.0.1", FIRST_STABLE + i, 0, 1);
	for (unsigned i = 0; i < SHARERS; i++)
		socket_listening("127.0.0.1", SHARED_PORT, SOCK_REUSE_PORT, 1);
}

struct both {                        /* that look at the sockets */
	struct usage self, dashboard;
	bool is_answered;            /* by the dashboard */
};

/* The dashboard on its first tab, as it always is when it is measured. */
static struct both measure(struct soak *s)
{
	struct both b = { .is_answered = monkey_leave(s->terminal, ROWS, COLS) };

	b.self = usage_read_at_rest(getpid());
	if (b.is_answered)
		b.dashboard = usage_read_at_rest(term_pid(s->terminal));
	return b;
}

static bool has_grown(const char *who, const struct usage *half, const struct usage *end, int percent)
{
	printf("soak: %s: %ld KiB of its own at half time, %ld KiB at the end (%+.1f %%); descriptors %+d, "
	       "threads %+d\n", who, half->memory_kib, end->memory_kib,
	       100.0 * (double)(end->memory_kib - half->memory_kib) / (double)half->memory_kib,
	       end->descriptors - half->descriptors, end->threads - half->threads);
	return end->memory_kib * 100 > half->memory_kib * (100 + percent) || end->descriptors > half->descriptors ||
	       end->threads > half->threads;
}

static bool ends_well(struct term *t)
{
	term_type(t, "q");
	return term_await_end(t, LEAVE_MS) && !term_status(t) && term_is_whole(t);
}

static int report(const struct soak *s, int seconds)
{
	printf("soak: %d s, %zu scans, %u opened (%u for two scans or longer), %u closed, %u events; %u lost, "
	       "%u invented, %u falsely gone\n", seconds, s->scan_count, churn_count(s->churn), s->judged,
	       s->closed, s->events, s->lost, s->invented, s->false_gone);
	printf("soak: at the dashboard %u keys, %u sizes\n", s->monkey.keys, s->monkey.resizes);
	return !s->judged || !s->monkey.resizes || s->lost || s->invented || s->false_gone;
}

static int soak(struct soak *s, int seconds, unsigned changes_per_s)
{
	struct both half, end;
	int percent = seconds < LONG_S ? 15 : 5;         /* what is remembered of the past is still filling up */
	bool has_ended_well, grew;

	watch(s, 1500, 5);
	tracker_on_change(s->tracker, judge, s);
	churn_begin(s->churn, changes_per_s);
	watch(s, seconds * 500, 0);
	half = measure(s);
	watch(s, seconds * 500, 0);
	end = measure(s);
	has_ended_well = end.is_answered && ends_well(s->terminal);
	churn_stop(s->churn);
	watch(s, 1000, 5);
	find_lost(s);
	grew = has_grown("collector and tracker", &half.self, &end.self, percent);
	grew |= has_grown("dashboard", &half.dashboard, &end.dashboard, percent);
	if (!has_ended_well)
		printf("soak: the dashboard does not answer, or does not end well\n");
	return report(s, seconds) || grew || !has_ended_well;
}

static int run(int seconds, unsigned changes_per_s, int interval_ms)
{
	const struct collector_options options = {
		.request = { .bound_only = true, .leftovers = true, .owners = true }, .interval_ms = interval_ms
	};
	struct soak s = { .churn = churn_new(), .mailbox = mailbox_new(), .tracker = tracker_new(),
			  .monkey = { .seed = 1, .never_quits = true } };
	struct collector *collector;
	struct platform *platform;
	int result;

	make_stable();
	s.told = mmap(NULL, CHURN_ENDPOINTS * sizeof *s.told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (s.told == MAP_FAILED || platform_linux_new(&platform) ||
	    collector_start(platform, s.mailbox, &options, &collector))
		return 1;
	s.terminal = term_lotop(ROWS, COLS, "--read-only -i 0.2", NULL);
	result = soak(&s, seconds, changes_per_s);
	collector_stop(collector, 2000);
	term_free(s.terminal);
	tracker_free(s.tracker);
	mailbox_free(s.mailbox);
	churn_free(s.churn);
	free(s.scans);
	return result;
}

int main(int argc, char **argv)
{
	struct rlimit most = { 8192, 8192 };
	int seconds = argc > 1 ? atoi(argv[1]) : 20, changes = argc > 2 ? atoi(argv[2]) : CHANGES_PER_S,
	    interval_ms = argc > 3 ? atoi(argv[3]) : 200;

	if (seconds <= 0 || changes <= 0 || interval_ms <= 0) {
		fprintf(stderr, "usage: %s [SECONDS [CHANGES-PER-SECOND [INTERVAL-MS]]]\n", argv[0]);
		return 2;
	}
	heap_stay_small();           /* as the dashboard does */
	setrlimit(RLIMIT_NOFILE, &most);
	if (netns_enter()) {
		printf("skipped: no private network namespace\n");
		return SKIPPED;
	}
	return run(seconds, (unsigned)changes, interval_ms);
}
