/* Owns the look at a whole holder: what each of its threads waits for, and what could wake one of them
 * for the socket: an epoll that watches it, a ring, a signal. Whoever is in poll() or select() may wait
 * for the socket or not: that stays unknown. Refuses to judge. */
#include "platform/linux/waiter.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "platform/linux/procfs.h"
#include "platform/linux/threadwait.h"
#include "platform/linux/walk.h"

static const uint64_t one_thread = (uint64_t)1 << 48;   /* more than a thread ever waits */

enum { THREADS_MAX = 64, DESCRIPTORS_MAX = 4096, FDINFO_BYTES = 16 * 1024, LINK_BYTES = 32, NAME_BYTES = 32 };

struct look {
	int proc;
	uint32_t inode;
	const struct finds *sockets;         /* the descriptors that are this socket */
	int flags;                           /* enum waiter_flag bits */
	struct wait_fact *out;
};

struct seen {                        /* of one thread, or of all */
	int8_t is_waiting;           /* enum tristate */
	struct thread_wait wait;
};

/* "tfd:        4 events:       1f data:                4  pos:0 ino:c9d675 sdev:9" */
bool waiter_parse_epoll(struct slice fdinfo, uint32_t inode)
{
	char wanted[NAME_BYTES];

	snprintf(wanted, sizeof wanted, "ino:%x", inode);
	while (fdinfo.len) {
		struct slice line = slice_cut(&fdinfo, '\n'), word;

		if (!slice_starts(line, "tfd:"))
			continue;
		while ((word = slice_word(&line)).len)
			if (slice_is(word, wanted))
				return true;
	}
	return false;
}

int waiter_parse_flags(struct slice fdinfo)
{
	uint64_t flags;

	if (!procfs_number(fdinfo, "flags:", 8, &flags))
		return -1;
	return (flags & O_CLOEXEC ? 0 : WAITER_INHERITABLE) | (flags & O_NONBLOCK ? WAITER_NONBLOCKING : 0) |
	       (flags & O_ASYNC ? WAITER_SIGNALLED : 0);
}

static struct slice read_fdinfo(const struct look *l, const char *fd, char bytes[FDINFO_BYTES])
{
	char path[PROCFS_PATH], name[NAME_BYTES];
	int error;

	snprintf(name, sizeof name, "fdinfo/%.20s", fd);       /* a number of at most 64 bits */
	procfs_path(path, l->out->pid, 0, name);
	return procfs_read(l->proc, path, bytes, FDINFO_BYTES, &error);
}

static struct slice read_fdinfo_of(const struct look *l, uint64_t fd, char bytes[FDINFO_BYTES])
{
	char name[NAME_BYTES];

	snprintf(name, sizeof name, "%u", (unsigned)fd);
	return read_fdinfo(l, name, bytes);
}

static bool is_socket(const struct look *l, uint64_t fd)
{
	for (size_t i = 0; i < l->sockets->count; i++)
		if ((uint64_t)l->sockets->items[i].fd == fd)
			return true;
	return false;
}

/* An epoll may watch more than there was room for. */
static int8_t watches(const struct look *l, struct slice fdinfo)
{
	if (waiter_parse_epoll(fdinfo, l->inode))
		return TRISTATE_TRUE;
	return fdinfo.len && fdinfo.len < FDINFO_BYTES ? TRISTATE_FALSE : TRISTATE_UNKNOWN;
}

/* select() looks at descriptors below its first argument, poll() at as many as its second says: many
 * sleep by one. */
static bool selects_nothing(const struct look *l, const struct thread_wait *w)
{
	struct slice call = slice_of(w->call);

	if (!w->has_arguments)
		return false;
	if (slice_is(call, "poll") || slice_is(call, "ppoll"))
		return !w->arguments[1];
	if (!slice_is(call, "select") && !slice_is(call, "pselect6"))
		return false;
	for (size_t i = 0; i < l->sockets->count; i++)
		if ((uint64_t)l->sockets->items[i].fd < w->arguments[0])
			return false;
	return true;
}

static int8_t judge(const struct look *l, int32_t task, struct thread_wait *w)
{
	char bytes[FDINFO_BYTES];

	if (w->kind == WAIT_PERHAPS && selects_nothing(l, w))
		w->kind = WAIT_SLEEP;
	switch (w->kind) {
	case WAIT_UNKNOWN:
	case WAIT_RUNS:
	case WAIT_PERHAPS:
		return TRISTATE_UNKNOWN;
	case WAIT_CONNECTION:
		return is_socket(l, w->arguments[0]);
	case WAIT_EVENTS:            /* without its arguments all its epolls are looked at, later */
		return w->has_arguments ? watches(l, read_fdinfo_of(l, w->arguments[0], bytes))
					: TRISTATE_FALSE;
	default:
		return w->is_timed && l->flags & WAITER_NONBLOCKING &&
				       !threadwait_is_rare(l->proc, l->out->pid, task)
			       ? TRISTATE_UNKNOWN : TRISTATE_FALSE;
	}
}

