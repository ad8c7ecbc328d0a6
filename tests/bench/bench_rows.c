/* What a frame costs between a snapshot and the list on the screen: microseconds of tracker_update() and of
 * rows_update(), for 100, 1,000 and 10,000 listeners that each have a process of their own; when nothing
 * changes and when one listener in a hundred is another one in each frame. Best of several rounds. */
#include <stdio.h>
#include "base/clock.h"
#include "tests/fake/build.h"
#include "model/rows.h"

enum { ROUNDS = 12, FRAMES = 8 };

static const struct list_case {
	const char *name, *query;
	const char *sort;
	bool is_reversed;
} lists[] = {
	{ "all, by port", "", "port", false },
	{ "all, by process", "", "process", false },
	{ "all, by age, reversed", "", "age", true },
	{ "all, by address", "", "address", false },
	{ "word nobody has, by port", "zzzz", "port", false },
	{ "port:>2000 state:listen not root, by process", "port:>2000 state:listen not root",
	  "process", false },
};

/* Listener i has port 1024 + i; each hundredth is a new socket of a new process in every frame. */
static const struct snapshot *make_frame(unsigned count, int frame, bool is_changing)
{
	struct facts *f = build_facts(1000000 + frame * 1000, "");

	for (unsigned i = 0; i < count; i++) {
		int turn = is_changing && i % 100 == 0 ? frame : 0;
		unsigned pid = 1000 + i + (unsigned)turn * count;

		build_add(f, "process %u node%u alice since %u cwd /home/alice/shop "
			  "command node /home/alice/shop/node_modules/.bin/next dev --port %u",
			  pid, i * 7919 % count, 1000 + i * 31, 1024 + i);
		build_add(f, "tcp %s:%u cookie %u inode %u by %u node alice", i % 7 ? "127.0.0.1" : "0.0.0.0",
			  1024 + i, 1 + i + (unsigned)turn * count, 100000 + pid, pid);
	}
	return snapshot_build(f);
}

static int64_t time_tracker(const struct snapshot *const frames[FRAMES])
{
	int64_t best_us = INT64_MAX;

	for (int round = 0; round < ROUNDS; round++) {
		struct tracker *t = tracker_new();

		for (int i = 0; i < FRAMES; i++) {
			int64_t start_us = clock_monotonic_us(), took_us;

			tracker_update(t, frames[i]);
			took_us = clock_monotonic_us() - start_us;
			if (i >= 2 && took_us < best_us)      /* before, the lists are growing */
				best_us = took_us;
		}
		tracker_free(t);
	}
	return best_us;
}

static int64_t time_rows(const struct tracker *t, const struct list_case *list)
{
	struct rows_options o = { .sort = column_named(list->sort), .is_reversed = list->is_reversed };
	int64_t best_us = INT64_MAX;
	struct query_error error;
	struct rows r = { 0 };
	struct query *q = NULL;

	query_parse(slice_of(list->query), &q, &error);
	o.query = q;
	for (int round = 0; round < ROUNDS; round++) {
		int64_t start_us = clock_monotonic_us(), took_us;

		rows_update(&r, t, &o);
		took_us = clock_monotonic_us() - start_us;
		best_us = took_us < best_us ? took_us : best_us;
	}
	rows_done(&r);
	query_free(q);
	return best_us;
}

static void print(unsigned count, int64_t took_us, const char *what, const char *how)
{
	printf("%6u rows  %6lld us  %s%s\n", count, (long long)took_us, what, how);
}

static void measure(unsigned count)
{
	const struct snapshot *same[FRAMES], *changing[FRAMES];
	struct tracker *t = tracker_new();

	for (int i = 0; i < FRAMES; i++) {
		same[i] = i ? snapshot_ref(same[0]) : make_frame(count, 0, false);
		changing[i] = make_frame(count, i, true);
	}
	tracker_update(t, same[0]);
	print(count, time_tracker(same), "tracker, ", "nothing changes");
	print(count, time_tracker(changing), "tracker, ", "1 of 100 rows changes");
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		print(count, time_rows(t, &lists[i]), "rows: ", lists[i].name);
	for (int i = 0; i < FRAMES; i++) {
		snapshot_unref(same[i]);
		snapshot_unref(changing[i]);
	}
	tracker_free(t);
}

int main(void)
{
	measure(100);
	measure(1000);
	measure(10000);
	return 0;
}
