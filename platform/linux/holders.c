/* Owns the table of owners: processes that hold wanted sockets, each with a pidfd, a kept `stat` and its
 * facts. Refuses to search for anybody: hunt.c does. */
#include "platform/linux/holders.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/array.h"
#include "base/fatal.h"
#include "base/map.h"
#include "model/shared.h"
#include "platform/linux/descriptors.h"
#include "platform/linux/process.h"
#include "platform/linux/walk.h"
#include "platform/linux/wants.h"

enum { STAT_BYTES = 1024, RELOAD_EVERY = 16, EXITS_AT_ONCE = 64 };

struct owner {
	struct process process;
	struct find *held;           /* owned: one or two, of most */
	size_t held_count;
	uint32_t refreshes; /* how often `stat` was read again; starts at HOLDERS_YOUNG for an old process */
	int pidfd, stat;             /* kept while descriptors are plenty; -1 = not kept */
	bool was_asked;              /* keep() was called: it is not tried again */
};

struct holders {
	struct owner **owners;       /* owned; no order */
	size_t count, cap;
	struct map by_pid;           /* pid -> index */
	size_t unasked;              /* owners that keep() was not called for */
	size_t refresh_at, verify_at, verify_held_at;    /* where the rotations stand */
	struct descriptors spare;    /* how many may still be kept */
	struct process_reader *reader;       /* borrowed */
	int epoll;                   /* pidfds; -1 = none */
	bool has_changed;            /* who holds what: since holders_count() */
	bool is_stale;               /* that, or anything of an owner: since holders_emit() */
	const struct owners *emitted;        /* a reference: what holders_emit() gave last; NULL = nothing */
};

static void note_change(struct holders *h)
{
	h->has_changed = h->is_stale = true;
}

void pid_list_add(struct pid_list *l, int32_t pid)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->items[i] == pid)
			return;
	ARRAY_PUSH(l->items, l->count, l->cap) = pid;
}

void pid_list_done(struct pid_list *l)
{
	free(l->items);
	*l = (struct pid_list){0};
}

struct holders *holders_new(struct process_reader *reader)
{
	struct holders *h = fatal_calloc(1, sizeof *h);

	h->reader = reader;
	h->epoll = epoll_create1(EPOLL_CLOEXEC);
	descriptors_init(&h->spare);
	return h;
}

static void keep(struct holders *h, struct owner *o)
{
	char path[PROCFS_PATH];
	int32_t pid = o->process.fact.pid;
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint32_t)pid};

	o->was_asked = true;
	h->unasked--;
	if (!descriptors_take(&h->spare, 2))
		return;
	procfs_path(path, pid, 0, "stat");
	o->stat = openat(h->reader->proc, path, O_RDONLY | O_CLOEXEC);
	o->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (o->pidfd >= 0)
		epoll_ctl(h->epoll, EPOLL_CTL_ADD, o->pidfd, &event);
}

static void let_go(struct holders *h, struct owner *o)
{
	h->unasked -= !o->was_asked;
	if (o->stat >= 0)
		close(o->stat);
	if (o->pidfd >= 0)
		close(o->pidfd);     /* leaves the epoll set by itself: nobody else has this open file */
	if (o->stat >= 0 || o->pidfd >= 0)
		descriptors_give(&h->spare, 2);
	process_done(&o->process);
	free(o->held);
	free(o);
}

void holders_free(struct holders *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->count; i++)
		let_go(h, h->owners[i]);
	free(h->owners);
	map_done(&h->by_pid);
	owners_unref(h->emitted);
	if (h->epoll >= 0)
		close(h->epoll);
	free(h);
}

static struct owner *find_owner(const struct holders *h, int32_t pid)
{
	uint64_t index;

	return map_get(&h->by_pid, (uint64_t)pid, &index) ? h->owners[index] : NULL;
}

static void drop(struct holders *h, int32_t pid)
{
	struct owner *last;
	uint64_t index;

	if (!map_get(&h->by_pid, (uint64_t)pid, &index))
		return;
	let_go(h, h->owners[index]);
	last = h->owners[--h->count];
	h->owners[index] = last;
	map_remove(&h->by_pid, (uint64_t)pid);
	if (index < h->count)
		map_put(&h->by_pid, (uint64_t)last->process.fact.pid, index);
	note_change(h);
}

/* Facts that are read after the look are of the process that was looked at, and not of one that got its pid in
 * between, when they tell its start, or when one descriptor still links the socket. */
