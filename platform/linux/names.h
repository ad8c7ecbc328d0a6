/* Names for numbers: users, network devices, services; this machine's name and limits; lotop's own
 * ancestors. All cached: what can change is read again now and then. May block in the system's name
 * services. */
#ifndef PLATFORM_LINUX_NAMES_H
#define PLATFORM_LINUX_NAMES_H

#include "model/facts.h"

struct names;

struct names *names_new(int proc);   /* borrows the descriptor of /proc; -1 = there is none */
void names_free(struct names *n);    /* NULL is fine */

/* Adds everything that the sockets and processes of `facts` refer to, the host, the limits and the
 * ancestors. */
void names_add(struct names *n, struct facts *facts);

#endif
