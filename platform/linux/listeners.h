/* The sockets that wait for somebody, LISTEN and UDP, from scan to scan.
 *
 * A dump is no snapshot: under churn it misses sockets that were open all the time and doubles others
 * (seen on 6.18; the kernel resumes a hash chain by position and never says so). So doubles go by cookie,
 * and a listener of the scan before is left out only after a second look: the exact lookup, and where that
 * answers with a sibling (SO_REUSEPORT) a dump of that port, and then for at most LISTENERS_MISSES scans
 * whoever holds it.
 *
 * Each scan reads them anew, unless it is told to rest, and the kernel's own counters say that nothing
 * happened (sockstat_is_still()), and nothing waits in any queue; LISTENERS_RESTS times in a row at most.
 * What that can miss until then: one that took the place of another that was not closed but shut down;
 * another backlog of listen(2). */
#ifndef PLATFORM_LINUX_LISTENERS_H
#define PLATFORM_LINUX_LISTENERS_H

#include "platform/linux/sockstat.h"
#include "platform/linux/tables.h"
#include "platform/platform.h"

enum { LISTENERS_MISSES = 8, LISTENERS_RESTS = 8, LISTENERS_UNREST = 7 };

struct listeners_hooks {
	/* Does somebody still hold this socket, by a look at the descriptors known before? */
	bool (*is_held)(void *context, uint32_t inode);
	void *context;
};

struct listeners {                           /* zeroed but for the borrowed = never read */
	struct tables *tables;               /* borrowed */
	struct socket_list *bound;           /* borrowed: the bound-only ones */
	const struct sockstat *stat;         /* borrowed */
	struct listeners_hooks hooks;
	struct socket_list now, before;      /* of this scan, of the last one that was read */
	struct socket_list again;            /* scratch: second looks */
	struct map misses;                   /* socket_key -> scans in which no look but the holder's found it */
	struct map looked;                   /* endpoint tables that were read again in this scan */
	struct sockstat_counts counts;       /* right before `now` was read */
	bool has_counts;
	unsigned rests;                      /* scans since then */
	unsigned unrest, calm_in;            /* scans that do without the counters; of these, how many are left */
	bool has_connected;                  /* connected UDP sockets are among them */
	bool knows_mptcp;                    /* of all of them */
	bool is_whole;                       /* all tables were read by sock_diag */
	bool has_changed;                    /* some came or went with this scan */
};

void listeners_done(struct listeners *l);
/* Into `now`; gaps to `facts`. `may_rest`: none is known to have died, and whoever scans hears of it when
 * one does. -errno when no table at all could be read. */
int listeners_read(struct listeners *l, const struct scan_request *request, bool may_rest,
		   struct facts *facts);

#endif
