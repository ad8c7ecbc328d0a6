/* Which families "localhost" stands for, in the order in which programs try them. */
#ifndef PLATFORM_LINUX_LOCALHOST_H
#define PLATFORM_LINUX_LOCALHOST_H

#include "model/probe.h"

/* Unknown when this machine's resolver needs longer than LOCALHOST_MS: it asks the network where no file
 * knows the name. */
enum { LOCALHOST_MS = 40 };
void localhost_read(struct probe *out);

#endif
