/* What nobody expects to be that large: the caller becomes a process of such a size. */
#ifndef LIVE_HUGE_H
#define LIVE_HUGE_H

#include <stddef.h>

#define HUGE_NAME "huge"

/* /proc/self/cmdline becomes `len` bytes: HUGE_NAME, a NUL, many 'a', many NULs. 0, or -errno: -EINVAL of a kernel
 * without CONFIG_CHECKPOINT_RESTORE. */
int huge_command(size_t len);

/* How many threads this machine bears beside what it does: at most `wanted`, and a quarter of its pids, of its
 * threads and of its free memory stays for others. */
int huge_threads_borne(int wanted);
/* Each waits for ever. Returns how many there are: fewer where the kernel refuses. */
int huge_threads(int wanted);

#endif
