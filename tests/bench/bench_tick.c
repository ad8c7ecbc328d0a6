/* One steady tick of the dashboard without its screen, beside the two dumps of all that waits for
 * somebody, in the same process and in turns: what lotop adds to the kernel's own cost, where it reads
 * both and where it may rest. Run it beside the sockets of bench_load. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "model/repeat.h"
#include "model/rows.h"
#include "platform/linux/tables.h"
#include "platform/platform.h"

enum { ROUNDS = 101, PAUSE_MS = 20, WARM_UP = 200 };

static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void count_one(void *count, const struct socket_fact *s)
{
	(void)s;
	++*(size_t *)count;
}

static void restart(void *count)
{
	*(size_t *)count = 0;
}

static double dumps(struct tables *t, size_t *count)
{
	static const struct sockdiag_query queries[] = {
		{ .protocol = PROTOCOL_TCP, .states = 1u << SOCKET_LISTEN },
		{ .protocol = PROTOCOL_UDP, .states = 1u << 7 },
	};
	const struct tables_visitor visitor = { count_one, restart, count };
	double start = cpu_us();

	*count = 0;
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
		if (tables_visit(t, &queries[i], &visitor, NULL))
			exit(1);
	return cpu_us() - start;
}

/* One that looks: lotop but for its screen. */
struct looker {
	struct platform *platform;
	struct tracker *tracker;
	struct rows rows;
	bool may_rest;               /* what the kernel's counters say did not change is not read */
};

static bool looker_open(struct looker *l, bool may_rest)
{
	*l = (struct looker){ .tracker = tracker_new(), .may_rest = may_rest };
	return platform_linux_new(&l->platform) == 0;
}

static void looker_close(struct looker *l)
{
	rows_done(&l->rows);
	tracker_free(l->tracker);
	platform_free(l->platform);
}

static double tick(struct looker *l)
{
	const struct scan_request request = { .bound_only = true, .leftovers = true, .clients = true, .owners = true,
					      .shares_leftovers = true, .heeds_wake = l->may_rest };
	const struct rows_options options = { .show_leftovers = true };
	double start = cpu_us();
	struct facts *facts = facts_new();
	const struct snapshot *s;
	int error;

	platform_scan_begin(l->platform, &request, facts);
	while ((error = platform_scan_step(l->platform, 2000)) == 1)
		;
	if (error)
		exit(1);
	s = tracker_snapshot(l->tracker) ? snapshot_repeat(tracker_snapshot(l->tracker), facts) : NULL;
	if (s)
		facts_free(facts);
	else
		s = snapshot_build_after(facts, tracker_snapshot(l->tracker));
	tracker_update(l->tracker, s);
	snapshot_unref(s);
	if (!tracker_is_repeated(l->tracker))
		rows_update(&l->rows, l->tracker, &options);
	return cpu_us() - start;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof *values, compare);
	return values[ROUNDS / 2];
}

int main(void)
{
	const struct timespec pause = { 0, PAUSE_MS * 1000000L };
	double dump_us[ROUNDS], tick_us[ROUNDS], rest_us[ROUNDS];
	struct looker reads, rests;
	struct tables tables = { 0 };
	size_t count;

	if (tables_open(&tables) || !looker_open(&reads, false) || !looker_open(&rests, true)) {
		fprintf(stderr, "bench_tick: no sock_diag here\n");
		return 1;
	}
	for (int i = 0; i < WARM_UP; i++) {
		tick(&reads);
		tick(&rests);
	}
	for (int i = 0; i < ROUNDS; i++) {
		nanosleep(&pause, NULL);
		dump_us[i] = dumps(&tables, &count);
		tick_us[i] = tick(&reads);
		rest_us[i] = tick(&rests);
	}
	printf("%zu sockets listen, %zu rows: dumps %.0f us, tick %.0f us, %.2f times; while nothing happens %.0f us, %.2f "
	       "times\n", count, reads.rows.count, median(dump_us), median(tick_us), median(tick_us) / median(dump_us),
	       median(rest_us), median(rest_us) / median(dump_us));
	looker_close(&reads);
	looker_close(&rests);
	tables_close(&tables);
	return 0;
}
