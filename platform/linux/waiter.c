/* Owns the look at what each thread of a holder waits for: /proc/PID/task/TID/syscall (needs the right to
 * trace it) and what its epolls watch. Whoever is in poll() or select() may wait for the socket or not:
 * that stays unknown. Refuses to judge. */
#include "platform/linux/waiter.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "platform/linux/procfs.h"
#include "platform/linux/walk.h"

enum { THREADS_MAX = 64, FDINFO_BYTES = 16 * 1024, SYSCALL_BYTES = 256, NAME_BYTES = 32 };

enum kind { KIND_ACCEPT, KIND_EPOLL, KIND_PERHAPS, KIND_OTHER };

static const struct call {
	long number;
	enum kind kind;
	const char *does;
} calls[] = {
	{SYS_accept4, KIND_ACCEPT, NULL},
	{SYS_epoll_pwait, KIND_EPOLL, NULL},
	{SYS_epoll_pwait2, KIND_EPOLL, NULL},
	{SYS_ppoll, KIND_PERHAPS, NULL},
	{SYS_pselect6, KIND_PERHAPS, NULL},
	{SYS_io_uring_enter, KIND_PERHAPS, NULL},
	{SYS_accept, KIND_ACCEPT, NULL},
	{SYS_restart_syscall, KIND_PERHAPS, NULL},
#ifdef SYS_poll
	{SYS_poll, KIND_PERHAPS, NULL},
	{SYS_select, KIND_PERHAPS, NULL},
	{SYS_epoll_wait, KIND_EPOLL, NULL},
	{SYS_pause, KIND_OTHER, "waits for a signal"},
#endif
	{SYS_futex, KIND_OTHER, "waits for a lock or another thread"},
	{SYS_nanosleep, KIND_OTHER, "sleeps"},
	{SYS_clock_nanosleep, KIND_OTHER, "sleeps"},
	{SYS_rt_sigsuspend, KIND_OTHER, "waits for a signal"},
	{SYS_rt_sigtimedwait, KIND_OTHER, "waits for a signal"},
	{SYS_wait4, KIND_OTHER, "waits for a child"},
	{SYS_waitid, KIND_OTHER, "waits for a child"},
	{SYS_read, KIND_OTHER, "waits for something to read"},
	{SYS_readv, KIND_OTHER, "waits for something to read"},
	{SYS_recvfrom, KIND_OTHER, "waits for something to read"},
	{SYS_recvmsg, KIND_OTHER, "waits for something to read"},
	{SYS_write, KIND_OTHER, "waits until it can write"},
	{SYS_writev, KIND_OTHER, "waits until it can write"},
	{SYS_sendto, KIND_OTHER, "waits until it can write"},
	{SYS_sendmsg, KIND_OTHER, "waits until it can write"},
	{SYS_connect, KIND_OTHER, "waits for a connection of its own"},
	{SYS_flock, KIND_OTHER, "waits for a locked file"},
	{SYS_fcntl, KIND_OTHER, "waits for a locked file"},
	{SYS_fsync, KIND_OTHER, "waits for the disk"},
};

struct look {
	int proc;
	uint32_t inode;
	const struct finds *sockets;         /* the descriptors that are this socket */
	struct probe_waiter *out;
};

bool waiter_parse_syscall(struct slice text, int64_t *number, uint64_t *first_argument)
{
	uint64_t found;
	struct slice argument;

	if (!slice_to_u64(slice_word(&text), 10, &found))
		return false;
	argument = slice_word(&text);
	if (!slice_starts(argument, "0x") || !slice_to_u64(slice_from(argument, 2), 16, first_argument))
		return false;
	*number = (int64_t)found;
	return true;
}

/* "tfd:        4 events:       1f data:                4  pos:0 ino:c9d675 sdev:9" */
bool waiter_parse_epoll(struct slice fdinfo, uint32_t inode)
{
	char wanted[NAME_BYTES];

	snprintf(wanted, sizeof wanted, "ino:%x", inode);
	while (fdinfo.len) {
		struct slice line = slice_cut(&fdinfo, '\n'), word;

		if (!slice_starts(line, "tfd:"))
			continue;
		while ((word = slice_word(&line)).len)
			if (slice_is(word, wanted))
				return true;
	}
	return false;
}

