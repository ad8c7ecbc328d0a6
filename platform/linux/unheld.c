/* Owns the walk over everybody's descriptors for those that hold others inside: rings and unix sockets tell
 * in fdinfo (io_uring/fdinfo.c; scm_fds: Linux 5.10). A file of a ring is proof; a waiting accept and a
 * message are only candidates: they do not tell which socket is meant. */
#include "platform/linux/unheld.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/array.h"
#include "base/fatal.h"
#include "base/map.h"
#include "platform/linux/patience.h"
#include "platform/linux/portholder.h"
#include "platform/linux/procfs.h"
#include "platform/linux/walk.h"

enum {
	FDINFO_BYTES = 64 * 1024, UNIX_BYTES = 1024 * 1024, UNIX_COLUMN = 7, LINK_BYTES = 32, NAME_BYTES = 32
};

struct search {
	int proc;
	int32_t pid;
	uint32_t inode;
	struct patience patience;
	struct map unix_sockets;     /* inodes: those of this network namespace */
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
	uint64_t count;

	return procfs_number(fdinfo, "scm_fds:", 10, &count) && count < UINT32_MAX ? (uint32_t)count : 0;
}

bool unheld_parse_unix(struct slice *table, uint32_t *inode)
{
	while (table->len) {
		struct slice line = slice_cut(table, '\n'), word = {0};
		uint64_t number;

		for (int column = 0; column < UNIX_COLUMN; column++)
			word = slice_word(&line);
		if (!slice_to_u64(word, 10, &number) || number > UINT32_MAX)
			continue;            /* the titles */
		*inode = (uint32_t)number;
		return true;
	}
	return false;
}

static void list_unix_sockets(struct search *s)
{
	char *bytes = fatal_alloc(UNIX_BYTES);
	struct slice table;
	uint32_t inode;
	int error;

	table = procfs_read(s->proc, "thread-self/net/unix", bytes, UNIX_BYTES, &error);
	while (unheld_parse_unix(&table, &inode))
		map_put(&s->unix_sockets, inode, 0);
	free(bytes);
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
	uint32_t inode;

	if (slice_is(link, "anon_inode:[io_uring]")) {
		info = read_info(s, fd);
		if (unheld_parse_file(info, s->inode)) {
			s->out->unheld_count = 0;            /* proof: the candidates are none */
			take(s, UNHELD_RING);
			return true;
		}
		if (unheld_parse_accept(info))
			take(s, UNHELD_ACCEPT);
	} else if (procfs_parse_socket(link, &inode) && map_has(&s->unix_sockets, inode) &&
		   unheld_parse_messages(read_info(s, fd))) {
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
	while (table && !is_found && (entry = readdir(table)) && !patience_is_over(&s->patience)) {
		struct slice link = procfs_link(dirfd(table), entry->d_name, target, sizeof target, &error);

		is_found = !error && look_at(s, entry->d_name, link);
	}
	if (table)
		closedir(table);
	return is_found;
}

struct table {
	int32_t pid;
	uint32_t fds;
};

struct table_list {
	struct table *items;         /* owned */
	size_t count, cap;
};

/* Small tables first: whoever has a crowd of descriptors must not keep the others from being looked at. */
static int compare(const void *a, const void *b)
{
	const struct table *one = a, *other = b;

	if (one->fds != other->fds)
		return one->fds < other->fds ? -1 : 1;
	return one->pid < other->pid ? 1 : -1;
}

static void list_tables(int proc, struct table_list *out)
{
	DIR *processes = open_directory(proc, ".");
	struct dirent *entry;
	int32_t pid;

	while (processes && (entry = readdir(processes)))
		if (procfs_parse_pid(entry->d_name, &pid))
			ARRAY_PUSH(out->items, out->count, out->cap) =
				(struct table){pid, walk_count(proc, pid)};
	if (processes)
		closedir(processes);
	if (out->count)
		qsort(out->items, out->count, sizeof *out->items, compare);
}

void unheld_find(int proc, uint32_t inode, struct probe *out)
{
	struct search s = {.proc = proc, .inode = inode, .out = out, .patience = patience_of(UNHELD_MS)};
	struct table_list tables = {0};

	list_tables(proc, &tables);
	list_unix_sockets(&s);
	s.bytes = fatal_alloc(FDINFO_BYTES);
	for (size_t i = 0; i < tables.count && !patience_is_over(&s.patience); i++) {
		s.pid = tables.items[i].pid;
		if (look_into(&s))
			break;
	}
	map_done(&s.unix_sockets);
	free(s.bytes);
	free(tables.items);
}
