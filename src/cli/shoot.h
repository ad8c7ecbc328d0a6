/* The signal of lotop kill, and what becomes of it. */
#ifndef CLI_SHOOT_H
#define CLI_SHOOT_H

#include "action/volley.h"
#include "cli/options.h"

/* Sends it to all that are not refused, and tells on stdout (not with --json) what each of them does, until
 * all is told or the patience of the options is over. `request`: what is looked at of the ports. */
void shoot(const struct options *o, struct platform *p, const struct scan_request *request,
	   struct volley *volley, int signal);

#endif
