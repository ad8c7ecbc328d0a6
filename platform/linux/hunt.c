/* Owns the order in which processes are looked at, and the budgets. Refuses to know how one is looked at
 * (stage.c, walk.c), what is remembered of it (holders.c) and what is told of it (hunt_answers.c). */
#include "platform/linux/hunt.h"
#include <stdlib.h>
#include "base/clock.h"
#include "base/fatal.h"
#include "platform/linux/stage.h"

enum { CROWD = 64 };

struct hunt *hunt_new(int proc, bool may_pass, struct cgroup_index *cgroups)
{
	struct hunt *h = fatal_calloc(1, sizeof *h);

	h->proc = proc;
	process_reader_init(&h->reader, proc);
	h->holders = holders_new(&h->reader);
	h->rotation = (struct rotation){.holders = h->holders, .proc = proc};
	roster_init(&h->roster, proc);
	h->is_first = true;
	h->may_pass = may_pass;
	h->cgroups = cgroups;
	h->pending = STAGE_DONE;
	return h;
}

void hunt_free(struct hunt *h)
{
	if (!h)
		return;
	crew_free(h->crew);
	holders_free(h->holders);
	process_reader_done(&h->reader);
	roster_done(&h->roster);
	wants_done(&h->wants);
	pass_done(&h->pass);
	passed_done(&h->passed);
	free(h->finds.items);
	pid_list_done(&h->queue);
	free(h);
}

static void clear_queue(struct hunt *h)
{
	h->queue.count = h->queue_at = 0;
}

static void enter_recent(struct hunt *h)
{
	clear_queue(h);
	for (size_t i = 0; i < RECENT; i++)
		if (h->recent[i])
			pid_list_add(&h->queue, h->recent[i]);
}

/* Where its owner most likely is; more than a few processes are no hint. */
static void queue_cgroup(struct hunt *h, uint64_t id, int64_t now_us)
{
	int32_t pids[CROWD];
	size_t count = cgroup_index_processes(h->cgroups, id, now_us, pids, CROWD);

	for (size_t i = 0; i < count && count < CROWD; i++)
		pid_list_add(&h->queue, pids[i]);
}

static void enter_cgroup(struct hunt *h, int64_t now_us)
{
	uint64_t last = 0;

	clear_queue(h);
	for (size_t i = 0; i < h->wants.count; i++) {
		const struct want *want = &h->wants.items[i];

		if (!want->is_fresh || !want_is_due(want, now_us) || want->cgroup_id == last)
			continue;
		last = want->cgroup_id;
		queue_cgroup(h, last, now_us);
	}
}

static void enter_round(struct hunt *h, enum stage stage)
{
	h->stage = stage;
	h->round_left = h->roster.count;
	h->pending = stage == STAGE_CHANGED ? STAGE_ALL : stage;
}

static bool is_any_due(struct hunt *h, int64_t now_us)
{
	if (holders_changed(h->holders))
		holders_count(h->holders, &h->wants);
	return wants_count_due(&h->wants, now_us) > 0;
}

static bool is_any_fresh(const struct hunt *h, int64_t now_us)
{
	for (size_t i = 0; i < h->wants.count; i++)
		if (h->wants.items[i].is_fresh && want_is_due(&h->wants.items[i], now_us))
			return true;
	return false;
}

static void forget_freshness(struct hunt *h)
{
	for (size_t i = 0; i < h->wants.count; i++)
		h->wants.items[i].is_fresh = false;
}

/* Everybody, by one pass where that is permitted. */
static bool enter_pass(struct hunt *h)
{
	if (!h->may_pass || !pass_run(&h->pass, &h->wants.by_inode, &h->passed))
		return false;
	h->passed_at = 0;
	h->is_shut_out = false;
	h->stage = STAGE_PASS;
	return true;
}

static void end_hunt(struct hunt *h)
{
	h->stage = h->pending = STAGE_DONE;
	h->is_first = false;
	h->cost_us = 0;
}

static bool is_deep(const struct hunt *h)
{
	return !h->is_quick && h->rotations % HUNT_DEEP_EVERY == 0;
}