/* A thread that waits for connections settles it; one that may unsettles the others. */
static bool merge(struct seen *all, const struct seen *one, bool is_main)
{
	if (one->is_waiting == TRISTATE_TRUE || all->is_waiting == TRISTATE_FALSE)
		if (one->is_waiting != TRISTATE_FALSE || is_main)
			*all = *one;
	return one->is_waiting == TRISTATE_TRUE;
}

static DIR *open_directory(int proc, int32_t pid, const char *name)
{
	char path[PROCFS_PATH];
	int fd;
	DIR *directory;

	procfs_path(path, pid, 0, name);
	fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	directory = fd < 0 ? NULL : fdopendir(fd);
	if (fd >= 0 && !directory)
		close(fd);
	return directory;
}

static struct seen look_at_threads(const struct look *l)
{
	struct seen all = {.is_waiting = TRISTATE_FALSE};
	DIR *tasks = open_directory(l->proc, l->out->pid, "task");
	struct dirent *entry;
	int32_t task;
	int count = 0;

	while (tasks && (entry = readdir(tasks))) {
		struct seen one;

		if (!procfs_parse_pid(entry->d_name, &task))
			continue;
		if (count++ == THREADS_MAX) {
			all.is_waiting = TRISTATE_UNKNOWN;
			break;
		}
		threadwait_read(l->proc, l->out->pid, task, &one.wait);
		one.is_waiting = judge(l, task, &one.wait);
		if (merge(&all, &one, task == l->out->pid))
			break;
	}
	if (tasks)
		closedir(tasks);
	if (!count)
		all.is_waiting = TRISTATE_UNKNOWN;
	return all;
}

bool waiter_count(int proc, int32_t pid, uint64_t *out)
{
	DIR *tasks = open_directory(proc, pid, "task");
	uint64_t sum = 0, switches;
	bool is_known = tasks;
	struct dirent *entry;
	int32_t task;

	while (is_known && (entry = readdir(tasks))) {
		if (!procfs_parse_pid(entry->d_name, &task))
			continue;
		is_known = threadwait_switches(proc, pid, task, &switches);
		sum += is_known ? switches + one_thread : 0;
	}
	if (tasks)
		closedir(tasks);
	if (is_known)
		*out = sum;
	return is_known;
}

/* A busy server that comes back to its epoll, or whose ring accepts for it, whatever its threads do just
 * now. */
static bool may_be_woken(const struct look *l)
{
	DIR *table = open_directory(l->proc, l->out->pid, "fd");
	char target[LINK_BYTES], bytes[FDINFO_BYTES];
	struct dirent *entry;
	bool may_be = !table;
	int error, count = 0;

	while (table && !may_be && (entry = readdir(table))) {
		struct slice link = procfs_link(dirfd(table), entry->d_name, target, sizeof target, &error);

		if (count++ == DESCRIPTORS_MAX || (!error && slice_is(link, "anon_inode:[io_uring]")))
			may_be = true;
		else if (!error && slice_is(link, "anon_inode:[eventpoll]"))
			may_be = watches(l, read_fdinfo(l, entry->d_name, bytes)) != TRISTATE_FALSE;
	}
	if (table)
		closedir(table);
	return may_be;
}

static void tell(struct wait_fact *out, const struct seen *seen)
{
	out->is_waiting = seen->is_waiting;
	out->kind = seen->is_waiting == TRISTATE_TRUE ? WAIT_CONNECTION : seen->wait.kind;
	out->call = slice_of(seen->wait.call ? seen->wait.call : "");
	out->error = (int16_t)-seen->wait.error;
}

static void look(const struct look *l)
{
	struct seen seen = look_at_threads(l);

	if (seen.is_waiting == TRISTATE_FALSE && (may_be_woken(l) || l->flags & WAITER_SIGNALLED)) {
		seen.is_waiting = TRISTATE_UNKNOWN;
		seen.wait = (struct thread_wait){.kind = WAIT_PERHAPS};
	}
	if (seen.is_waiting == TRISTATE_FALSE)
		seen = look_at_threads(l);
	tell(l->out, &seen);
}

static int8_t tristate(int flags, enum waiter_flag flag)
{
	return flags < 0 ? TRISTATE_UNKNOWN : flags & (int)flag ? TRISTATE_TRUE : TRISTATE_FALSE;
}

void waiter_read(int proc, int32_t pid, uint32_t inode, struct wait_fact *out)
{
	struct finds sockets = {0};
	struct map wanted = {0};
	struct look l = {.proc = proc, .inode = inode, .sockets = &sockets, .out = out};
	char bytes[FDINFO_BYTES];
	uint32_t ignored;
	int error;

	*out = (struct wait_fact){.inode = inode, .pid = pid, .is_waiting = TRISTATE_UNKNOWN,
				  .is_inheritable = TRISTATE_UNKNOWN};
	map_put(&wanted, inode, 0);
	error = walk_table(proc, pid, 0, &wanted, &sockets, &ignored);
	out->error = (int16_t)-error;
	if (sockets.count) {
		l.flags = waiter_parse_flags(read_fdinfo_of(&l, (uint64_t)sockets.items[0].fd, bytes));
		out->is_inheritable = tristate(l.flags, WAITER_INHERITABLE);
		look(&l);
	}
	free(sockets.items);
	map_done(&wanted);
}
