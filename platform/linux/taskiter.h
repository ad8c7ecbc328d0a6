/* Root's fast path to the holders of sockets: one pass of a BPF task iterator over the descriptor tables of all
 * processes, in the kernel, instead of a readlink of each descriptor. An optional part: without clang and bpftool
 * at build time, CAP_BPF + CAP_PERFMON at run time, or a kernel as new as 5.17 (bpf_loop), taskiter_new() says so
 * and /proc does the work with the same results.
 *
 * A pass sees what /proc/PID/fd and /proc/PID/task/TID/fd show: the tables of all thread groups and of threads with
 * a table of their own. It passes over established TCP sockets. It does not see io_uring fixed files or descriptors
 * in flight. Owned by the platform's thread. Sources: bpf(2), kernel/bpf/task_iter.c,
 * Documentation/bpf/bpf_iterators.rst. */
#ifndef PLATFORM_LINUX_TASKITER_H
#define PLATFORM_LINUX_TASKITER_H

#include <stdint.h>

struct taskiter;

struct taskiter_record {         /* the layout that bpf/holders.bpf.c writes */
	uint64_t start_ns;       /* when the process was started, by CLOCK_BOOTTIME of the initial time namespace */
	int32_t pid;             /* thread group id: the process */
	int32_t tid;             /* the thread whose table it is; equal to pid but for threads with their own */
	int32_t fd;              /* -1: the table changed hands under the pass, or was too large: look at it again */
	uint32_t inode;          /* of the socket */
};

/* Loads and attaches the iterator, about 2 ms. 0; -EOPNOTSUPP not built in, or this is not the initial pid namespace (the
 * iterator counts pids there); -EPERM, -EACCES ...: the kernel refused. */
int taskiter_new(struct taskiter **out);
void taskiter_free(struct taskiter *t);          /* NULL is fine */
/* Calls `each` for every (process, descriptor) of a TCP or UDP socket. 0, or -errno: then the pass is incomplete. */
int taskiter_pass(struct taskiter *t, void (*each)(void *context, const struct taskiter_record *record),
		  void *context);

#endif
