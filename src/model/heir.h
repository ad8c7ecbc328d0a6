/* Who merely inherited a listening socket: told from what its threads wait for, and from what it was
 * before. Pure.
 *
 * A holder that the platform looked at is an heir when all of this holds: none of its threads can be
 * waiting for connections, and its main one rests; nobody of its program does otherwise; exec left it
 * the descriptor, or its event loop has nothing to do with it; it leads no process group, as whoever is
 * started for itself does; and its parent has ended, or holds the socket, too. A server that is busy,
 * stopped, or whose threads cannot be looked at is none. And who was one while its server lived does not
 * become a server because that has ended, unless it is seen to wait for connections, or may. */
#ifndef MODEL_HEIR_H
#define MODEL_HEIR_H

#include "model/snapshot.h"

struct heir_case {                   /* one row, all borrowed */
	const struct facts *facts;
	const struct listener *row;
	const struct listener *before;       /* the same row one scan before; NULL = not known */
};

bool heir_is_one(const struct heir_case *c, const struct holder *h);
/* Does a holder of the same program wait for connections? */
bool heir_program_serves(const struct heir_case *c, const struct process *p);
bool heir_is_same_program(const struct process *a, const struct process *b);

#endif
