/* Owns the map from cgroup ids to directories, read at most every few seconds. Knows no socket. */
#include "platform/linux/cgroups.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/array.h"
#include "base/buf.h"
#include "base/fatal.h"
#include "platform/linux/mounts.h"
#include "platform/linux/procfs.h"

enum { READ_EVERY_US = 5 * 1000 * 1000, DEPTH_MAX = 16, PATH_BYTES = 256, PROCS_BYTES = 512 };

static void forget(struct cgroups *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->paths[i]);
	c->count = 0;
	map_clear(&c->by_id);
}

void cgroups_done(struct cgroups *c)
{
	forget(c);
	free(c->paths);
	map_done(&c->by_id);
	*c = (struct cgroups){0};
}

static void read_tree(struct cgroups *c, struct buf *path, int depth)
{
	DIR *dir = depth < DEPTH_MAX ? opendir(buf_string(path)) : NULL;
	size_t len = path->len;
	struct dirent *entry;
	struct stat st;

	if (!dir)
		return;
	if (fstat(dirfd(dir), &st) == 0) {
		map_put(&c->by_id, st.st_ino, c->count);
		ARRAY_PUSH(c->paths, c->count, c->cap) = fatal_strdup(buf_string(path));
	}
	while ((entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		buf_add_char(path, '/');
		buf_add_string(path, entry->d_name);
		read_tree(c, path, depth + 1);
		path->len = len;
		path->data[len] = 0;
	}
	closedir(dir);
}

static const char *find(struct cgroups *c, uint64_t id, int64_t now_us)
{
	char root[PATH_BYTES];
	struct buf path = {0};
	uint64_t index;

	if (map_get(&c->by_id, id, &index))
		return c->paths[index];
	if (c->read_us && now_us - c->read_us < READ_EVERY_US)
		return NULL;
	c->read_us = now_us;
	forget(c);
	if (!mounts_find_cgroup2(root, sizeof root))
		return NULL;
	buf_add_string(&path, root);
	read_tree(c, &path, 0);
	buf_done(&path);
	return map_get(&c->by_id, id, &index) ? c->paths[index] : NULL;
}

void cgroups_members(struct cgroups *c, uint64_t id, int64_t now_us, struct pid_list *out)
{
	const char *path = id ? find(c, id, now_us) : NULL;
	char bytes[PROCS_BYTES];
	struct buf file = {0};
	struct slice rest;
	uint64_t pid;
	int error;

	if (!path)
		return;
	buf_add_string(&file, path);
	buf_add_string(&file, "/cgroup.procs");
	rest = procfs_read(AT_FDCWD, buf_string(&file), bytes, sizeof bytes, &error);
	while (rest.len && rest.len < sizeof bytes)
		if (slice_to_u64(slice_cut(&rest, '\n'), 10, &pid) && pid > 0 && pid <= INT32_MAX)
			pid_list_add(out, (int32_t)pid);
	buf_done(&file);
}
