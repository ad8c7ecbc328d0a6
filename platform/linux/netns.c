/* Owns the way into another network namespace: by the link of a process in it, or by the file that
 * ip-netns(8) mounts; and the thread that goes there. Refuses to know what is looked at inside. A
 * namespace is held open only while somebody is in it: to keep one would keep a container's network from
 * being taken down. */
#include "platform/linux/netns.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <linux/magic.h>
#include "base/array.h"
#include "platform/linux/procfs.h"

enum { STACK_BYTES = 256 * 1024 };

/* "net:[4026531840]" -> the inode; or -errno. */
static int inode_at(int dir, const char *path, uint32_t *out)
{
	char bytes[PROCFS_PATH];
	uint64_t inode = 0;
	int error;
	struct slice link = procfs_link(dir, path, bytes, sizeof bytes, &error);

	if (error)
		return error;
	slice_cut(&link, '[');
	if (!slice_to_u64(slice_cut(&link, ']'), 10, &inode) || !inode || inode > UINT32_MAX)
		return -EBADMSG;
	*out = (uint32_t)inode;
	return 0;
}

static struct netns_entry *entry_of(struct netns_list *l, uint32_t inode)
{
	uint64_t index;

	if (map_get(&l->by_inode, inode, &index))
		return &l->items[index];
	map_put(&l->by_inode, inode, l->count);
	ARRAY_PUSH(l->items, l->count, l->cap) = (struct netns_entry){ .inode = inode };
	return &l->items[l->count - 1];
}

static void add_process(struct netns_list *l, int proc, const char *name, uint32_t own)
{
	struct netns_entry *entry;
	char path[PROCFS_PATH];
	uint32_t inode;
	int32_t pid;
	int error;

	if (!procfs_parse_pid(name, &pid))
		return;
	procfs_path(path, pid, 0, "ns/net");
	error = inode_at(proc, path, &inode);
	l->denied += error == -EACCES || error == -EPERM;
	if (error || inode == own)
		return;
	entry = entry_of(l, inode);
	if (!entry->pid)
		entry->pid = pid;
}

/* What is no namespace in there is what a mount left behind: an empty file. */
static void add_name(struct netns_list *l, int folder, const char *name, uint32_t own)
{
	struct statfs fs;
	struct stat st;
	int fd = openat(folder, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	if (fstatfs(fd, &fs) == 0 && fs.f_type == NSFS_MAGIC && fstat(fd, &st) == 0 && st.st_ino != own)
		snprintf(entry_of(l, (uint32_t)st.st_ino)->name, NETNS_NAME, "%s", name);
	close(fd);
}

static DIR *open_folder(int dir, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);

	if (!folder && fd >= 0)
		close(fd);
	return folder;
}

void netns_list_read(struct netns_list *l, int proc)
{
	DIR *processes = open_folder(proc, "."), *names = open_folder(AT_FDCWD, NETNS_FOLDER);
	struct dirent *item;
	uint32_t own = 0;

	l->count = l->denied = 0;
	map_clear(&l->by_inode);
	if (processes && inode_at(proc, "thread-self/ns/net", &own) == 0)
		while ((item = readdir(processes)))
			add_process(l, proc, item->d_name, own);
	while (own && names && (item = readdir(names)))
		add_name(l, dirfd(names), item->d_name, own);
	if (processes)
		closedir(processes);
	if (names)
		closedir(names);
}

void netns_list_done(struct netns_list *l)
{
	free(l->items);
	map_done(&l->by_inode);
	*l = (struct netns_list){ 0 };
}

bool netns_has_process(int proc, const struct netns_entry *e)
{
	char path[PROCFS_PATH];
	uint32_t inode;

	procfs_path(path, e->pid, 0, "ns/net");
	return e->pid && inode_at(proc, path, &inode) == 0 && inode == e->inode;
}

struct visit {
	int fd;
	int error;                   /* of setns() */
	void (*look)(void *context);
	void *context;
};

static void *go(void *argument)
{
	struct visit *v = argument;

	if (setns(v->fd, CLONE_NEWNET))
		v->error = -errno;
	else
		v->look(v->context);
	return NULL;
}

/* It takes no signals: they are for threads that stay. */
static int run_thread(struct visit *v)
{
	sigset_t all, before;
	pthread_attr_t attributes;
	pthread_t thread;
	int error;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	error = pthread_create(&thread, &attributes, go, v);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	if (error)
		return -error;
	pthread_join(thread, NULL);
	return v->error;
}

static int open_entry(int proc, const struct netns_entry *e)
{
	char path[PROCFS_PATH], file[sizeof NETNS_FOLDER + NETNS_NAME];
	int fd;

	procfs_path(path, e->pid, 0, "ns/net");
	snprintf(file, sizeof file, NETNS_FOLDER "/%s", e->name);
	fd = e->pid ? openat(proc, path, O_RDONLY | O_CLOEXEC)
		    : open(file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int netns_visit(int proc, const struct netns_entry *e, void (*look)(void *context), void *context)
{
	struct visit v = { .fd = open_entry(proc, e), .look = look, .context = context };
	struct stat st;
	int error;

	if (v.fd < 0)
		return v.fd;
	error = fstat(v.fd, &st) ? -errno : st.st_ino != e->inode ? -ESTALE : run_thread(&v);
	close(v.fd);
	return error;
}
