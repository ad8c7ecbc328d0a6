/* The other machines that --from names. */
#ifndef CLI_REMOTE_H
#define CLI_REMOTE_H

#include "cli/options.h"
#include "collector/sources.h"

struct remote;

/* Cuts each --from into words. 0 and *out (NULL where there is no --from), or -EINVAL after a complaint. */
int remote_parse(const struct options *o, struct remote **out);
/* Streams for all of them; borrows labels from `r`, which has to outlive it. NULL where r is NULL. `m` as in
 * sources_new(). */
struct sources *remote_sources(const struct remote *r, const struct options *o, struct mailbox *m);
void remote_free(struct remote *r);  /* NULL is fine */

/* One look at all of them beside `local`, which is taken. *is_whole is false, after a complaint for each, where a machine
 * did not answer. A reference for the caller. */
const struct snapshot *remote_join(const struct remote *r, const struct options *o, const struct snapshot *local,
				   bool *is_whole);

#endif
