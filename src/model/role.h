/* What a holder does with a socket, told from its program, its age and its relatives. Pure.
 *
 * It cannot look into a process: who polls is not known. So a helper that runs the server's own program (a
 * Python server that starts a Python script) counts as a worker, and a server that got its socket from a
 * parent with another program as leaked, unless that parent is in the table of those that pass sockets on.
 * When the server is gone, what is left counts as leaked only if it runs a program that never serves. */
#ifndef MODEL_ROLE_H
#define MODEL_ROLE_H

#include <stdint.h>
#include "model/snapshot.h"

const char *role_name(enum role role);       /* JSON: "server", "worker", "activator", "leaked" */
enum habit role_habit(const struct process_fact *p);
/* Sets the role of all holders of one row, which ascend by pid. */
void role_assign(struct holder *holders, uint32_t count, uint32_t socket_count);

#endif
