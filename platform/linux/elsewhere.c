/* Owns the walk over the network namespaces of processes. Enters none of them: /proc/PID/net is the
 * namespace's own view (proc(5)). Whose namespace may not be read (other users' processes) is left out. */
#include "platform/linux/elsewhere.h"
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/map.h"
#include "platform/linux/portholder.h"
#include "platform/linux/procfs.h"
#include "platform/linux/procnet.h"

struct search {
	int proc;
	const struct endpoint *at;
	struct probe *out;
	struct map seen;             /* namespaces by inode */
	int32_t pid;                 /* whose namespace is read */
};

/* "net:[4026531840]" -> the inode; 0 = may not be read. */
static uint64_t namespace_of(int proc, const char *pid)
{
	char path[PROCFS_PATH], bytes[PROCFS_PATH];
	uint64_t inode = 0;
	struct slice link, digits;
	int32_t number;
	int error;

	if (procfs_parse_pid(pid, &number))
		procfs_path(path, number, 0, "ns/net");
	else
		return 0;
	link = procfs_link(proc, path, bytes, sizeof bytes, &error);
	slice_cut(&link, '[');
	digits = slice_cut(&link, ']');
	slice_to_u64(digits, 10, &inode);
	return inode;
}

static uint64_t own_namespace(void)
{
	char bytes[PROCFS_PATH];
	uint64_t inode = 0;
	int error;
	struct slice link = procfs_link(AT_FDCWD, "/proc/thread-self/ns/net", bytes, sizeof bytes, &error);

	slice_cut(&link, '[');
	slice_to_u64(slice_cut(&link, ']'), 10, &inode);
	return inode;
}

static void take(void *context, const struct socket_fact *s)
{
	struct search *search = context;
	struct probe *out = search->out;
	uint8_t wanted = search->at->protocol == PROTOCOL_UDP ? SOCKET_UNCONN : SOCKET_LISTEN;
	struct probe_elsewhere *e;

	if (s->local.port != search->at->port || s->state != wanted ||
	    out->elsewhere_count == PROBE_ELSEWHERE)
		return;
	e = &out->elsewhere[out->elsewhere_count++];
	*e = (struct probe_elsewhere){.local = s->local, .pid = search->pid};
	portholder_name(search->proc, e->pid, e->name);
}

static void look_into(struct search *s, const char *name)
{
	uint64_t inode = namespace_of(s->proc, name);

	if (!inode || map_has(&s->seen, inode))
		return;
	map_put(&s->seen, inode, 0);
	procfs_parse_pid(name, &s->pid);
	procnet_read_of(s->pid, s->at->protocol, FAMILY_IPV4, take, s);
	procnet_read_of(s->pid, s->at->protocol, FAMILY_IPV6, take, s);
}

void elsewhere_find(int proc, const struct endpoint *at, struct probe *out)
{
	int64_t deadline_us = clock_monotonic_us() + ELSEWHERE_MS * 1000;
	struct search s = {.proc = proc, .at = at, .out = out};
	int fd = openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *processes = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!processes) {
		if (fd >= 0)
			close(fd);
		return;
	}
	map_put(&s.seen, own_namespace(), 0);
	while ((entry = readdir(processes)) && clock_monotonic_us() < deadline_us)
		look_into(&s, entry->d_name);
	closedir(processes);
	map_done(&s.seen);
}
