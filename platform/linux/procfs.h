/* The texts of /proc/PID, parsed: bytes in, values out. And the one way to read them: whole, by openat,
 * never through cwd, root, exe or fd/N (their targets may hang; readlink does not). Source: proc(5). */
#ifndef PLATFORM_LINUX_PROCFS_H
#define PLATFORM_LINUX_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/slice.h"

enum { PROCFS_PATH = 64, PROCFS_TTY = 24, PROCFS_NAMESPACE = 32 };   /* "mnt:[4026531841]" */

struct proc_stat {
	struct slice comm;           /* borrowed; raw: may hold ") R 1 (" and newlines */
	char state;
	bool is_kernel_thread;       /* PF_KTHREAD */
	int32_t ppid, group, session;
	uint32_t tty_device;
	uint64_t start_time;         /* clock ticks after boot */
};

struct proc_status {
	uint32_t uid;                /* effective; UID_UNKNOWN */
	bool is_namespace_init;      /* pid 1 of its own pid namespace */
	uint64_t ignored, blocked, caught;
};

int procfs_parse_stat(struct slice bytes, struct proc_stat *out);         /* 0 or -EBADMSG */
int procfs_parse_status(struct slice bytes, struct proc_status *out);     /* 0 or -EBADMSG: no Uid line */
struct slice procfs_parse_cgroup(struct slice bytes);     /* path of the "0::" line (cgroup2); empty = none */
/* What stands behind `title` in the first line that begins with it; empty where none does. */
struct slice procfs_field(struct slice text, const char *title);
/* The first word of that, as a number. False: there is none, or it is no number. */
bool procfs_number(struct slice text, const char *title, unsigned base, uint64_t *out);
bool procfs_parse_socket(struct slice link, uint32_t *inode);             /* "socket:[4711]" */
bool procfs_parse_pid(const char *name, int32_t *pid);    /* a name of /proc that is a number */
int procfs_parse_last_pid(struct slice loadavg, int32_t *pid); /* the last field of /proc/loadavg */
/* "pts/3", "tty1", "ttyS0"; "5:2" for an unlisted kind; "" for 0. */
void procfs_tty_name(uint32_t device, char out[PROCFS_TTY]);

/* "PID/name" or, with a task, "PID/task/TID/name". */
void procfs_path(char out[PROCFS_PATH], int32_t pid, int32_t task, const char *name);
/* At most `size` bytes from the beginning; or an empty slice and -errno in *error, which is 0 else. */
struct slice procfs_read(int dir, const char *path, char *buffer, size_t size, int *error);
struct slice procfs_link(int dir, const char *path, char *buffer, size_t size, int *error);

#endif
