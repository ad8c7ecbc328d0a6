/* Owns what a hunt tells at the end of a scan: who was found, what could not be seen, and what nobody explains.
 * Refuses to look for anybody (hunt.c). */
#include "platform/linux/hunt.h"
#include <errno.h>
#include <unistd.h>
#include "base/clock.h"
#include "platform/linux/mounts.h"
#include "platform/linux/stage.h"

enum { LOOK_AT_MOUNTS_EVERY = 64 };

static void add_gaps(struct hunt *h, struct facts *facts)
{
	size_t without = wants_count_without(&h->wants),
	       due = wants_count_due(&h->wants, clock_monotonic_us());
	bool is_denied = h->is_shut_out;

	facts->owners_complete = h->is_hunting && due == 0;
	if (!facts->owners_complete && without)
		facts_add_gap(facts, GAP_OWNERS_PENDING, (uint32_t)(h->is_hunting ? due : without), 0);
	if (h->exhausted)
		facts_add_gap(facts, GAP_DESCRIPTORS_EXHAUSTED, 0, -h->exhausted);
	if (!without || !facts->owners_complete)
		return;
	for (size_t i = 0; i < h->roster.count && !is_denied; i++)
		is_denied = h->roster.members[i].is_denied;
	if (is_denied)
		facts_add_gap(facts, geteuid() ? GAP_OWNERS_DENIED : GAP_OWNERS_FOREIGN, (uint32_t)without,
			      EACCES);
	/* not by scans: the first may ask for no owners */
	if (h->mount_looks++ % LOOK_AT_MOUNTS_EVERY == 0)
		h->may_hide = mounts_may_hide_processes();
	if (h->may_hide)
		facts_add_gap(facts, GAP_PROCESSES_HIDDEN, is_denied ? 0 : (uint32_t)without, 0);
}

static void count_holders(struct hunt *h)
{
	if (holders_changed(h->holders))
		holders_count(h->holders, &h->wants);
}

/* Of those that have been lost, or are new and nobody's. */
static bool is_any_doubtful(struct hunt *h)
{
	bool is_any = false;

	for (size_t i = 0; i < h->wants.count; i++) {
		struct want *want = &h->wants.items[i];

		want->is_doubted &= !want->holder_count;
		is_any |= !want->holder_count && !want->is_passive && !want->is_doubted;
	}
	return is_any;
}

static bool has_ended(struct hunt *h, const struct socket_fact *s, const struct hunt_check *check)
{
	struct want *want = wants_find(&h->wants, s->inode);

	if (!want || want->holder_count || want->is_passive || want->is_doubted)
		return false;
	want->is_doubted = true;
	return check->has_ended(check->context, s);
}

void hunt_leave_out_ended(struct hunt *h, struct facts *facts, const struct hunt_check *check)
{
	size_t kept = 0, count = facts->socket_count;

	count_holders(h);
	if (!h->is_hunting || !is_any_doubtful(h))
		return;
	for (size_t i = 0; i < count; i++)
		if (!has_ended(h, &facts->sockets[i], check))
			facts->sockets[kept++] = facts->sockets[i];
	facts->socket_count = kept;
	if (kept < count)
		wants_update(&h->wants, facts);
}

void hunt_emit(struct hunt *h, struct facts *facts)
{
	count_holders(h);
	holders_emit(h->holders, &h->wants, facts);
	add_gaps(h, facts);
}

static void add_id(uint64_t *ids, size_t *count, size_t cap, uint64_t id)
{
	for (size_t i = 0; i < *count; i++)
		if (ids[i] == id)
			return;
	if (id && *count < cap)
		ids[(*count)++] = id;
}

size_t hunt_unexplained(const struct hunt *h, const struct facts *facts, uint64_t *ids, size_t cap)
{
	size_t count = 0;

	for (size_t i = 0; facts->owners_complete && i < h->wants.count; i++) {
		const struct want *want = &h->wants.items[i];

		if (!want->holder_count && !want->is_passive)
			add_id(ids, &count, cap, want->cgroup_id);
	}
	for (size_t i = 0; i < facts->holder_count; i++) {
		const struct want *want = facts->holders[i].pid == 1
						  ? wants_find(&h->wants, facts->holders[i].inode) : NULL;

		if (want)
			add_id(ids, &count, cap, want->cgroup_id);
	}
	return count;
}

bool hunt_is_closed(const struct hunt *h, int32_t pid)
{
	const struct member *m = roster_find(&h->roster, pid);

	return m && m->is_denied;
}

bool hunt_is_held(const struct hunt *h, uint32_t inode)
{
	return holders_is_held(h->holders, inode);
}
