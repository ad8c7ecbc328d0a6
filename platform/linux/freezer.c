/* Owns when control groups are asked whether they are frozen. Their processes look asleep with cgroup2, and stuck (D)
 * with the old freezer: only of such ones the old one is asked. Refuses to know what the files say: limits.c. */
#include "platform/linux/freezer.h"
#include <stdlib.h>
#include "base/array.h"
#include "base/clock.h"
#include "model/shared.h"
#include "platform/linux/limits.h"
#include "platform/linux/mounts.h"

static uint64_t key_of(struct slice path)                    /* FNV-1a */
{
	uint64_t key = 14695981039346656037u;

	for (size_t i = 0; i < path.len; i++)
		key = (key ^ (unsigned char)path.ptr[i]) * 1099511628211u;
	return key;
}

/* The root has no cgroup.events (cgroup-v2.rst): it cannot be frozen. */
static bool is_group_frozen(struct freezer *z, struct slice path)
{
	uint64_t key = key_of(path), is_frozen;

	if (!*z->root || path.len < 2)
		return false;
	if (!map_get(&z->groups, key, &is_frozen)) {
		is_frozen = limits_is_group_frozen(z->root, path) == TRISTATE_TRUE;
		map_put(&z->groups, key, is_frozen);
	}
	return is_frozen;
}

static bool is_frozen(struct freezer *z, int proc, const struct process_fact *p)
{
	return is_group_frozen(z, p->cgroup) ||
	       (p->state == 'D' && limits_is_frozen_of_old(proc, p->pid) == TRISTATE_TRUE);
}

static void look(struct freezer *z, int proc, const struct facts *facts)
{
	if (!z->pace.looked_us && !mounts_find_cgroup2(z->root, sizeof z->root))
		*z->root = '\0';
	owners_unref(z->owners);
	z->owners = facts->owners ? owners_ref(facts->owners) : NULL;
	z->count = 0;
	map_clear(&z->groups);
	for (size_t i = 0; i < facts->process_count; i++)
		if (is_frozen(z, proc, &facts->processes[i]))
			ARRAY_PUSH(z->pids, z->count, z->cap) = facts->processes[i].pid;
}

static bool is_due(const struct freezer *z, const struct facts *facts, int64_t now_us)
{
	bool are_others = facts->owners != z->owners;

	return pace_is_due(&z->pace, now_us, are_others) &&
	       (are_others || !z->pace.looked_us || now_us - z->pace.looked_us >= FREEZER_CALM_US);
}

void freezer_add(struct freezer *z, int proc, struct facts *facts, int64_t now_us)
{
	if (is_due(z, facts, now_us)) {
		look(z, proc, facts);
		pace_looked(&z->pace, now_us, clock_monotonic_us());
	}
	for (size_t i = 0; i < z->count; i++)
		facts_add_frozen(facts, z->pids[i]);
}

void freezer_done(struct freezer *z)
{
	owners_unref(z->owners);
	map_done(&z->groups);
	free(z->pids);
}
