/* Owns the helper thread of the first walk. Refuses to keep what was found: hunt.c takes it after the
 * join. */
#include "platform/linux/crew.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/array.h"
#include "base/fatal.h"
#include "platform/linux/process.h"

enum { WORTH_A_THREAD = 48 };

struct crew {
	const struct roster *roster;         /* borrowed */
	const struct map *wanted;            /* borrowed */
	int proc;
	atomic_size_t next;                  /* index of the next member to walk */
	pthread_t thread;
	bool has_thread;
	struct finds finds;                  /* the helper's until it is joined, like the next three */
	struct crew_result *results;
	size_t count, cap;
};

bool crew_take(struct crew *c, size_t *member)
{
	size_t index = atomic_fetch_add_explicit(&c->next, 1, memory_order_relaxed);

	if (index >= c->roster->count)
		return false;
	*member = index;
	return true;
}

static struct process *read_process(struct process_reader *reader, int32_t pid, const struct process_place *place)
{
	struct process *p = fatal_calloc(1, sizeof *p);

	if (process_load_at(p, reader, pid, place)) {
		process_done(p);
		free(p);
		p = NULL;
	}
	close(place->dir);
	return p;
}

/* With a table of descriptors of its own each thread has it without a lock, and without counting who uses one of
 * them: a fiftieth of the walk. What cannot be had is done without. ThreadSanitizer would take descriptors of one
 * number in two tables for the same one. */
static void leave_table(void)
{
#ifndef __SANITIZE_THREAD__
	unshare(CLONE_FILES);
#endif
}

static void *help(void *context)
{
	struct crew *c = context;
	struct process_reader reader;
	size_t member;

	leave_table();
	process_reader_init(&reader, c->proc);
	while (crew_take(c, &member)) {
		struct crew_result r = {.member = member, .fd_count = WALK_COUNT_UNKNOWN};
		int32_t pid = c->roster->members[member].pid;
		struct process_place place = {.prefix = "../"};

		r.error = walk_process(c->proc, pid, c->wanted, &c->finds, &r.fd_count, &place.dir);
		r.finds_end = c->finds.count;
		r.process = place.dir >= 0 ? read_process(&reader, pid, &place) : NULL;
		ARRAY_PUSH(c->results, c->count, c->cap) = r;
	}
	process_reader_done(&reader);
	return NULL;
}

static bool has_second_processor(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 1;
}

struct crew *crew_new(int proc, const struct roster *roster, const struct map *wanted)
{
	struct crew *c = fatal_calloc(1, sizeof *c);
	sigset_t all, old;

	c->proc = proc;
	c->roster = roster;
	c->wanted = wanted;
	if (roster->count < WORTH_A_THREAD || !has_second_processor())
		return c;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);     /* signals are for the threads that expect them */
	c->has_thread = pthread_create(&c->thread, NULL, help, c) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return c;
}

void crew_join(struct crew *c)
{
	if (c->has_thread)
		pthread_join(c->thread, NULL);
	c->has_thread = false;
}

const struct crew_result *crew_results(const struct crew *c, size_t *count)
{
	*count = c->count;
	return c->results;
}

const struct finds *crew_finds(const struct crew *c)
{
	return &c->finds;
}

void crew_free(struct crew *c)
{
	if (!c)
		return;
	crew_join(c);
	for (size_t i = 0; i < c->count; i++)
		if (c->results[i].process) {
			process_done(c->results[i].process);
			free(c->results[i].process);
		}
	free(c->finds.items);
	free(c->results);
	free(c);
}
