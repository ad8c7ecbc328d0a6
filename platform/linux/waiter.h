/* Does a process wait for connections on a socket that it has open, and if not, what does it do instead? */
#ifndef PLATFORM_LINUX_WAITER_H
#define PLATFORM_LINUX_WAITER_H

#include "base/slice.h"
#include "model/fact.h"

enum waiter_flag { WAITER_INHERITABLE = 1, WAITER_NONBLOCKING = 2, WAITER_SIGNALLED = 4 };

/* Looks twice, so that what its threads wait for was true at one time. What may not be read is unknown
 * in *out, of which is_adopted is not told. Its text is static. */
void waiter_read(int proc, int32_t pid, uint32_t inode, struct wait_fact *out);

/* How often all its threads together have begun to wait, and how many they are: while that stays the
 * same and they wait, nothing that was true of them changes. False: that cannot be read. */
bool waiter_count(int proc, int32_t pid, uint64_t *out);

/* /proc/PID/fdinfo of an epoll: is socket `inode` among what it watches? */
bool waiter_parse_epoll(struct slice fdinfo, uint32_t inode);
/* The flags of /proc/PID/fdinfo, enum waiter_flag bits; -1 = there are none. */
int waiter_parse_flags(struct slice fdinfo);

#endif
