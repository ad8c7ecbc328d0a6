/* Servers and machines with one trouble each, for `lotop why`: what helper_socket does not make, because it
 * needs a process that does something (accepts, hangs, filters), or a change of the whole namespace. */
#ifndef LIVE_TROUBLES_H
#define LIVE_TROUBLES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct trouble {
	const char *name;
	/* In a process of its own: makes it at `port` and returns; the process then stays. Ends by cannot()
	 * where this machine does not permit it. NULL: nothing but the commands. */
	void (*make)(uint16_t port);
	const char *commands, *undo;     /* for bash; the port in $P, the process in $PID; NULL = none */
	bool is_late;                    /* the commands need the server, or spoil the way to it */
};

extern const struct trouble troubles[];      /* ended by a NULL name */

/* The process, 0 when there is none to make; -1 when it cannot be made (the reason was printed). */
pid_t trouble_start(const struct trouble *t, uint16_t port);
void trouble_end(const struct trouble *t, uint16_t port, pid_t pid);

#endif
