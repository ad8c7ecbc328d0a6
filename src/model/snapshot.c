/* Owns looking at a finished snapshot: finding a row or a process by its key, and copying a row that shall
 * outlive it. How a snapshot comes to be is build.c's, when it ends is frame.c's. */
#include "model/snapshot.h"

#include "model/exposure.h"
#include "model/host.h"

static const char *const state_names[] = {
	[SOCKET_ESTABLISHED] = "ESTABLISHED",
	[SOCKET_SYN_SENT] = "SYN-SENT",
	[SOCKET_SYN_RECV] = "SYN-RECV",
	[SOCKET_FIN_WAIT_1] = "FIN-WAIT-1",
	[SOCKET_FIN_WAIT_2] = "FIN-WAIT-2",
	[SOCKET_TIME_WAIT] = "TIME-WAIT",
	[SOCKET_CLOSE] = "CLOSE",
	[SOCKET_CLOSE_WAIT] = "CLOSE-WAIT",
	[SOCKET_LAST_ACK] = "LAST-ACK",
	[SOCKET_LISTEN] = "LISTEN",
	[SOCKET_CLOSING] = "CLOSING",
	[SOCKET_BOUND] = "BOUND",
	[SOCKET_UNCONN] = "UNCONN",
};

const char *socket_state_name(enum socket_state state)
{
	size_t count = sizeof state_names / sizeof *state_names;

	return (size_t)state < count && state_names[state] ? state_names[state] : "?";
}

int row_key_compare(const struct row_key *a, const struct row_key *b)
{
	bool is_same_port = a->endpoint.netns == b->endpoint.netns && a->endpoint.port == b->endpoint.port;
	int order = is_same_port ? row_kind_is_leftover(a->kind) - row_kind_is_leftover(b->kind) : 0;

	if (!order)
		order = endpoint_compare(&a->endpoint, &b->endpoint);
	if (!order)
		order = a->kind - b->kind;
	return order ? order : a->machine - b->machine;
}

bool listener_is_local(const struct listener *l)
{
	return l->exposure != EXPOSURE_LAN;
}

int64_t listener_expires_ms(const struct listener *l, int64_t now_ms)
{
	int64_t left_ms;

	if (l->expires_wall_ms < 0)
		return -1;
	return __builtin_sub_overflow(l->expires_wall_ms, now_ms, &left_ms) || left_ms < 0 ? 0 : left_ms;
}

const struct snapshot *snapshot_of(const struct snapshot *s, uint16_t machine)
{
	if (!s->host_count)
		return s;
	return machine < s->host_count ? s->hosts[machine].snapshot : NULL;
}

bool snapshot_knows_owners(const struct snapshot *s, uint16_t machine)
{
	const struct snapshot *own = snapshot_of(s, machine);

	return own && own->facts->owners_complete;
}

