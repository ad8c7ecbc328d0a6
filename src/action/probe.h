/* The diagnosis of one port, asked through the door: shared by the dashboard and the command line. Runs on
 * the thread that owns the platform. Without `connect` no service notices it. */
#ifndef ACTION_PROBE_H
#define ACTION_PROBE_H

#include <stdbool.h>
#include "model/why.h"
#include "platform/platform.h"

enum {
	PROBE_CONNECT_MS = 500
}; /* loopback answers in less, or not before the first SYN is sent again after 1 s */

/* Never fails: where the platform cannot probe (a recording), the findings say that they come from `s` alone.
 * `at` as why_new() takes it. The caller frees it by why_free(). */
struct why *probe_explain(struct platform *p, const struct snapshot *s, const struct endpoint *at,
			  bool connect);

/* False when no process can matter: `s` may then have been scanned without owners. */
bool probe_needs_owners(const struct snapshot *s, const struct endpoint *at);

#endif
