/* What the kernel counts in this network namespace anyway: an answer of a few us to "is there any TCP
 * socket besides the listeners?" and to "can any socket have come, gone or changed?" */
#ifndef PLATFORM_LINUX_SOCKSTAT_H
#define PLATFORM_LINUX_SOCKSTAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/slice.h"

struct sockstat {
	int v4, v6, traffic;         /* kept descriptors: /proc/net/sockstat, sockstat6, snmp; -1 = not there */
};

struct sockstat_counts {
	uint64_t tcp, tcp6;          /* TCP sockets with a place in a table: listeners and connections */
	uint64_t orphan, time_wait;
	uint64_t udp, udp6;          /* UDP sockets with a port */
	uint64_t traffic;            /* a sum of snmp: changes with each TCP segment and each IPv4 packet */
	uint64_t allocated;          /* TCP sockets of whatever kind, of all network namespaces */
};

void sockstat_open(struct sockstat *s);
void sockstat_close(struct sockstat *s);

/* False where it cannot be known. */
bool sockstat_read(const struct sockstat *s, struct sockstat_counts *out);

/* No TCP socket of this network namespace is hashed but `listening` listeners, and none is orphaned or in
 * TIME-WAIT. */
bool sockstat_has_only(const struct sockstat_counts *c, size_t listening);
/* Equal but for `allocated`. Between two such readings no socket of this network namespace came or went,
 * but for one that took the place of another without a word to anybody: a listener that shutdown(2) ended
 * (one that is closed is announced: sockevents.h), or a socket of the kernel's own. No connection changed,
 * and what waits to be read changed only by being read, or by UDP over IPv6. */
bool sockstat_is_still(const struct sockstat_counts *before, const struct sockstat_counts *now);

/* The number behind `key` in the line that starts with `title` ("TCP:", "inuse"). */
bool sockstat_parse(struct slice text, const char *title, const char *key, uint64_t *out);

#endif
