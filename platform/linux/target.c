/* Owns the pidfd of one process and the looks at it. Refuses to decide: it reports, action/kill judges;
 * and it signals exactly when told to. Source: pidfd_open(2), pidfd_send_signal(2), proc(5). */
#include "platform/linux/target.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "base/fatal.h"
#include "platform/linux/procfs.h"
#include "platform/linux/walk.h"

enum { STAT_BYTES = 1024, STATUS_BYTES = 8192 };

struct target {
	struct target_id id;
	int pidfd;                   /* owned */
};

static int read_stat(int proc, int32_t pid, char bytes[STAT_BYTES], struct proc_stat *out)
{
	char path[PROCFS_PATH];
	int error;
	struct slice text;

	procfs_path(path, pid, 0, "stat");
	text = procfs_read(proc, path, bytes, STAT_BYTES, &error);
	return error ? error : procfs_parse_stat(text, out);
}

/* 0 when `pid` is the process that was meant. */
static int check_identity(int proc, const struct target_id *id)
{
	char bytes[STAT_BYTES];
	struct proc_stat stat;
	int error = read_stat(proc, id->pid, bytes, &stat);

	if (error)
		return error == -ENOENT ? -ESRCH : error;
	return stat.start_time == id->start_time ? 0 : -ESTALE;
}

static bool has_exited(int pidfd)
{
	struct pollfd p = {.fd = pidfd, .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

static int send(int pidfd, int signal)
{
	return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) ? -errno : 0;
}

/* Old seccomp profiles answer EPERM to pidfd_open itself, which has no permissions to lack. */
static int open_pidfd(int32_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (fd >= 0)
		return fd;
	return errno == EPERM ? -ENOSYS : -errno;
}

/* Signal 0 is the kernel's own permission check; it says yes for zombies, which the status tells apart. */
static int verify(int proc, const struct target_id *id, int pidfd)
{
	int error = check_identity(proc, id);

	return error ? error : send(pidfd, 0);
}

int target_open(int proc, const struct target_id *id, struct target **out)
{
	struct target *t;
	int error, pidfd;

	if (id->pid <= 0)
		return -ESRCH;
	error = check_identity(proc, id);
	if (error)
		return error;
	pidfd = open_pidfd(id->pid);
	if (pidfd < 0)
		return pidfd;
	error = verify(proc, id, pidfd);
	if (error) {
		close(pidfd);
		return error;
	}
	t = fatal_calloc(1, sizeof *t);
	t->id = *id;
	t->pidfd = pidfd;
	*out = t;
	return 0;
}

static void check_stat(int proc, const struct target *t, struct target_status *out)
{
	char bytes[STAT_BYTES];
	struct proc_stat stat;
	size_t len;

	if (read_stat(proc, t->id.pid, bytes, &stat))
		return;
	out->state = stat.state;
	out->is_zombie = stat.state == 'Z';
	out->is_kernel_thread = stat.is_kernel_thread;
	out->start_time = stat.start_time;
	out->is_same_process = stat.start_time == t->id.start_time;
	len = stat.comm.len < sizeof out->comm ? stat.comm.len : sizeof out->comm - 1;
	memcpy(out->comm, stat.comm.ptr, len);
}

static void check_status(int proc, const struct target *t, struct target_status *out)
{
	char path[PROCFS_PATH], bytes[STATUS_BYTES];
	struct proc_status status;
	int error;
	struct slice text;

	procfs_path(path, t->id.pid, 0, "status");
	text = procfs_read(proc, path, bytes, sizeof bytes, &error);
	if (error || procfs_parse_status(text, &status))
		return;
	out->is_namespace_init = status.is_namespace_init;
	out->ignored = status.ignored;
	out->blocked = status.blocked;
	out->caught = status.caught;
}

/* In the process's own table, or in that of some thread (a zombie leader has none, CLONE_FILES may be
 * undone). */
static bool holds(int proc, const struct target_id *id)
{
	struct map wanted = {0};
	struct finds finds = {0};
	uint32_t ignored;
	bool is_held;

	if (!id->inode)
		return false;
	map_put(&wanted, id->inode, 0);
	walk_table(proc, id->pid, 0, &wanted, &finds, &ignored);
	if (!finds.count)
		walk_tasks(proc, id->pid, &wanted, &finds);
	is_held = finds.count > 0;
	free(finds.items);
	map_done(&wanted);
	return is_held;
}

int target_check(int proc, struct target *t, struct target_status *out)
{
	struct target_status status = {.state = '?'};

	check_stat(proc, t, &status);
	check_status(proc, t, &status);
	status.holds_socket = holds(proc, &t->id);
	status.may_signal = send(t->pidfd, 0) == 0;
	/* Asked last: when it lives now, it lived while the rest was read, and no other process had its
	 * pid. */
	status.has_exited = has_exited(t->pidfd);
	if (status.has_exited)
		status = (struct target_status){.state = '?', .has_exited = true};
	*out = status;
	return 0;
}

const struct target_id *target_id(const struct target *t)
{
	return &t->id;
}

int target_signal(struct target *t, int signal)
{
	return send(t->pidfd, signal);
}

void target_close(struct target *t)
{
	if (!t)
		return;
	close(t->pidfd);
	free(t);
}
