/* A file system that hangs: everything that touches a file in it waits for an answer that does not come. */
#ifndef LIVE_STUCK_H
#define LIVE_STUCK_H

#include <sys/types.h>

struct stuck {
	pid_t server;
};

/* Mounts one over `path`, in a mount namespace of the caller's own. It answers until it is stuck, so that
 * processes can go there. 0, or -errno. */
int stuck_begin(struct stuck *s, const char *path);
void stuck_stop(const struct stuck *s);
/* Who waits for it gets an error. */
void stuck_end(struct stuck *s, const char *path);

#endif
