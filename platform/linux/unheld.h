/* Where a socket is that no process has open: in the file table of an io_uring, under an accept that waits
 * in one, or in a message that nobody has read yet. */
#ifndef PLATFORM_LINUX_UNHELD_H
#define PLATFORM_LINUX_UNHELD_H

#include "base/slice.h"
#include "model/probe.h"

enum { UNHELD_MS = 400 };

/* Adds to out->unheld who has `inode` in a ring, else who may have it; as far as that may be read, and can be
 * in UNHELD_MS. */
void unheld_find(int proc, uint32_t inode, struct probe *out);

/* /proc/PID/fdinfo of an io_uring: is socket `inode` among its files? Does an accept wait in it? */
bool unheld_parse_file(struct slice fdinfo, uint32_t inode);
bool unheld_parse_accept(struct slice fdinfo);
/* /proc/PID/fdinfo of a unix socket: descriptors on their way to it. */
uint32_t unheld_parse_messages(struct slice fdinfo);
/* The next inode of /proc/net/unix; false at the end. */
bool unheld_parse_unix(struct slice *table, uint32_t *inode);

#endif
