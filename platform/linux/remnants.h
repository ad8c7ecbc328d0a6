/* One reading of the table of leftovers: TIME-WAIT and the like, of which there may be tens of thousands. */
#ifndef PLATFORM_LINUX_REMNANTS_H
#define PLATFORM_LINUX_REMNANTS_H

#include "model/shared.h"
#include "platform/linux/tables.h"

/* As tables_dump(). *out gets one reference in any case: to an empty table where nothing could be read.
 * With `limits` one TIME-WAIT stands for all that have its local end (socket_fact.others), where that is a
 * server's: out of the range from which the kernel gives ports to clients. NULL: each is told. */
int remnants_read(struct tables *t, const struct sockdiag_query *query, const struct kernel_limits *limits,
		  struct facts *facts, const struct leftovers **out);
const struct leftovers *remnants_none(void);          /* one reference to an empty table */

#endif
