/* One steady tick of the dashboard without its screen, beside the two dumps that it cannot do without, in the same
 * process and in turns: what lotop adds to the kernel's own cost. Run it beside the sockets of bench_load. */
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

static double tick(struct platform *p, struct tracker *tracker, struct rows *rows)
{
	const struct scan_request request = { .bound_only = true, .leftovers = true, .clients = true, .owners = true,
					      .shares_leftovers = true };
	const struct rows_options options = { .show_leftovers = true };
	double start = cpu_us();
	struct facts *facts = facts_new();
	const struct snapshot *s;
	int error;

	platform_scan_begin(p, &request, facts);
	while ((error = platform_scan_step(p, 2000)) == 1)
		;
	if (error)
		exit(1);
	s = tracker_snapshot(tracker) ? snapshot_repeat(tracker_snapshot(tracker), facts) : NULL;
	if (s)
		facts_free(facts);
	else
		s = snapshot_build_after(facts, tracker_snapshot(tracker));
	tracker_update(tracker, s);
	snapshot_unref(s);
	if (!tracker_is_repeated(tracker))
		rows_update(rows, tracker, &options);
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
	double dump_us[ROUNDS], tick_us[ROUNDS];
	struct tables tables = { 0 };
	size_t count;
	struct rows rows = { 0 };
	struct tracker *tracker = tracker_new();
	struct platform *p;

	if (tables_open(&tables) || platform_linux_new(&p)) {
		fprintf(stderr, "bench_tick: no sock_diag here\n");
		return 1;
	}
	for (int i = 0; i < WARM_UP; i++)
		tick(p, tracker, &rows);
	for (int i = 0; i < ROUNDS; i++) {
		nanosleep(&pause, NULL);
		dump_us[i] = dumps(&tables, &count);
		tick_us[i] = tick(p, tracker, &rows);
	}
	printf("%zu sockets listen, %zu rows: dumps %.0f us, tick %.0f us, %.2f times\n", count, rows.count,
	       median(dump_us), median(tick_us), median(tick_us) / median(dump_us));
	rows_done(&rows);
	tracker_free(tracker);
	platform_free(p);
	tables_close(&tables);
	return 0;
}