const struct listener *snapshot_find(const struct snapshot *s, const struct row_key *key)
{
	size_t low = 0, high = s->listener_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = row_key_compare(key, &s->listeners[middle].key);

		if (!order)
			return &s->listeners[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct process *snapshot_process(const struct snapshot *s, int32_t pid)
{
	size_t low = 0, high = s->process_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->processes[middle].fact->pid == pid)
			return &s->processes[middle];
		if (pid < s->processes[middle].fact->pid)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static bool is_before(const struct holder *a, const struct holder *b)
{
	if (a->role != b->role)
		return a->role < b->role;
	return a->process->fact->start_time < b->process->fact->start_time;
}

const struct holder *listener_eldest(const struct listener *l)
{
	const struct holder *eldest = l->holder_count ? l->holders : NULL;

	for (uint32_t i = 1; i < l->holder_count; i++)
		if (is_before(&l->holders[i], eldest))
			eldest = &l->holders[i];
	return eldest;
}

bool listener_may_be_same(const struct listener *a, const struct listener *b)
{
	if (!a->holder_count || !b->holder_count)
		return a->socket->uid == b->socket->uid;
	for (uint32_t i = 0; i < a->holder_count; i++)
		for (uint32_t k = 0; k < b->holder_count; k++)
			if (a->holders[i].process == b->holders[k].process)
				return true;
	return false;
}

static const char *copy_text(struct arena *arena, const char *text)
{
	return text ? arena_string(arena, slice_of(text)) : NULL;
}

/* Most texts of a process are those of its facts (crowd.c), and need no copy of their own. */
static const char *copy_fact_text(struct arena *arena, const char *text, struct slice fact, struct slice copy)
{
	return text && text == fact.ptr ? copy.ptr : copy_text(arena, text);
}

static const struct process_fact *copy_process_fact(struct arena *arena, const struct process_fact *fact)
{
	const struct process_fact copy = process_fact_copy(arena, fact);

	return arena_copy(arena, &copy, sizeof copy);
}

static const struct directory_fact *copy_directory(struct arena *arena, const struct directory_fact *fact)
{
	struct directory_fact copy;

	if (!fact)
		return NULL;
	copy = directory_fact_copy(arena, fact);
	return arena_copy(arena, &copy, sizeof copy);
}

static const struct process *copy_process(struct arena *arena, const struct process *p)
{
	struct process *copy = arena_copy(arena, p, sizeof *p);

	copy->fact = copy_process_fact(arena, p->fact);
	copy->name = copy_fact_text(arena, p->name, p->fact->comm, copy->fact->comm);
	copy->command = copy_text(arena, p->command);
	copy->cwd = copy_fact_text(arena, p->cwd, p->fact->cwd, copy->fact->cwd);
	copy->tty = copy_fact_text(arena, p->tty, p->fact->tty, copy->fact->tty);
	copy->user = copy_text(arena, p->user);
	copy->project = copy_text(arena, p->project);
	copy->directory = copy_directory(arena, p->directory);
	copy->unit = copy_text(arena, p->unit);
	copy->container = copy_text(arena, p->container);
	cgroup_parse(copy->fact->cgroup, &copy->cgroup);
	return copy;
}

static const struct holder *copy_holders(struct arena *arena, const struct listener *l)
{
	struct holder *copy = arena_copy(arena, l->holders, l->holder_count * sizeof *copy);

	for (uint32_t i = 0; i < l->holder_count; i++) {
		copy[i].process = copy_process(arena, copy[i].process);
		copy[i].fds = arena_copy(arena, copy[i].fds, copy[i].fd_count * sizeof *copy[i].fds);
	}
	return copy;
}

static const struct netns *copy_netns(struct arena *arena, const struct netns *netns)
{
	struct netns_fact fact;
	struct netns copy;

	if (!netns)
		return NULL;
	fact = netns_fact_copy(arena, netns->fact);
	copy = (struct netns){
		arena_copy(arena, &fact, sizeof fact), copy_text(arena, netns->label),
		copy_text(arena, netns->container),
	};
	return arena_copy(arena, &copy, sizeof copy);
}

/* What a row that is gone still tells: the name. */
static const struct host *copy_host(struct arena *arena, const struct host *host)
{
	struct host copy;

	if (!host)
		return NULL;
	copy = (struct host){
		.name = copy_text(arena, host->name), .trouble = copy_text(arena, host->trouble),
	};
	return arena_copy(arena, &copy, sizeof copy);
}

static const struct publication *copy_publication(struct arena *arena, const struct publication *publication)
{
	struct container_fact fact;
	struct publication copy;

	if (!publication)
		return NULL;
	fact = container_fact_copy(arena, publication->fact);
	copy = (struct publication){
		arena_copy(arena, &fact, sizeof fact), copy_text(arena, publication->container),
	};
	return arena_copy(arena, &copy, sizeof copy);
}

static void copy_owner(struct arena *arena, struct owner *owner)
{
	owner->name = copy_text(arena, owner->name);
	owner->unit = copy_text(arena, owner->unit);
	owner->container = copy_text(arena, owner->container);
	owner->reason = copy_text(arena, owner->reason);
}

static void copy_sockets(struct arena *arena, const struct listener *l, struct listener *copy)
{
	struct socket_fact *facts = arena_alloc(arena, l->socket_count * sizeof *facts);

	copy->sockets = arena_alloc(arena, l->socket_count * sizeof *copy->sockets);
	for (uint32_t i = 0; i < l->socket_count; i++) {
		facts[i] = *l->sockets[i];
		copy->sockets[i] = &facts[i];
		if (l->sockets[i] == l->socket)
			copy->socket = &facts[i];
	}
}

const struct listener *listener_copy(struct arena *arena, const struct listener *l)
{
	struct listener *copy = arena_copy(arena, l, sizeof *l);

	copy_sockets(arena, l, copy);
	copy->holders = copy_holders(arena, l);
	copy->device = copy_text(arena, l->device);
	copy->user = copy_text(arena, l->user);
	copy->service = copy_text(arena, l->service);
	copy->host = copy_host(arena, l->host);
	copy->netns = copy_netns(arena, l->netns);
	copy->publication = copy_publication(arena, l->publication);
	copy_owner(arena, &copy->owner);
	return copy;
}
