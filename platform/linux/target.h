/* A process under the sights: a pidfd, and everything that can be verified about it right now. See SAFETY
 * in the design: identity is the pidfd, held from the moment of arming; a pid alone is never signalled. */
#ifndef PLATFORM_LINUX_TARGET_H
#define PLATFORM_LINUX_TARGET_H

#include "platform/platform.h"

/* As platform_ops.target_*. `proc` is a descriptor of /proc. */
int target_open(int proc, const struct target_id *id, struct target **out);
/* Everything but socket_exists. */
int target_check(int proc, struct target *t, struct target_status *out);
const struct target_id *target_id(const struct target *t);
int target_signal(struct target *t, int signal);
void target_close(struct target *t);         /* NULL is fine */

#endif
