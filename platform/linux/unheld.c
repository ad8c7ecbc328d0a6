/* Owns the walk over everybody's descriptors for those that hold others inside: rings and unix sockets tell in
 * fdinfo (io_uring/fdinfo.c; scm_fds: Linux 5.10). A file of a ring is proof; a waiting accept and a message are
 * only candidates: they do not tell which socket is meant. */
#include "platform/linux/unheld.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fatal.h"
#include "platform/linux/portholder.h"
#include "platform/linux/procfs.h"

enum { FDINFO_BYTES = 64 * 1024, LINK_BYTES = 32, NAME_BYTES = 32 };

struct search {
	int proc;
	int32_t pid;
	uint32_t inode;
	int64_t deadline_us;
	char *bytes;                 /* of one fdinfo */
	struct probe *out;
};

/* The lines from "UserFiles:" up to the next title: "    0: socket:[4711]". */
bool unheld_parse_file(struct slice fdinfo, uint32_t inode)
{
	char wanted[LINK_BYTES];
	bool is_in_table = false;

	snprintf(wanted, sizeof wanted, " socket:[%u]", inode);
	while (fdinfo.len) {
		struct slice line = slice_cut(&fdinfo, '\n');

		if (slice_starts(line, "UserFiles:"))
			is_in_table = true;
		else if (is_in_table && !slice_starts(line, " "))
			return false;
		else if (is_in_table && slice_ends(line, wanted))
			return true;
	}
	return false;
}

/* "  op=13, task_works=0" in the list of what waits: 13 is IORING_OP_ACCEPT. */
bool unheld_parse_accept(struct slice fdinfo)
{
	while (fdinfo.len)
		if (slice_starts(slice_cut(&fdinfo, '\n'), "  op=13,"))
			return true;
	return false;
}

uint32_t unheld_parse_messages(struct slice fdinfo)
{
	while (fdinfo.len) {
		static const char title[] = "scm_fds:";
		struct slice line = slice_cut(&fdinfo, '\n');
		uint64_t count;

		if (!slice_starts(line, title))
			continue;
		line = slice_from(line, sizeof title - 1);
		return slice_to_u64(slice_word(&line), 10, &count) && count < UINT32_MAX ? (uint32_t)count : 0;
	}
	return 0;
}

static bool is_full(const struct search *s)
{
	return s->out->unheld_count == PROBE_UNHELD;
}

/* One line for a process and a kind, however many descriptors say so. */
static void take(struct search *s, enum unheld_place place)
{
	struct probe_unheld *last = s->out->unheld + s->out->unheld_count;

	if (is_full(s) || (s->out->unheld_count && last[-1].pid == s->pid && last[-1].place == place))
		return;
	*last = (struct probe_unheld){.place = (uint8_t)place, .pid = s->pid};
	portholder_name(s->proc, s->pid, last->name);
	s->out->unheld_count++;
}

static struct slice read_info(struct search *s, const char *fd)
{
	char path[PROCFS_PATH], name[NAME_BYTES];
	int error;

	snprintf(name, sizeof name, "fdinfo/%s", fd);
	procfs_path(path, s->pid, 0, name);
	return procfs_read(s->proc, path, s->bytes, FDINFO_BYTES, &error);
}

/* True when it is found. */
static bool look_at(struct search *s, const char *fd, struct slice link)
{
	struct slice info;

	if (slice_is(link, "anon_inode:[io_uring]")) {
		info = read_info(s, fd);
		if (unheld_parse_file(info, s->inode)) {
			s->out->unheld_count = 0;            /* proof: the candidates are none */
			take(s, UNHELD_RING);
			return true;
		}
		if (unheld_parse_accept(info))
			take(s, UNHELD_ACCEPT);
	} else if (slice_starts(link, "socket:[")) {
		if (unheld_parse_messages(read_info(s, fd)))
			take(s, UNHELD_MESSAGE);
	}
	return false;
}

static DIR *open_directory(int at, const char *path)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !directory)
		close(fd);
	return directory;
}

static bool look_into(struct search *s)
{
	char path[PROCFS_PATH], target[LINK_BYTES];
	bool is_found = false;
	struct dirent *entry;
	DIR *table;
	int error;

	procfs_path(path, s->pid, 0, "fd");
	table = open_directory(s->proc, path);
	while (table && !is_found && (entry = readdir(table)) && clock_monotonic_us() < s->deadline_us) {
		struct slice link = procfs_link(dirfd(table), entry->d_name, target, sizeof target, &error);

		is_found = !error && look_at(s, entry->d_name, link);
	}
	if (table)
		closedir(table);
	return is_found;
}

void unheld_find(int proc, uint32_t inode, struct probe *out)
{
	struct search s = {.proc = proc, .inode = inode, .out = out,
			   .deadline_us = clock_monotonic_us() + UNHELD_MS * 1000};
	DIR *processes = open_directory(proc, ".");
	struct dirent *entry;

	if (!processes)
		return;
	s.bytes = fatal_alloc(FDINFO_BYTES);
	while ((entry = readdir(processes)) && clock_monotonic_us() < s.deadline_us)
		if (procfs_parse_pid(entry->d_name, &s.pid) && look_into(&s))
			break;
	free(s.bytes);
	closedir(processes);
}
