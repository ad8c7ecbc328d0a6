/* Owns the comparison of two scans, part by part, and what of a snapshot goes on with the time. What a new part of
 * the facts means is nobody's business here, but it has to be compared: see tell_same(). */
#include "model/repeat.h"

#include <string.h>
#include "model/frame.h"

enum { SHOWN_MS = 1000 };        /* ages and countdowns are shown in seconds */

static bool are_equal(const void *a, size_t a_count, const void *b, size_t b_count, size_t size)
{
	return a_count == b_count && (a == b || !a_count || memcmp(a, b, a_count * size) == 0);
}

static bool have_same_names(const struct name_fact *a, size_t a_count, const struct name_fact *b, size_t b_count)
{
	if (a_count != b_count)
		return false;
	for (size_t i = 0; i < a_count; i++)
		if (a[i].key != b[i].key || !slice_equal(a[i].name, b[i].name))
			return false;
	return true;
}

static bool have_same_directories(const struct facts *a, const struct facts *b)
{
	if (a->directory_count != b->directory_count)
		return false;
	for (size_t i = 0; i < a->directory_count; i++) {
		const struct directory_fact *x = &a->directories[i], *y = &b->directories[i];

		if (x->uid != y->uid || x->state != y->state || !slice_equal(x->path, y->path) ||
		    !project_fact_equal(&x->project, &y->project))
			return false;
	}
	return true;
}

static bool have_same_cgroups(const struct facts *a, const struct facts *b)
{
	if (a->cgroup_count != b->cgroup_count)
		return false;
	for (size_t i = 0; i < a->cgroup_count; i++) {
		const struct cgroup_fact *x = &a->cgroups[i], *y = &b->cgroups[i];

		if (x->id != y->id || x->count != y->count || x->pid != y->pid || !slice_equal(x->path, y->path) ||
		    !slice_equal(x->name, y->name))
			return false;
	}
	return true;
}

static bool have_same_containers(const struct facts *a, const struct facts *b)
{
	if (a->container_count != b->container_count)
		return false;
	for (size_t i = 0; i < a->container_count; i++) {
		const struct container_fact *x = &a->containers[i], *y = &b->containers[i];

		if (!slice_equal(x->id, y->id) || !slice_equal(x->name, y->name) || !slice_equal(x->image, y->image) ||
		    memcmp(&x->published, &y->published, sizeof x->published) != 0 || x->inner_port != y->inner_port)
			return false;
	}
	return true;
}

static bool have_same_namespaces(const struct facts *a, const struct facts *b)
{
	if (a->namespace_count != b->namespace_count)
		return false;
	for (size_t i = 0; i < a->namespace_count; i++) {
		const struct netns_fact *x = &a->namespaces[i], *y = &b->namespaces[i];

		if (x->inode != y->inode || x->pid != y->pid || !slice_equal(x->name, y->name) ||
		    !slice_equal(x->comm, y->comm) || !slice_equal(x->cgroup, y->cgroup))
			return false;
	}
	return true;
}

static bool have_same_waits(const struct facts *a, const struct facts *b)
{
	if (a->wait_count != b->wait_count)
		return false;
	for (size_t i = 0; i < a->wait_count; i++) {
		const struct wait_fact *x = &a->waits[i], *y = &b->waits[i];

		if (x->inode != y->inode || x->pid != y->pid || x->is_waiting != y->is_waiting ||
		    x->is_inheritable != y->is_inheritable || x->is_adopted != y->is_adopted ||
		    x->kind != y->kind || x->error != y->error || !slice_equal(x->call, y->call))
			return false;
	}
	return true;
}

static bool have_same_gaps(const struct facts *a, const struct facts *b)
{
	if (a->gap_count != b->gap_count)
		return false;
	for (size_t i = 0; i < a->gap_count; i++)
		if (a->gaps[i].kind != b->gaps[i].kind || a->gaps[i].count != b->gaps[i].count ||
		    a->gaps[i].error != b->gaps[i].error)
			return false;
	return true;
}