static bool load(struct holders *h, struct process *p, const struct witness *witness, const struct find *found)
{
	if (witness->process) {
		process_take(p, witness->process);
		return true;
	}
	if (witness->seen && !process_load_seen(p, h->reader, witness->seen))
		return true;
	return !process_load(p, h->reader, found->pid) &&
	       ((witness->start_ns && process_ticks(witness->start_ns) == p->fact.start_time) ||
		walk_links(h->reader->proc, found));
}

static struct owner *add(struct holders *h, const struct find *found, bool is_new, const struct witness *witness)
{
	struct owner *o = fatal_calloc(1, sizeof *o);

	o->pidfd = o->stat = -1;
	h->unasked++;
	if (!load(h, &o->process, witness, found)) {
		let_go(h, o);
		return NULL;
	}
	o->refreshes = is_new ? 0 : HOLDERS_YOUNG;
	map_put(&h->by_pid, (uint64_t)found->pid, h->count);
	ARRAY_PUSH(h->owners, h->count, h->cap) = o;
	return o;
}

static bool is_same(const struct owner *o, const struct find *found, size_t count)
{
	return o->held_count == count && memcmp(o->held, found, count * sizeof *found) == 0;
}

bool holders_set(struct holders *h, int32_t pid, bool is_new, const struct witness *witness,
		 const struct find *found, size_t count)
{
	struct owner *o = find_owner(h, pid);

	if (!count) {
		drop(h, pid);
		return true;
	}
	if (!o)
		o = add(h, found, is_new, witness);
	if (!o || is_same(o, found, count))
		return o;
	o->held = fatal_realloc(o->held, count * sizeof *o->held);
	memcpy(o->held, found, count * sizeof *found);
	o->held_count = count;
	note_change(h);
	return true;
}

bool holders_has(const struct holders *h, int32_t pid)
{
	return find_owner(h, pid);
}

bool holders_reap(struct holders *h)
{
	struct epoll_event events[EXITS_AT_ONCE];
	bool has_reaped = false;
	int count;

	while ((count = epoll_wait(h->epoll, events, EXITS_AT_ONCE, 0)) > 0) {
		for (int i = 0; i < count; i++)
			drop(h, (int32_t)events[i].data.u64);
		has_reaped = true;
		if (count < EXITS_AT_ONCE)
			break;
	}
	return has_reaped;
}

static struct slice read_stat(const struct holders *h, const struct owner *o, char *bytes, int *error)
{
	char path[PROCFS_PATH];
	ssize_t got;

	if (o->stat >= 0) {
		got = pread(o->stat, bytes, STAT_BYTES, 0);
		*error = got < 0 ? -errno : 0;
		return (struct slice){bytes, got > 0 ? (size_t)got : 0};
	}
	procfs_path(path, o->process.fact.pid, 0, "stat");
	return procfs_read(h->reader->proc, path, bytes, STAT_BYTES, error);
}

static bool is_young(const struct owner *o)
{
	return o->refreshes < HOLDERS_YOUNG;
}

/* False when it is gone. */
static bool refresh(struct holders *h, struct owner *o, struct pid_list *again)
{
	char bytes[STAT_BYTES];
	enum process_change change = PROCESS_OTHER;
	int error;
	struct slice stat = read_stat(h, o, bytes, &error);

	if (!error)
		change = process_follow(&o->process, stat, &h->is_stale);
	if (change == PROCESS_OTHER)
		return false;
	o->refreshes++;
	if (change == PROCESS_EXECED || is_young(o))
		pid_list_add(again, o->process.fact.pid);
	if (change == PROCESS_EXECED || o->refreshes == HOLDERS_YOUNG || o->refreshes % RELOAD_EVERY == 0)
		h->is_stale |= process_reload(&o->process, h->reader);
	return true;
}

static void refresh_at(struct holders *h, size_t index, struct pid_list *again)
{
	struct owner *o = h->owners[index];
	int32_t pid = o->process.fact.pid;

	if (refresh(h, o, again))
		return;
	drop(h, pid);
	pid_list_add(again, pid);            /* whoever has the pid now may hold something too */
}

static void refresh_next(struct holders *h, size_t most, struct pid_list *again)
{
	for (size_t n = 0; n < most && n < h->count; n++) {
		h->refresh_at = h->refresh_at + 1 < h->count ? h->refresh_at + 1 : 0;
		if (!is_young(h->owners[h->refresh_at]))
			refresh_at(h, h->refresh_at, again);
	}
}

/* The next known descriptor in rotation; NULL when there is none. */
static const struct find *next_held(struct holders *h)
{
	for (size_t tries = 0; tries <= h->count && h->count; tries++) {
		const struct owner *o;

		if (h->verify_at >= h->count)
			h->verify_at = 0;
		o = h->owners[h->verify_at];
		if (h->verify_held_at < o->held_count)
			return &o->held[h->verify_held_at++];
		h->verify_at++;
		h->verify_held_at = 0;
	}
	return NULL;
}

