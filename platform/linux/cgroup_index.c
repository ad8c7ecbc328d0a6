/* Owns the map from cgroup ids to directories: the whole tree is read at once, breadth first, since whoever
 * was given a subtree may make any number of directories deep in it. Knows no socket, and no unit
 * (model/cgroup.c). */
#include "platform/linux/cgroup_index.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/array.h"
#include "base/buf.h"
#include "base/clock.h"
#include "platform/linux/mounts.h"
#include "platform/linux/procfs.h"

enum { PROCS_BYTES = 4096, MISSING_MAX = 1024 };

#define MISSING_US (60 * (int64_t)1000000)

struct cgroup_entry {
	const char *path;            /* below the mount point; "" = the root itself */
	bool has_children;
};

void cgroup_index_done(struct cgroup_index *c)
{
	arena_done(&c->arena);
	free(c->entries);
	map_done(&c->by_id);
	map_done(&c->missing);
	*c = (struct cgroup_index){0};
}

static int open_root(const struct cgroup_index *c)
{
	return *c->root ? open(c->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
}

/* kernfs counts a directory's own directories in its link count: only those with any are worth opening. */
static void add(struct cgroup_index *c, const struct stat *st, const char *path)
{
	map_put(&c->by_id, st->st_ino, c->count);
	ARRAY_PUSH(c->entries, c->count, c->cap) =
		(struct cgroup_entry){arena_string(&c->arena, slice_of(path)), st->st_nlink > 2};
}

static void read_children(struct cgroup_index *c, DIR *dir, const char *parent, struct buf *path)
{
	struct dirent *entry;
	struct stat st;

	while (c->count < CGROUP_INDEX_MAX && (entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue;
		buf_clear(path);
		buf_add_string(path, parent);
		buf_add_char(path, '/');
		buf_add_string(path, entry->d_name);
		add(c, &st, buf_string(path));
	}
}

static void read_directory(struct cgroup_index *c, int root, const char *path, struct buf *scratch)
{
	int fd = openat(root, *path ? path + 1 : ".", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (dir) {
		read_children(c, dir, path, scratch);
		closedir(dir);
	} else if (fd >= 0) {
		close(fd);
	}
}

/* The entries are the queue of what is still to be opened. */
static void read_tree(struct cgroup_index *c)
{
	struct buf scratch = {0};
	struct stat st;
	int root;

	if (!mounts_find_cgroup2(c->root, sizeof c->root))
		*c->root = 0;
	root = open_root(c);
	arena_reset(&c->arena);
	map_clear(&c->by_id);
	c->count = 0;
	if (root < 0)
		return;
	if (!fstat(root, &st))
		add(c, &st, "");
	for (size_t i = 0; i < c->count; i++)
		if (c->entries[i].has_children)
			read_directory(c, root, c->entries[i].path, &scratch);
	buf_done(&scratch);
	close(root);
}

static bool is_missing(const struct cgroup_index *c, uint64_t id, int64_t now_us)
{
	uint64_t since_us;

	return map_get(&c->missing, id, &since_us) && now_us - (int64_t)since_us < MISSING_US;
}

static void remember_missing(struct cgroup_index *c, uint64_t id, int64_t now_us)
{
	if (c->missing.count >= MISSING_MAX)
		map_clear(&c->missing);
	map_put(&c->missing, id, (uint64_t)now_us);
}

static const char *find(struct cgroup_index *c, uint64_t id, int64_t now_us)
{
	uint64_t index;
	int64_t began_us;

	if (map_get(&c->by_id, id, &index))
		return c->entries[index].path;
	if (!id || is_missing(c, id, now_us) || !pace_is_due(&c->pace, now_us, true))
		return NULL;
	began_us = clock_monotonic_us();
	read_tree(c);
	pace_looked(&c->pace, now_us, now_us + clock_monotonic_us() - began_us);
	if (map_get(&c->by_id, id, &index))
		return c->entries[index].path;
	remember_missing(c, id, now_us);
	return NULL;
}

struct slice cgroup_index_path(struct cgroup_index *c, uint64_t id, int64_t now_us)
{
	const char *path = find(c, id, now_us);

	return path && !*path ? slice_of("/") : slice_of(path);
}

size_t cgroup_index_processes(struct cgroup_index *c, uint64_t id, int64_t now_us, int32_t *out, size_t cap)
{
	const char *path = find(c, id, now_us);
	char bytes[PROCS_BYTES];
	struct buf file = {0};
	struct slice rest;
	size_t count = 0;
	uint64_t pid;
	int root = path ? open_root(c) : -1, error;

	if (root < 0)
		return 0;
	buf_add_string(&file, *path ? path + 1 : ".");
	buf_add_string(&file, "/cgroup.procs");
	rest = procfs_read(root, buf_string(&file), bytes, sizeof bytes, &error);
	while (rest.len && count < cap) {
		bool is_whole = memchr(rest.ptr, '\n', rest.len);

		/* 0 stands for a process of another pid namespace */
		if (slice_to_u64(slice_cut(&rest, '\n'), 10, &pid) && pid > 0 && pid <= INT32_MAX && is_whole)
			out[count++] = (int32_t)pid;
	}
	buf_done(&file);
	close(root);
	return count;
}
