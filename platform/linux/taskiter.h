/* Root's fast path to the holders of sockets: one pass of a BPF task iterator over the descriptor tables of all
 * processes, in the kernel, instead of a readlink of each descriptor. An optional part: without clang and bpftool
 * at build time, CAP_BPF + CAP_PERFMON at run time, or a kernel as new as 5.18 (iterators that may sleep), taskiter_new() says so
 * and /proc does the work with the same results.
 *
 * A pass sees what /proc/PID/fd and /proc/PID/task/TID/fd show: the tables of all thread groups and of threads with
 * a table of their own. It passes over established TCP sockets. It does not see io_uring fixed files or descriptors
 * in flight. Owned by the platform's thread. Sources: bpf(2), kernel/bpf/task_iter.c,
 * Documentation/bpf/bpf_iterators.rst. */
#ifndef PLATFORM_LINUX_TASKITER_H
#define PLATFORM_LINUX_TASKITER_H

#include <stdint.h>
#include "base/slice.h"

struct taskiter;

enum { TASKITER_DOUBTFUL = -1 };     /* instead of a descriptor: the table changed hands under the pass, or was too
				      * large (4,000 sockets): look at it again */

struct taskiter_record {
	uint64_t start_ns;       /* when the process was started, by CLOCK_BOOTTIME of the initial time namespace */
	int32_t pid;             /* thread group id: the process */
	int32_t tid;             /* the thread whose table it is; equal to pid but for threads with their own */
	int32_t fd;              /* or TASKITER_DOUBTFUL */
	uint32_t inode;          /* of the socket */
};

/* A process with such a socket in its own table, as /proc of the initial namespaces would tell it. */
struct taskiter_facts {
	uint64_t start_ns;       /* these two as in its records */
	int32_t pid;
	uint64_t cgroups, exe, cwd;      /* the same for processes of the same; 0 = none; mean nothing after the pass */
	int32_t ppid;
	uint32_t tty_device;
	uint32_t uid, gid;       /* effective */
	uint32_t mounts;         /* number of its mount namespace */
	uint32_t state, exit_state;      /* bits of TASK_REPORT, include/linux/sched.h */
	char comm[16];           /* NUL-terminated */
	struct slice command;    /* borrowed, for the call; empty = was not read */
};

struct taskiter_visitor {
	void (*each)(void *context, const struct taskiter_record *record);
	void (*facts)(void *context, const struct taskiter_facts *facts);    /* after its records */
	void *context;
};

/* Loads and attaches the iterator, about 2 ms. 0; -EOPNOTSUPP not built in, or this is not the initial pid namespace (the
 * iterator counts pids there); -EPERM, -EACCES ...: the kernel refused. */
int taskiter_new(struct taskiter **out);
void taskiter_free(struct taskiter *t);          /* NULL is fine */
/* Every (process, descriptor) of a TCP or UDP socket. 0, or -errno: then the pass is incomplete. */
int taskiter_pass(struct taskiter *t, const struct taskiter_visitor *visitor);

#endif
