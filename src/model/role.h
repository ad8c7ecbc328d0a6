/* What a holder does with a socket, told from its program, its age and its relatives, and from what it
 * waits for. Pure.
 *
 * What its threads wait for is known only of holders that may have been left behind (heir.h). Of all
 * others who polls is not known. So a helper that runs the server's own program (a Python server that
 * starts a Python script) counts as a worker, and a server that got its socket from a parent with
 * another program as leaked, unless that parent is in the table of those that pass sockets on. */
#ifndef MODEL_ROLE_H
#define MODEL_ROLE_H

#include <stdint.h>
#include "model/heir.h"

const char *role_name(enum role role);       /* JSON: "server", "worker", "activator", "leaked" */
enum habit role_habit(const struct process_fact *p);
/* Sets the role of all holders of the row, which ascend by pid: `holders` are the row's own. */
void role_assign(const struct heir_case *c, struct holder *holders);

#endif