/* The looks of every scan are over, and somebody has no holder. */
static void begin_hunt(struct hunt *h, int64_t now_us)
{
	if (is_any_fresh(h, now_us)) {
		h->stage = STAGE_RECENT;
		enter_recent(h);
	} else if (h->pending != STAGE_DONE) {
		h->stage = h->pending;
	} else if (!enter_pass(h)) {
		enter_round(h, STAGE_ALL);
	}
}

/* A stage ended, and somebody has no holder still. */
static void go_on(struct hunt *h, enum stage ended, int64_t now_us)
{
	switch (ended) {
	case STAGE_COLLECT:
	case STAGE_ALL:
		enter_round(h, STAGE_TASKS);
		break;
	case STAGE_RECENT:
		h->stage = STAGE_CGROUP;
		enter_cgroup(h, now_us);
		break;
	case STAGE_CGROUP:
		if (!enter_pass(h))
			enter_round(h, STAGE_CHANGED);
		break;
	case STAGE_CHANGED:
		forget_freshness(h);
		enter_round(h, STAGE_ALL);
		break;
	case STAGE_PASS:
	case STAGE_TASKS:
		wants_give_up(&h->wants, now_us, h->cost_us);
		end_hunt(h);
		break;
	default:                             /* STAGE_QUEUE, STAGE_DEEP, STAGE_LINKS */
		begin_hunt(h, now_us);
	}
}

static void begin_links(struct hunt *h, bool has_all)
{
	h->links_left = h->roster.count;
	h->has_all_links = has_all;
}

/* Somebody is to be looked for because of connections: a round goes on, or begins. */
static bool enter_links(struct hunt *h, int64_t now_us)
{
	if (!h->links_left) {
		if (holders_changed(h->holders))
			holders_count(h->holders, &h->wants);
		if (!wants_links_are_due(&h->wants, now_us))
			return false;
		begin_links(h, !wants_links_are_fresh(&h->wants));
		h->links_cost_us = 0;
	}
	h->stage = STAGE_LINKS;
	h->links_began_us = now_us;
	h->links_end_us = now_us + HUNT_LINKS_US;
	return true;
}

/* True when the round for connections goes on with those who were left out so far. */
static bool has_more_links(struct hunt *h, int64_t now_us)
{
	h->links_cost_us += now_us - h->links_began_us;
	h->links_began_us = now_us;
	if (h->links_left)
		return false;
	if (holders_changed(h->holders))
		holders_count(h->holders, &h->wants);
	if (h->has_all_links) {
		wants_give_up_links(&h->wants, now_us, h->links_cost_us);
		return false;
	}
	wants_links_looked_for(&h->wants);
	if (!wants_links_are_due(&h->wants, now_us))
		return false;
	begin_links(h, true);
	return true;
}

/* True when a look of every scan follows the one that just ended. */
static bool has_routine(struct hunt *h, enum stage ended, int64_t now_us)
{
	if (ended == STAGE_LINKS)
		return has_more_links(h, now_us);
	if (ended != STAGE_QUEUE && ended != STAGE_DEEP)
		return false;
	if (ended == STAGE_QUEUE && h->repeats_pass) {
		h->repeats_pass = false;
		if (enter_pass(h))
			return true;
	}
	if (ended == STAGE_DEEP || !is_deep(h))
		return enter_links(h, now_us);
	h->stage = STAGE_DEEP;
	h->deep_end_us = now_us + HUNT_DEEP_US;
	return true;
}

static void advance(struct hunt *h)
{
	int64_t now_us = clock_monotonic_us();
	enum stage ended = h->stage;

	if (ended == STAGE_FIRST) {
		h->stage = STAGE_COLLECT;
		return;
	}
	if (has_routine(h, ended, now_us))
		return;
	if (ended == STAGE_PASS && h->is_first)
		h->lacks_counts = true;
	if (is_any_due(h, now_us))
		go_on(h, ended, now_us);
	else
		end_hunt(h);
}

static void queue_new(struct hunt *h)
{
	if (!roster_look(&h->roster))
		return;
	for (size_t i = 0; i < h->roster.count; i++)
		if (h->roster.members[i].is_new)
			pid_list_add(&h->queue, h->roster.members[i].pid);
}

