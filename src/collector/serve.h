/* The state of the collector, and what each job does to it. Shared by collector.c, which owns the thread
 * and its schedule, and serve.c, which does what is asked for; nobody else includes it. */
#ifndef COLLECTOR_SERVE_H
#define COLLECTOR_SERVE_H

#include <pthread.h>
#include <stdatomic.h>
#include "collector/killer.h"
#include "collector/mailbox.h"
#include "collector/scan.h"

struct sources;

struct collector {
	pthread_t thread;
	struct mailbox *mailbox;         /* borrowed */
	struct platform *platform;       /* owned */
	struct sources *sources;         /* borrowed; NULL = none */
	int ended_fd;                    /* eventfd: readable when the thread is at its end */
	_Atomic(int) fate;               /* enum fate: whoever comes second frees the collector */
	/* The rest is the thread's alone. */
	struct scan_request request;
	int64_t interval_us;
	bool is_paused, has_quit, wants_connections;
	bool has_scanned;                /* the first frame, without owners, was tried */
	bool is_kill_elsewhere;          /* the one that was begun last */
	bool is_asked, is_woken;         /* a scan is wanted: now; before its time */
	bool is_awaited;                 /* the scan in flight was asked for */
	bool wants_why, is_for_why;      /* a scan of everything is to answer JOB_WHY: the next one; the one in flight */
	struct endpoint why_at;
	bool why_connects;
	int64_t thorough_us;             /* when the last scan began that was not quick; 0 = never */
	struct scan scan;
	struct killer killer;
	const struct snapshot *newest;   /* a reference; NULL before the first */
};

/* Both on the collector's thread. Every job that waits; and the answer to the last JOB_WHY, by what `s`
 * shows. */
void serve_jobs(struct collector *c);
void serve_why(struct collector *c, const struct snapshot *s);

#endif
