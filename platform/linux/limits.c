/* Owns the reading of /proc/PID/limits and of the freezer. Frozen processes of cgroup2 look asleep in
 * /proc/PID/stat, those of the old freezer look stuck: only the cgroup tells (the kernel's admin-guide,
 * cgroup-v2.rst and cgroup-v1/freezer-subsystem.rst). */
#include "platform/linux/limits.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "platform/linux/mounts.h"
#include "platform/linux/procfs.h"
#include "platform/linux/walk.h"

enum { TEXT_BYTES = 4096, ROOT_BYTES = 256, STATE_BYTES = 256, PATH_BYTES = TEXT_BYTES + 2 * ROOT_BYTES };

uint32_t limits_parse_files(struct slice text)
{
	uint64_t limit;

	return procfs_number(text, "Max open files", 10, &limit) && limit < UINT32_MAX ? (uint32_t)limit : 0;
}

bool limits_parse_frozen(struct slice text)
{
	while (text.len) {
		struct slice line = slice_cut(&text, '\n');

		if (slice_is(line, "frozen 1") || slice_is(line, "FROZEN"))
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

struct slice limits_parse_freezer(struct slice cgroups)
{
	while (cgroups.len) {
		struct slice line = slice_cut(&cgroups, '\n');

		slice_cut(&line, ':');
		if (slice_is(slice_cut(&line, ':'), "freezer"))
			return line;
	}
	return (struct slice){0};
}

/* TRISTATE_UNKNOWN where the file cannot be read. */
static int8_t read_state(const char *root, struct slice cgroup, const char *file)
{
	char path[PATH_BYTES], bytes[STATE_BYTES];
	struct slice text;
	int error;

	if (!cgroup.len || cgroup.len >= TEXT_BYTES)
		return TRISTATE_UNKNOWN;
	snprintf(path, sizeof path, "%s%.*s/%s", root, (int)cgroup.len, cgroup.ptr, file);
	text = procfs_read(AT_FDCWD, path, bytes, sizeof bytes, &error);
	return error ? TRISTATE_UNKNOWN : limits_parse_frozen(text);
}

int8_t limits_is_group_frozen(const char *root, struct slice cgroup)
{
	return read_state(root, cgroup, "cgroup.events");
}

static struct slice read_cgroups(int proc, int32_t pid, char *bytes, size_t size)
{
	char path[PROCFS_PATH];
	int error;

	procfs_path(path, pid, 0, "cgroup");
	return procfs_read(proc, path, bytes, size, &error);
}

static int8_t read_freezer(struct slice cgroups)
{
	return read_state("/sys/fs/cgroup/freezer", limits_parse_freezer(cgroups), "freezer.state");
}

int8_t limits_is_frozen_of_old(int proc, int32_t pid)
{
	char bytes[TEXT_BYTES];

	return read_freezer(read_cgroups(proc, pid, bytes, sizeof bytes));
}

static void read_frozen(int proc, struct probe_process *out)
{
	char bytes[TEXT_BYTES], root[ROOT_BYTES];
	struct slice cgroups = read_cgroups(proc, out->pid, bytes, sizeof bytes);

	if (mounts_find_cgroup2(root, sizeof root))
		out->is_frozen = limits_is_group_frozen(root, procfs_parse_cgroup(cgroups));
	if (out->is_frozen != TRISTATE_TRUE)
		out->is_frozen = read_freezer(cgroups);
}

void limits_read(int proc, int32_t pid, struct probe_process *out)
{
	out->pid = pid;
	if (!pid)
		return;
	read_files(proc, out);
	read_frozen(proc, out);
}
