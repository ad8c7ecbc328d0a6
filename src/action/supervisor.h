/* Who would start a process again when it ends, as far as a snapshot tells: its ancestors by their
 * command lines, its unit or container by its cgroup. A guess from conventions: it is shown as "may".
 * Pure. */
#ifndef ACTION_SUPERVISOR_H
#define ACTION_SUPERVISOR_H

#include <stdbool.h>
#include "action/lineage.h"

struct supervisor {              /* texts safe, "" = none */
	char restarter[64];      /* nearest ancestor that restarts what it runs: "nodemon 4199" */
	char service[64];        /* "postgresql@15-main.service" */
	char container[80];      /* "docker container 0123456789ab" */
	char remedy[112];        /* what ends service or container for good: "systemctl stop nginx.service" */
	bool is_users;           /* ... it belongs to the systemd of a user */
};

void supervisor_guess(const struct lineage *line, const struct process *p, struct supervisor *out);

#endif
