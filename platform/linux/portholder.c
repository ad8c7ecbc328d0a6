/* Owns the search for the holder of one connection, newest processes last, within a deadline. Knows nothing
 * of ports. */
#include "platform/linux/portholder.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "platform/linux/patience.h"
#include "platform/linux/procfs.h"
#include "platform/linux/walk.h"

void portholder_name(int proc, int32_t pid, char out[PROBE_NAME])
{
	char path[PROCFS_PATH], bytes[PROBE_NAME + 1];
	struct slice name;
	int error;

	procfs_path(path, pid, 0, "comm");
	name = procfs_read(proc, path, bytes, sizeof bytes, &error);
	if (slice_ends(name, "\n"))
		name.len--;
	if (name.len >= PROBE_NAME)
		name.len = PROBE_NAME - 1;
	if (name.len)
		memcpy(out, name.ptr, name.len);
	out[name.len] = '\0';
}

static bool holds(int proc, int32_t pid, const struct map *wanted)
{
	struct finds finds = {0};
	uint32_t ignored;
	bool is_held;

	walk_table(proc, pid, 0, wanted, &finds, &ignored);
	is_held = finds.count > 0;
	free(finds.items);
	return is_held;
}

static int32_t search(int proc, DIR *processes, const struct map *wanted)
{
	struct patience patience = patience_of(PORTHOLDER_MS);
	struct dirent *entry;
	int32_t pid;

	while ((entry = readdir(processes)) && !patience_is_over(&patience))
		if (procfs_parse_pid(entry->d_name, &pid) && holds(proc, pid, wanted))
			return pid;
	return 0;
}

void portholder_find(int proc, struct probe_connection *c)
{
	struct map wanted = {0};
	int fd = openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *processes = fd < 0 ? NULL : fdopendir(fd);

	if (processes && c->socket.inode) {
		map_put(&wanted, c->socket.inode, 0);
		c->pid = search(proc, processes, &wanted);
		map_done(&wanted);
	}
	if (processes)
		closedir(processes);
	else if (fd >= 0)
		close(fd);
	if (c->pid)
		portholder_name(proc, c->pid, c->name);
}
