/* Where the files of the user are, whose they are, and reading and writing them with care. Under sudo they
 * are those of the user who called it: read with that user's rights, never written. */
#ifndef HOME_H
#define HOME_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>
#include "base/buf.h"
#include "base/slice.h"

struct home {
	char config[PATH_MAX];           /* .../lotop/lotop.conf; "" = nobody knows where */
	char state[PATH_MAX];            /* .../lotop/view; "" likewise */
	uid_t owner;
	gid_t group;
	bool is_borrowed;                /* the files are not lotop's own: root runs it for another user */
};

void home_find(struct home *h);
/* The whole file. 0, -ENOENT, -EPERM (it, or the link to it, belongs to somebody else), -EFBIG, -EINVAL (no
 * file), or what open and read say. `out` is appended to on success. */
int home_read(const struct home *h, const char *path, struct buf *out);
/* Replaces the state file as a whole, mode 0600, and makes its folder where it is missing; `keeps_old`: what
 * was there goes on as "view.broken". 0, or -errno: -ENOENT when there is no home directory. Not for borrowed
 * homes. */
int home_write_state(const struct home *h, struct slice text, bool keeps_old);

#endif
