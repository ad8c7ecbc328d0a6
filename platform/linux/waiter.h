/* Does a process wait for connections on a socket that it has open, and if not, what does it do instead? */
#ifndef PLATFORM_LINUX_WAITER_H
#define PLATFORM_LINUX_WAITER_H

#include "base/slice.h"
#include "model/probe.h"

/* What may not be read is unknown in *out. */
void waiter_read(int proc, int32_t pid, uint32_t inode, struct probe_waiter *out);

/* /proc/PID/fdinfo of an epoll: is socket `inode` among what it watches? */
bool waiter_parse_epoll(struct slice fdinfo, uint32_t inode);
/* The flags of /proc/PID/fdinfo: TRISTATE_TRUE without O_CLOEXEC. */
int8_t waiter_parse_flags(struct slice fdinfo);
/* "43 0x3 ..." -> 43 and 3. False: running, or not in a system call. */
bool waiter_parse_syscall(struct slice text, int64_t *number, uint64_t *first_argument);

#endif
