/* What is found only by a walk through the kernel's largest tables: bound-only sockets, leftovers, and
 * connections, each or counted.
 *
 * They have a pace of their own (pace.h) and are carried along in between, with expires_ms counted down.
 * What that can miss: they may be as old as PACE_CALM_US, or PACE_SHARE times as long as their dump takes,
 * whichever is longer. Where the kernel's counters say that nothing happened since they were read twice,
 * they may be SLOWTABLES_STILL_US old: that can miss a socket that was there all the time and was bound
 * only then. */
#ifndef PLATFORM_LINUX_SLOWTABLES_H
#define PLATFORM_LINUX_SLOWTABLES_H

#include "model/shared.h"
#include "platform/linux/boundprobe.h"
#include "platform/linux/clients.h"
#include "platform/linux/pace.h"
#include "platform/linux/sockstat.h"
#include "platform/linux/tables.h"
#include "platform/platform.h"

enum { SLOWTABLES_STILL_US = 30000000 };

enum slow_kind { SLOW_BOUND, SLOW_LEFTOVERS, SLOW_CONNECTIONS, SLOW_CLIENTS, SLOW_COUNT };

struct slow_table {
	struct socket_list rows;             /* not of SLOW_LEFTOVERS and SLOW_CLIENTS */
	struct pace pace;
	struct sockstat_counts counts;       /* right before it was read */
	unsigned alike;                      /* so many readings in a row found these counts; 0 = not known */
	int64_t still_us;                    /* when they were last found unchanged; 0 = not since it was read */
	int error;                           /* of the last read: 0 or -errno */
	bool is_hinted;                      /* since it was read, listeners came or went, or a socket died */
};

struct slow_tables {                         /* zeroed but for the borrowed = never read */
	struct tables *tables;               /* borrowed */
	const struct sockstat *stat;         /* borrowed */
	struct slow_table items[SLOW_COUNT];
	const struct leftovers *leftovers;   /* a reference; NULL = never read */
	bool is_leftover_counted;            /* not each of them is told */
	struct clients clients;
	struct boundprobe bound;
};

void slowtables_done(struct slow_tables *s);
struct slow_hint {
	struct kernel_limits limits;         /* of an earlier scan; zeroed = not known */
	bool has_died;                       /* a socket, since the scan before */
	bool have_changed;                   /* listeners came or went with this scan */
};

/* Adds what `request` asks for, and the gaps: read anew where it is time. `listeners` are those of this
 * scan. */
void slowtables_add(struct slow_tables *s, const struct scan_request *request,
		    const struct socket_list *listeners, const struct slow_hint *hint, struct facts *facts);

#endif
