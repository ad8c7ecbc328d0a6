/* lotop kill --socket: what is left of closed connections is taken out of the kernel. */
#ifndef CLI_REMNANTS_H
#define CLI_REMNANTS_H

#include "cli/filter.h"
#include "platform/platform.h"
#include "model/snapshot.h"

/* Shows, asks, closes and tells. An enum exit_status. */
int remnants_close(const struct options *o, struct platform *p, const struct snapshot *s, const struct aim *aims);

#endif
