/* lotop without a command: the collector's threads behind, the terminal in front. */
#ifndef DASHBOARD_H
#define DASHBOARD_H

#include "cli/options.h"
#include "remember.h"

/* Until the user ends it. Returns an enum exit_status, after a complaint where it is not STATUS_FOUND. */
int dashboard_run(const struct options *o, struct remembered *r, platform_opener *open);

#endif
