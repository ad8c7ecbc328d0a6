/* platform_ops.probe for Linux: everything that is asked about one port besides a scan. Keeps nothing. */
#ifndef PLATFORM_LINUX_PROBE_H
#define PLATFORM_LINUX_PROBE_H

#include "platform/platform.h"

/* `proc`: descriptor of /proc, -1 = there is none. */
void probe_port(int proc, const struct probe_request *request, struct probe *out);

/* Is the port in a list like "8080,9000-9010"? Unknown entries are skipped. */
bool probe_is_listed(struct slice list, uint16_t port);

#endif