int8_t waiter_parse_flags(struct slice fdinfo)
{
	while (fdinfo.len) {
		static const char title[] = "flags:";
		struct slice line = slice_cut(&fdinfo, '\n');
		uint64_t flags;

		if (!slice_starts(line, title))
			continue;
		line = slice_from(line, sizeof title - 1);
		if (slice_to_u64(slice_word(&line), 8, &flags))
			return flags & O_CLOEXEC ? TRISTATE_FALSE : TRISTATE_TRUE;
	}
	return TRISTATE_UNKNOWN;
}

static struct slice read_fdinfo(const struct look *l, uint64_t fd, char bytes[FDINFO_BYTES])
{
	char path[PROCFS_PATH], name[NAME_BYTES];
	int error;

	snprintf(name, sizeof name, "fdinfo/%u", (unsigned)fd);
	procfs_path(path, l->out->pid, 0, name);
	return procfs_read(l->proc, path, bytes, FDINFO_BYTES, &error);
}

static bool is_socket(const struct look *l, uint64_t fd)
{
	for (size_t i = 0; i < l->sockets->count; i++)
		if ((uint64_t)l->sockets->items[i].fd == fd)
			return true;
	return false;
}

static const struct call *find_call(int64_t number)
{
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		if (calls[i].number == number)
			return &calls[i];
	return NULL;
}

/* enum tristate */
static int waits_for_it(const struct look *l, const struct call *call, uint64_t fd)
{
	char bytes[FDINFO_BYTES];

	switch (call ? call->kind : KIND_OTHER) {
	case KIND_ACCEPT: return is_socket(l, fd);
	case KIND_EPOLL: return waiter_parse_epoll(read_fdinfo(l, fd, bytes), l->inode);
	case KIND_PERHAPS: return TRISTATE_UNKNOWN;
	default: return TRISTATE_FALSE;
	}
}

static int thread_waits(const struct look *l, int32_t task)
{
	char path[PROCFS_PATH], bytes[SYSCALL_BYTES];
	const struct call *call;
	uint64_t argument;
	int64_t number;
	int error;

	procfs_path(path, l->out->pid, task, "syscall");
	if (!waiter_parse_syscall(procfs_read(l->proc, path, bytes, sizeof bytes, &error), &number,
				  &argument))
		return TRISTATE_UNKNOWN;
	call = find_call(number);
	if (task == l->out->pid && call)
		l->out->does = call->does;
	return waits_for_it(l, call, argument);
}

static void look_at_threads(const struct look *l, DIR *tasks)
{
	int8_t result = TRISTATE_FALSE;
	struct dirent *entry;
	int count = 0;

	while ((entry = readdir(tasks)) && result != TRISTATE_TRUE) {
		int32_t task;
		int is_waiting;

		if (!procfs_parse_pid(entry->d_name, &task))
			continue;
		is_waiting = count++ < THREADS_MAX ? thread_waits(l, task) : TRISTATE_UNKNOWN;
		if (is_waiting != TRISTATE_FALSE)
			result = (int8_t)is_waiting;
	}
	l->out->is_waiting = count ? result : TRISTATE_UNKNOWN;
}

static void look(const struct look *l)
{
	char path[PROCFS_PATH], bytes[FDINFO_BYTES];
	int fd;
	DIR *tasks;

	if (l->sockets->count)
		l->out->is_inheritable =
			waiter_parse_flags(read_fdinfo(l, (uint64_t)l->sockets->items[0].fd, bytes));
	procfs_path(path, l->out->pid, 0, "task");
	fd = openat(l->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	tasks = fd < 0 ? NULL : fdopendir(fd);
	if (tasks) {
		look_at_threads(l, tasks);
		closedir(tasks);
	} else if (fd >= 0) {
		close(fd);
	}
}

void waiter_read(int proc, int32_t pid, uint32_t inode, struct probe_waiter *out)
{
	struct finds sockets = {0};
	struct map wanted = {0};
	const struct look l = {proc, inode, &sockets, out};
	uint32_t ignored;

	*out = (struct probe_waiter){.pid = pid, .is_waiting = TRISTATE_UNKNOWN,
				     .is_inheritable = TRISTATE_UNKNOWN};
	map_put(&wanted, inode, 0);
	walk_table(proc, pid, 0, &wanted, &sockets, &ignored);
	look(&l);
	free(sockets.items);
	map_done(&wanted);
}
