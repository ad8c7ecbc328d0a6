/* An armed kill as its two halves share it: kill.c up to the signal, aftermath.c behind it. */
#ifndef ACTION_ARMED_H
#define ACTION_ARMED_H

#include "action/lineage.h"
#include "action/plan.h"
#include "action/portwatch.h"
#include "action/status.h"

struct kill {
	struct platform *platform;       /* borrowed */
	struct target *target;           /* owned */
	struct kill_plan plan;
	struct lineage line;             /* whom it descends from */
	struct portwatch port;
	char who[80];                    /* "node 4211" */
	char where[80];                  /* "port 3000"; its address where another process has the port too */
	char comm[16];                   /* raw name when it was armed */
	bool awaits_end;                 /* a signal that should end it was sent */
	int64_t sent_ms;

	bool has_exited;
	int64_t exited_ms;
	unsigned scans;                  /* since the exit */
	enum port_fate seen;             /* by the last of them that is believed */
	char sibling[80];                /* who else holds the port: "node 4212"; "" not seen yet */
	int32_t sibling_pid;
	char leftovers[80];              /* "; 2 TIME-WAIT leftovers for 41 s"; "" none, or not seen yet */
	struct kill_status status;       /* as it was told last */
};

/* Keeps and hands out the next status. True when it is another story than the last one. */
bool armed_tell(struct kill *k, const struct kill_status *next, struct kill_status *status);

#endif
