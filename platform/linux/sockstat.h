/* /proc/net/sockstat and sockstat6: a 2 us answer to "is there any TCP socket besides the listeners?"
 * (proc(5)). */
#ifndef PLATFORM_LINUX_SOCKSTAT_H
#define PLATFORM_LINUX_SOCKSTAT_H

#include <stdbool.h>
#include <stddef.h>
#include "base/slice.h"

struct sockstat {
	int v4, v6;                  /* kept descriptors; -1 = not there */
};

void sockstat_open(struct sockstat *s);
void sockstat_close(struct sockstat *s);

/* No TCP socket of this network namespace is hashed but `listening` listeners, and none is orphaned or in
 * TIME-WAIT. False when that cannot be known. */
bool sockstat_has_only(const struct sockstat *s, size_t listening);

/* The number behind `key` in the line that starts with `title` ("TCP:", "inuse"). */
bool sockstat_parse(struct slice text, const char *title, const char *key, uint64_t *out);

#endif
