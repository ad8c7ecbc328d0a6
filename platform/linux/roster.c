/* Owns the list of processes. Refuses to look into any of them: walk.c does. */
#include "platform/linux/roster.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/array.h"
#include "platform/linux/procfs.h"
#include "platform/linux/walk.h"

enum { ENTRY_BYTES = 32 * 1024, LOADAVG_BYTES = 128, LINK_BYTES = 16, FEW_PIDS = 64 };

/* A /proc of another pid namespace has other numbers than pidfd_open() and loadavg. */
static bool is_own(int proc)
{
	char bytes[LINK_BYTES];
	int error;
	int32_t pid;
	struct slice self = procfs_link(proc, "self", bytes, sizeof bytes - 1, &error);

	if (error)
		return false;
	bytes[self.len] = 0;
	return procfs_parse_pid(bytes, &pid) && pid == getpid();
}

void roster_init(struct roster *r, int proc)
{
	*r = (struct roster){.proc = proc, .can_ask = is_own(proc)};
	r->loadavg = openat(proc, "loadavg", O_RDONLY | O_CLOEXEC);
}

void roster_done(struct roster *r)
{
	if (r->loadavg >= 0)
		close(r->loadavg);
	free(r->members);
	free(r->before);
	map_done(&r->by_pid);
	*r = (struct roster){.loadavg = -1};
}

static bool read_last_pid(const struct roster *r, int32_t *pid)
{
	char bytes[LOADAVG_BYTES];
	ssize_t got = pread(r->loadavg, bytes, sizeof bytes, 0);

	return got > 0 && procfs_parse_last_pid((struct slice){bytes, (size_t)got}, pid) == 0;
}

/* Was this pid given out between two readings? Pids go up and wrap around. */
static bool is_between(int32_t pid, int32_t first, int32_t last)
{
	return first <= last ? pid > first && pid <= last : pid > first || pid <= last;
}

struct reading {
	struct roster *roster;
	int32_t first, last;         /* newest pid at the reading before, and at this one */
	bool has_new;
};

static void add_member(struct reading *reading, int32_t pid)
{
	struct roster *r = reading->roster;
	struct member m = {.pid = pid, .fd_count = WALK_COUNT_UNKNOWN, .is_new = r->can_say_new};
	uint64_t index;

	if (map_get(&r->by_pid, (uint64_t)pid, &index) && !is_between(pid, reading->first, reading->last))
		m = r->before[index];
	reading->has_new |= m.is_new;
	ARRAY_PUSH(r->members, r->count, r->cap) = m;
}

static void read_entries(struct reading *reading)
{
	_Alignas(struct dirent64) char entries[ENTRY_BYTES];
	ssize_t got;
	int32_t pid;

	if (lseek(reading->roster->proc, 0, SEEK_SET) < 0)
		return;
	while ((got = getdents64(reading->roster->proc, entries, sizeof entries)) > 0)
		for (ssize_t at = 0; at < got;) {
			const struct dirent64 *entry = (const struct dirent64 *)(entries + at);

			at += entry->d_reclen;
			if (procfs_parse_pid(entry->d_name, &pid))
				add_member(reading, pid);
		}
}

static void index_member(struct roster *r, size_t index)
{
	map_put(&r->by_pid, (uint64_t)r->members[index].pid, index);
}

bool roster_read(struct roster *r)
{
	struct reading reading = {.roster = r, .first = r->last_pid, .last = r->last_pid};
	struct member *members = r->before;
	size_t cap = r->before_cap;

	read_last_pid(r, &reading.last);
	r->before = r->members;
	r->before_cap = r->cap;
	r->members = members;
	r->cap = cap;
	r->count = 0;
	read_entries(&reading);
	map_clear(&r->by_pid);
	for (size_t i = 0; i < r->count; i++)
		index_member(r, i);
	r->settled_pid = r->can_say_new ? r->last_pid : reading.last - FEW_PIDS;
	r->last_pid = reading.last;
	r->can_say_new = true;
	r->came = 0;
	return reading.has_new;
}

/* 1 = a process, 0 = none (a thread, over, or not yet made), -errno = this cannot be asked. */
static int is_process(int32_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (fd >= 0) {
		close(fd);
		return 1;
	}
	return errno == ESRCH || errno == EINVAL || errno == ENOENT ? 0 : -errno;
}

/* False where it cannot be asked for. */
static bool ask_for(struct roster *r, int32_t pid, bool *has_new)
{
	int answer = roster_find(r, pid) ? 0 : is_process(pid);

	if (answer <= 0)
		return answer == 0;
	ARRAY_PUSH(r->members, r->count, r->cap) =
		(struct member){.pid = pid, .fd_count = WALK_COUNT_UNKNOWN, .is_new = true};
	index_member(r, r->count - 1);
	r->came++;
	*has_new = true;
	return true;
}

/* Asking for a pid that is nobody's costs less than an entry of /proc does. */
static bool can_ask_up_to(const struct roster *r, int32_t last)
{
	return r->can_say_new && r->can_ask && r->came <= (r->count - r->came) / 2 + FEW_PIDS && last >= r->last_pid &&
	       r->last_pid >= r->settled_pid && (size_t)(last - r->settled_pid) <= r->count + FEW_PIDS;
}

bool roster_look(struct roster *r)
{
	bool has_new = false;
	int32_t last;

	if (!read_last_pid(r, &last) || !can_ask_up_to(r, last))
		return roster_read(r);
	for (int32_t pid = r->settled_pid + 1; pid <= last && r->can_ask; pid++)
		r->can_ask = ask_for(r, pid, &has_new);
	r->settled_pid = r->last_pid;
	r->last_pid = last;
	return r->can_ask ? has_new : roster_read(r) || has_new;
}

struct member *roster_find(const struct roster *r, int32_t pid)
{
	uint64_t index;

	return map_get(&r->by_pid, (uint64_t)pid, &index) ? &r->members[index] : NULL;
}
