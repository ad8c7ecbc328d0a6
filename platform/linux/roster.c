/* Owns the list of processes. Refuses to open any of them: walk.c does. */
#include "platform/linux/roster.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/array.h"
#include "platform/linux/procfs.h"
#include "platform/linux/walk.h"

enum { ENTRY_BYTES = 32 * 1024, LOADAVG_BYTES = 128 };

void roster_init(struct roster *r, int proc)
{
	*r = (struct roster){.proc = proc};
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

bool roster_is_old(const struct roster *r)
{
	int32_t last;

	return !r->can_say_new || !read_last_pid(r, &last) || last != r->last_pid;
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
		map_put(&r->by_pid, (uint64_t)r->members[i].pid, i);
	r->last_pid = reading.last;
	r->can_say_new = true;
	return reading.has_new;
}

struct member *roster_find(const struct roster *r, int32_t pid)
{
	uint64_t index;

	return map_get(&r->by_pid, (uint64_t)pid, &index) ? &r->members[index] : NULL;
}