static bool have_same_frame(const struct facts *a, const struct facts *b)
{
	const struct kernel_limits *x = &a->limits, *y = &b->limits;

	return a->source == b->source && a->machine == b->machine && a->owners_complete == b->owners_complete &&
	       a->lacks_bound == b->lacks_bound && a->has_connections == b->has_connections &&
	       a->has_other_netns == b->has_other_netns &&
	       slice_equal(a->host, b->host) && x->ephemeral_low == y->ephemeral_low &&
	       x->ephemeral_high == y->ephemeral_high && x->unprivileged_start == y->unprivileged_start &&
	       x->self_pid == y->self_pid && x->self_uid == y->self_uid;
}

_Static_assert(sizeof(void *) != 8 || sizeof(struct facts) == 616, "what was added is to be compared here");

/* Everything but wall_ms and leftovers_age_ms, the cheapest first. */
static bool tell_same(const struct facts *a, const struct facts *b)
{
	return a->owners && a->owners == b->owners && a->leftovers == b->leftovers && have_same_frame(a, b) &&
	       have_same_gaps(a, b) &&
	       are_equal(a->sockets, a->socket_count, b->sockets, b->socket_count, sizeof *a->sockets) &&
	       are_equal(a->clients, a->client_count, b->clients, b->client_count, sizeof *a->clients) &&
	       are_equal(a->ancestors, a->ancestor_count, b->ancestors, b->ancestor_count, sizeof *a->ancestors) &&
	       are_equal(a->frozen, a->frozen_count, b->frozen, b->frozen_count, sizeof *a->frozen) &&
	       are_equal(a->addresses, a->address_count, b->addresses, b->address_count, sizeof *a->addresses) &&
	       have_same_names(a->users, a->user_count, b->users, b->user_count) &&
	       have_same_names(a->devices, a->device_count, b->devices, b->device_count) &&
	       have_same_names(a->services, a->service_count, b->services, b->service_count) &&
	       have_same_directories(a, b) && have_same_cgroups(a, b) && have_same_containers(a, b) &&
	       have_same_namespaces(a, b) && have_same_waits(a, b);
}

/* The frame whose rows a snapshot shows. */
static const struct frame *base_of(const struct snapshot *s)
{
	const struct frame *f = frame_of(s);

	return f->base ? f->base : f;
}

/* Rows expire by the wall clock: they stay as they are while it goes as time does and none is over. */
static bool go_on(const struct snapshot *s, const struct facts *facts)
{
	int64_t later_ms = facts->leftovers_age_ms - s->facts->leftovers_age_ms;
	int64_t step_ms = facts->wall_ms - s->facts->wall_ms - later_ms;
	bool is_steady = step_ms >= -SHOWN_MS && step_ms <= SHOWN_MS;

	if (later_ms < 0)
		return false;
	for (size_t i = 0; i < s->listener_count; i++) {
		int64_t left_ms = listener_expires_ms(&s->listeners[i], s->facts->wall_ms);

		if (left_ms >= 0 && (!is_steady || left_ms < later_ms))
			return false;
	}
	return true;
}

const struct snapshot *snapshot_repeat(const struct snapshot *before, const struct facts *facts)
{
	const struct frame *base = base_of(before);
	const struct facts *told = base->snapshot.facts;
	struct frame *f;

	if (base->snapshot.host_count || !tell_same(told, facts) || !go_on(&base->snapshot, facts))
		return NULL;
	if (before->facts->wall_ms / SHOWN_MS == facts->wall_ms / SHOWN_MS)
		return snapshot_ref(before);
	f = frame_new_after(base);
	f->told.wall_ms = facts->wall_ms;
	f->told.leftovers_age_ms = facts->leftovers_age_ms;
	return &f->snapshot;
}

bool snapshot_is_repeat(const struct snapshot *s, const struct snapshot *before)
{
	return base_of(s) == base_of(before);
}
