/* Owns the walk over one /proc/PID/fd. Refuses to know which process is walked when, and what is done with
 * a find. */
#include "platform/linux/walk.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/array.h"
#include "platform/linux/procfs.h"

enum { LINK_BYTES = 32, ENTRY_BYTES = 8192, ENTRY_MAX = 40, NAME_BYTES = 12 };

struct walk {
	int dir;                     /* of the table */
	int32_t pid, task;
	const struct map *wanted;
	struct finds *out;
};

static const char *fd_name(char buffer[NAME_BYTES], int32_t fd)
{
	char *end = buffer + NAME_BYTES - 1;

	*end = 0;
	do {
		*--end = (char)('0' + fd % 10);
		fd /= 10;
	} while (fd);
	return end;
}

/* 0, -ENOENT when there is no such descriptor, or -EACCES. */
static int look(const struct walk *w, const char *name, int32_t fd)
{
	char target[LINK_BYTES];     /* longer targets are cut: they are no sockets */
	int error;
	struct slice link = procfs_link(w->dir, name, target, sizeof target, &error);
	uint32_t inode;

	if (!error && procfs_parse_socket(link, &inode) && map_has(w->wanted, inode))
		ARRAY_PUSH(w->out->items, w->out->count, w->out->cap) =
			(struct find){.inode = inode, .pid = w->pid, .task = w->task, .fd = fd};
	return error;
}

/* How many numbers may be asked for in vain while `left` descriptors are to be found still: a miss costs as much
 * as listing three descriptors, and to begin a listing as two misses (measured on 6.18). */
static bool is_patient(uint32_t missed, uint32_t left)
{
	return missed <= 2 + left / 8;
}

/* Most tables are dense but for a few holes: ask by number, without listing. *next is where a listing must go
 * on, 0 when all were found. */
static int walk_numbered(const struct walk *w, uint32_t count, int32_t *next)
{
	char buffer[NAME_BYTES];
	uint32_t found = 0, missed = 0;
	int32_t fd = 0;
	int error = 0;

	while (found < count && is_patient(missed, count - found) && (!error || error == -ENOENT)) {
		error = look(w, fd_name(buffer, fd), fd);
		found += !error;
		missed += error == -ENOENT;
		fd++;
	}
	*next = found < count ? fd : 0;
	return error == -ENOENT ? 0 : error;
}

/* A position in an fd directory is the descriptor's number + 2, and it is listed until there are no more or there is
 * no more room (fs/proc/fd.c): the listing starts with `first`, and what leaves room was the last of it. */
static int walk_listed(const struct walk *w, int32_t first)
{
	_Alignas(struct dirent64) char entries[ENTRY_BYTES];
	ssize_t got = ENTRY_BYTES;
	int error = 0;

	if (first && lseek(w->dir, first + 2, SEEK_SET) < 0)
		return -errno;
	while (!error && got > ENTRY_BYTES - ENTRY_MAX && (got = getdents64(w->dir, entries, sizeof entries)) > 0)
		for (ssize_t at = 0; at < got && !error;) {
			const struct dirent64 *entry = (const struct dirent64 *)(entries + at);
			int32_t fd;

			at += entry->d_reclen;
			if (!procfs_parse_pid(entry->d_name, &fd)) {
				if (entry->d_name[0] != '0')
					continue;    /* "." and ".." */
				fd = 0;
			}
			error = look(w, entry->d_name, fd);
			error = error == -ENOENT ? 0 : error;
		}
	return error;
}

static uint32_t count_of(const struct stat *st)
{
	return st->st_size > 0 && st->st_size < WALK_COUNT_UNKNOWN ? (uint32_t)st->st_size
								   : WALK_COUNT_UNKNOWN;
}

/* `table`: where something was found, the descriptor that was walked; NULL: nobody asks for it. */
static int walk(struct walk *w, const char *path, int proc, uint32_t *fd_count, int *table)
{
	size_t before = w->out->count;
	struct stat st;
	int32_t next = 0;
	int error = 0;

	w->dir = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w->dir < 0)
		return -errno;
	*fd_count = fstat(w->dir, &st) ? WALK_COUNT_UNKNOWN : count_of(&st);
	w->out->tells_counts |= *fd_count != WALK_COUNT_UNKNOWN;
	if (*fd_count != WALK_COUNT_UNKNOWN)
		error = walk_numbered(w, *fd_count, &next);
	if (!error && (next || !w->out->tells_counts))
		error = walk_listed(w, next);
	if (table && w->out->count > before)
		*table = w->dir;
	else
		close(w->dir);
	return error;
}

int walk_table(int proc, int32_t pid, int32_t task, const struct map *wanted, struct finds *out,
	       uint32_t *fd_count)
{
	struct walk w = {.pid = pid, .task = task, .wanted = wanted, .out = out};
	char path[PROCFS_PATH];

	procfs_path(path, pid, task, "fd");
	return walk(&w, path, proc, fd_count, NULL);
}

int walk_process(int proc, int32_t pid, const struct map *wanted, struct finds *out, uint32_t *fd_count,
		 int *table)
{
	struct walk w = {.pid = pid, .wanted = wanted, .out = out};
	char path[PROCFS_PATH];

	procfs_path(path, pid, 0, "fd");
	*table = -1;
	return walk(&w, path, proc, fd_count, table);
}

/* kcmp(2) needs the right to trace both and may be compiled out; when it cannot say, the table is walked. */
static bool shares_table(int32_t pid, int32_t task)
{
	return syscall(SYS_kcmp, pid, task, KCMP_FILES, 0, 0) == 0;
}

int walk_tasks(int proc, int32_t pid, const struct map *wanted, struct finds *out)
{
	char path[PROCFS_PATH];
	struct dirent *entry;
	uint32_t ignored;
	int fd, error = 0;
	DIR *dir;

	procfs_path(path, pid, 0, "task");
	fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		int32_t task;

		if (!procfs_parse_pid(entry->d_name, &task) || task == pid || shares_table(pid, task))
			continue;
		error = walk_table(proc, pid, task, wanted, out, &ignored);
		if (error == -EMFILE || error == -ENFILE)
			break;
	}
	closedir(dir);
	return error;
}

uint32_t walk_count(int proc, int32_t pid)
{
	char path[PROCFS_PATH];
	struct stat st;

	procfs_path(path, pid, 0, "fd");
	return fstatat(proc, path, &st, 0) ? WALK_COUNT_UNKNOWN : count_of(&st);
}

bool walk_links(int proc, const struct find *find)
{
	char path[PROCFS_PATH], target[LINK_BYTES], name[NAME_BYTES + 3] = "fd/";
	uint32_t inode;
	int error;

	for (const char *digit = fd_name(target, find->fd), *begin = digit; ; digit++) {
		name[3 + (digit - begin)] = *digit;
		if (!*digit)
			break;
	}
	procfs_path(path, find->pid, find->task, name);
	return procfs_parse_socket(procfs_link(proc, path, target, sizeof target, &error), &inode) &&
	       inode == find->inode;
}