/* A first pass need not know who there is, and nobody's number of descriptors is known after it; without that no
 * hint can be taken. They are read in the second scan, which one-shot commands never make; the pass that follows
 * sees what changed until then. */
static void learn_counts(struct hunt *h)
{
	for (size_t i = 0; i < h->roster.count; i++)
		if (h->roster.members[i].fd_count == WALK_COUNT_UNKNOWN)
			h->roster.members[i].fd_count = walk_count(h->proc, h->roster.members[i].pid);
	h->lacks_counts = false;
	h->repeats_pass = true;
}

static void queue_hints(struct hunt *h)
{
	for (int i = 0; i < HUNT_HINTS; i++) {
		const struct member *m;

		if (h->hint_at + 1 >= h->roster.count)
			/* a round is over: who came without moving the newest pid? */
			roster_read(&h->roster);
		m = stage_next(h, &h->hint_at);

		if (m && stage_has_changed(h, m))
			pid_list_add(&h->queue, m->pid);
	}
}

static void begin_scan(struct hunt *h)
{
	clear_queue(h);
	if (h->is_first) {
		if (enter_pass(h))
			return;
		roster_read(&h->roster);
		h->crew = crew_new(h->proc, &h->roster, &h->wants.by_inode);
		h->crew_at = h->crew_finds_at = 0;
		h->stage = STAGE_FIRST;
		return;
	}
	queue_new(h);
	if (h->lacks_counts)
		learn_counts(h);
	rotation_visit_young(&h->rotation, &h->queue);
	if (!h->is_quick) {
		rotation_go_on(&h->rotation, is_deep(h), &h->queue);
		queue_hints(h);
	}
	h->stage = STAGE_QUEUE;
}

/* Differs when other sockets are to be owned than in the scan before; in any order. A new table of leftovers
 * has an address of its own, for wants.c keeps the old one until then. */
static uint64_t sign(const struct facts *facts)
{
	uint64_t sum = facts->socket_count + (uintptr_t)facts->leftovers;

	for (size_t i = 0; i < facts->socket_count; i++) {
		const struct socket_fact *s = &facts->sockets[i];
		uint64_t mixed = (s->cookie ^ (uint64_t)s->inode << 32 ^ s->state) * 0x9e3779b97f4a7c15u;

		sum += mixed ^ mixed >> 29;
	}
	return sum;
}

void hunt_begin(struct hunt *h, const struct facts *facts, const struct scan_request *request)
{
	uint64_t signature = sign(facts);
	bool is_same = h->scans && signature == h->signature;

	h->signature = signature;
	h->scans++;
	h->rotations += !request->is_quick;
	h->scan_us = 0;
	h->exhausted = 0;
	h->is_quick = request->is_quick;
	h->is_hunting = request->owners;
	process_reader_forget(&h->reader);
	if (h->crew) {               /* the scan before was given up in its first walk */
		crew_free(h->crew);
		h->crew = NULL;
	}
	holders_reap(h->holders);
	if (!is_same)
		wants_update(&h->wants, facts);
	if (!is_same || holders_changed(h->holders))
		holders_count(h->holders, &h->wants);
	if (h->is_hunting)
		begin_scan(h);
	else
		h->stage = STAGE_DONE;
}

/* The last stages are cut into scans, except in the first hunt. */
static bool is_cut(const struct hunt *h)
{
	return !h->is_first && h->stage >= STAGE_CHANGED && h->stage < STAGE_DONE &&
	       h->scan_us >= HUNT_SCAN_US;
}

int hunt_step(struct hunt *h, int64_t budget_us)
{
	int64_t began_us = clock_monotonic_us(), now_us = began_us, before_us;

	while (h->stage != STAGE_DONE && now_us - began_us < budget_us) {
		bool is_last = h->stage >= STAGE_CHANGED;

		if (is_cut(h))
			return 0;
		if (!stage_step(h))
			advance(h);
		before_us = now_us;
		now_us = clock_monotonic_us();
		h->scan_us += is_last ? now_us - before_us : 0;
		h->cost_us += now_us - before_us;
	}
	return h->stage != STAGE_DONE && !is_cut(h);
}
