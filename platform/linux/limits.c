/* Owns the reading of /proc/PID/limits and of cgroup.events. Frozen processes of cgroup2 look asleep in /proc/PID/stat:
 * only their cgroup tells (Documentation/admin-guide/cgroup-v2.rst). */
#include "platform/linux/limits.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "platform/linux/procfs.h"
#include "platform/linux/walk.h"

enum { TEXT_BYTES = 4096, PATH_BYTES = TEXT_BYTES + 64 };

uint32_t limits_parse_files(struct slice text)
{
	while (text.len) {
		static const char title[] = "Max open files";
		struct slice line = slice_cut(&text, '\n');
		uint64_t limit;

		if (!slice_starts(line, title))
			continue;
		line = slice_from(line, sizeof title - 1);
		return slice_to_u64(slice_word(&line), 10, &limit) && limit < UINT32_MAX ? (uint32_t)limit : 0;
	}
	return 0;
}

bool limits_parse_frozen(struct slice events)
{
	while (events.len) {
		struct slice line = slice_cut(&events, '\n');

		if (slice_is(line, "frozen 1"))
			return true;
	}
	return false;
}

static void read_files(int proc, struct probe_process *out)
{
	char path[PROCFS_PATH], bytes[TEXT_BYTES];
	int error;
	uint32_t count = walk_count(proc, out->pid);

	procfs_path(path, out->pid, 0, "limits");
	out->fd_limit = limits_parse_files(procfs_read(proc, path, bytes, sizeof bytes, &error));
	out->fds = count == WALK_COUNT_UNKNOWN ? 0 : count;
}

static void read_frozen(int proc, struct probe_process *out)
{
	char path[PROCFS_PATH], bytes[TEXT_BYTES], events[PATH_BYTES];
	struct slice cgroup, text;
	int error;

	procfs_path(path, out->pid, 0, "cgroup");
	cgroup = procfs_parse_cgroup(procfs_read(proc, path, bytes, sizeof bytes, &error));
	if (!cgroup.len || cgroup.len >= TEXT_BYTES)
		return;
	snprintf(events, sizeof events, "/sys/fs/cgroup%.*s/cgroup.events", (int)cgroup.len, cgroup.ptr);
	text = procfs_read(AT_FDCWD, events, bytes, sizeof bytes, &error);
	if (!error)
		out->is_frozen = limits_parse_frozen(text);
}

void limits_read(int proc, int32_t pid, struct probe_process *out)
{
	out->pid = pid;
	if (!pid)
		return;
	read_files(proc, out);
	read_frozen(proc, out);
}
