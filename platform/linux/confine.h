/* What lotop gives up once everything is open that it needs: capabilities of root that it has no use for,
 * and, where it only looks, ever starting another program. */
#ifndef PLATFORM_LINUX_CONFINE_H
#define PLATFORM_LINUX_CONFINE_H

#include <stdbool.h>
#include <stdint.h>

/* For the calling thread and those that it starts later; programs that root starts have all capabilities
 * again. 0, or -errno. */
int confine_capabilities(bool only_looks);
/* For good: no execve(2), no process_vm_writev(2), no signal through a pidfd, no sockets but those of the
 * Internet, netlink and Unix: all of them say EPERM. 0, or -errno where the kernel has no seccomp filters. */
int confine_calls(void);

#endif
