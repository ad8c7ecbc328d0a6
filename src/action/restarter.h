/* Programs that are known for starting again what has ended, told by a command line. Pure. */
#ifndef ACTION_RESTARTER_H
#define ACTION_RESTARTER_H

#include "model/fact.h"

/* "nodemon", "a shell loop": what it is known as. NULL: it is not known for that. Static. */
const char *restarter_known_as(const struct process_fact *p);

#endif
