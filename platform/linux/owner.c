/* Owns one owner: how its facts are read for the first time and again, and what is kept open of it. Refuses to know
 * who else there is (holders.c) and whose turn it is (rotation.c). */
#include "platform/linux/owner.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/fatal.h"
#include "platform/linux/wants.h"

enum { STAT_BYTES = 1024, RELOAD_EVERY = 16 };

/* Facts that are read after the look are of the process that was looked at, and not of one that got its pid in
 * between, when they tell its start, or when one descriptor still links the socket. */
static bool load(struct process *p, struct process_reader *reader, const struct witness *witness,
		 const struct find *found)
{
	if (witness->process) {
		process_take(p, witness->process);
		return true;
	}
	if (witness->seen && !process_load_seen(p, reader, witness->seen))
		return true;
	return !process_load(p, reader, found->pid) &&
	       ((witness->start_ns && process_ticks(witness->start_ns) == p->fact.start_time) ||
		walk_links(reader->proc, found));
}

struct owner *owner_new(struct process_reader *reader, const struct find *found, bool is_new,
			const struct witness *witness)
{
	struct owner *o = fatal_calloc(1, sizeof *o);

	o->pidfd = o->stat = -1;
	o->refreshes = is_new ? 0 : OWNER_YOUNG;
	if (load(&o->process, reader, witness, found))
		return o;
	process_done(&o->process);
	free(o);
	return NULL;
}

void owner_free(struct owner *o, struct descriptors *spare)
{
	if (o->stat >= 0)
		close(o->stat);
	if (o->pidfd >= 0)
		close(o->pidfd);     /* leaves the epoll set by itself: nobody else has this open file */
	if (o->stat >= 0 || o->pidfd >= 0)
		descriptors_give(spare, 2);
	process_done(&o->process);
	free(o->held);
	free(o);
}

void owner_keep(struct owner *o, int proc, int epoll, struct descriptors *spare)
{
	char path[PROCFS_PATH];
	int32_t pid = o->process.fact.pid;
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint32_t)pid};

	o->was_asked = true;
	if (!descriptors_take(spare, 2))
		return;
	procfs_path(path, pid, 0, "stat");
	o->stat = openat(proc, path, O_RDONLY | O_CLOEXEC);
	o->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (o->pidfd >= 0)
		epoll_ctl(epoll, EPOLL_CTL_ADD, o->pidfd, &event);
}

bool owner_set_held(struct owner *o, const struct find *found, size_t count)
{
	if (o->held_count == count && memcmp(o->held, found, count * sizeof *found) == 0)
		return false;
	o->held = fatal_realloc(o->held, count * sizeof *o->held);
	memcpy(o->held, found, count * sizeof *found);
	o->held_count = count;
	return true;
}

bool owner_forget_unwanted(struct owner *o, const struct wants *wants)
{
	size_t kept = 0, count = o->held_count;

	for (size_t i = 0; i < count; i++) {
		struct want *want = wants_find(wants, o->held[i].inode);

		if (!want)
			continue;
		want->holder_count++;
		o->held[kept++] = o->held[i];
	}
	o->held_count = kept;
	return kept != count;
}

bool owner_is_young(const struct owner *o)
{
	return o->refreshes < OWNER_YOUNG;
}

static struct slice read_stat(const struct owner *o, int proc, char *bytes, int *error)
{
	char path[PROCFS_PATH];
	ssize_t got;

	if (o->stat >= 0) {
		got = pread(o->stat, bytes, STAT_BYTES, 0);
		*error = got < 0 ? -errno : 0;
		return (struct slice){bytes, got > 0 ? (size_t)got : 0};
	}
	procfs_path(path, o->process.fact.pid, 0, "stat");
	return procfs_read(proc, path, bytes, STAT_BYTES, error);
}

enum owner_news owner_refresh(struct owner *o, struct process_reader *reader, bool *has_changed)
{
	char bytes[STAT_BYTES];
	enum process_change change = PROCESS_OTHER;
	int error;
	struct slice stat = read_stat(o, reader->proc, bytes, &error);

	if (!error)
		change = process_follow(&o->process, stat, has_changed);
	if (change == PROCESS_OTHER)
		return OWNER_GONE;
	o->refreshes++;
	if (change == PROCESS_EXECED || o->refreshes == OWNER_YOUNG || o->refreshes % RELOAD_EVERY == 0)
		*has_changed |= process_reload(&o->process, reader);
	return change == PROCESS_EXECED || owner_is_young(o) ? OWNER_SUSPECT : OWNER_OLD;
}