static void verify_next(struct holders *h, struct pid_list *again)
{
	for (int n = 0; n < HOLDERS_VERIFY; n++) {
		const struct find *held = next_held(h);

		if (held && !walk_links(h->reader->proc, held))
			pid_list_add(again, held->pid);
	}
}

/* With the scan after the one that found them: a one-shot command never makes it, and needs nothing kept.
 * Who died or was followed by another process of its pid until then shows in `stat`. */
static void keep_new(struct holders *h, struct pid_list *again)
{
	for (size_t i = h->count; i-- > 0 && h->unasked;) {
		if (h->owners[i]->was_asked)
			continue;
		keep(h, h->owners[i]);
		if (!is_young(h->owners[i]))
			refresh_at(h, i, again);
	}
}

void holders_refresh_young(struct holders *h, struct pid_list *again)
{
	keep_new(h, again);
	for (size_t i = h->count; i-- > 0;)
		if (is_young(h->owners[i]))
			refresh_at(h, i, again);
}

void holders_refresh(struct holders *h, bool is_deep, struct pid_list *again)
{
	refresh_next(h, is_deep ? HOLDERS_REFRESH_DEEP : HOLDERS_REFRESH, again);
	verify_next(h, again);
}

/* True when there were any. */
static bool forget_unwanted(struct owner *o, const struct wants *wants)
{
	size_t kept = 0, count = o->held_count;

	for (size_t i = 0; i < o->held_count; i++) {
		struct want *want = wants_find(wants, o->held[i].inode);

		if (!want)
			continue;
		want->holder_count++;
		o->held[kept++] = o->held[i];
	}
	o->held_count = kept;
	return kept != count;
}

void holders_count(struct holders *h, struct wants *wants)
{
	for (size_t i = 0; i < wants->count; i++)
		wants->items[i].holder_count = 0;
	for (size_t i = h->count; i-- > 0;) {
		struct owner *o = h->owners[i];

		h->is_stale |= forget_unwanted(o, wants);
		if (!o->held_count)
			drop(h, o->process.fact.pid);
	}
	h->has_changed = false;
}

bool holders_changed(const struct holders *h)
{
	return h->has_changed;
}

static bool has_descriptor(const struct finds *finds, size_t count, const struct find *held)
{
	for (size_t i = 0; i < count; i++)
		if (finds->items[i].task == held->task && finds->items[i].fd == held->fd)
			return true;
	return false;
}

void holders_add_passive(const struct holders *h, int32_t pid, const struct wants *wants, struct finds *finds)
{
	const struct owner *o = find_owner(h, pid);
	size_t count = finds->count;

	for (size_t i = 0; o && i < o->held_count; i++) {
		const struct want *want = wants_find(wants, o->held[i].inode);

		if (want && want->is_passive && !has_descriptor(finds, count, &o->held[i]))
			ARRAY_PUSH(finds->items, finds->count, finds->cap) = o->held[i];
	}
}

bool holders_has_tasks(const struct holders *h, int32_t pid)
{
	const struct owner *o = find_owner(h, pid);

	for (size_t i = 0; o && i < o->held_count; i++)
		if (o->held[i].task)
			return true;
	return false;
}

bool holders_is_held(const struct holders *h, uint32_t inode)
{
	for (size_t i = 0; i < h->count; i++)
		for (size_t j = 0; j < h->owners[i]->held_count; j++)
			if (h->owners[i]->held[j].inode == inode &&
			    walk_links(h->reader->proc, &h->owners[i]->held[j]))
				return true;
	return false;
}

static const struct owners *list_owners(const struct holders *h, const struct wants *wants)
{
	struct owners *list = owners_new();

	for (size_t i = 0; i < h->count; i++) {
		const struct owner *o = h->owners[i];
		size_t before = list->holder_count;

		for (size_t j = 0; j < o->held_count; j++)
			if (wants_find(wants, o->held[j].inode))
				owners_add_holder(list, o->held[j].inode, o->held[j].pid, o->held[j].fd);
		if (list->holder_count > before)
			owners_add_process(list, &o->process.fact);
	}
	return list;
}

void holders_emit(struct holders *h, const struct wants *wants, struct facts *facts)
{
	if (h->is_stale || !h->emitted) {
		owners_unref(h->emitted);
		h->emitted = list_owners(h, wants);
		h->is_stale = false;
	}
	facts_share_owners(facts, h->emitted);
}
