/* One connection to a port, to see what becomes of it: the only part of lotop that touches a service. */
#ifndef PLATFORM_LINUX_ATTEMPT_H
#define PLATFORM_LINUX_ATTEMPT_H

#include "base/slice.h"
#include "model/probe.h"
#include "platform/linux/tables.h"

/* Connects, waits for an answer until the deadline, then at most ATTEMPT_ACCEPT_MS for some process to accept
 * it, and resets it: nothing is sent and no TIME-WAIT is left. */
enum { ATTEMPT_ACCEPT_MS = 250 };
void attempt_connect(struct tables *tables, const struct endpoint *to, int timeout_ms,
		     struct probe_attempt *out);

/* The counters in the text of /proc/net/netstat: two lines for each title, names and numbers. */
void attempt_parse_counters(struct slice text, struct tcp_counters *out);

#endif
