/* The facts of the details page as tables: label, text, where it was read. Pure; only details.c asks. */
#ifndef UI_DETAILS_FACTS_H
#define UI_DETAILS_FACTS_H

#include "ui/describe.h"

struct details_context {
	const struct subject *about;
	const struct listener *listener;
	const struct holder *holder;     /* NULL while the facts are the socket's */
};

struct details_fact {
	const char *label;
	const char *source;              /* of a socket: NULL = its table; of a holder: below /proc/PID/ */
	void (*add)(struct buf *out, const struct details_context *c);   /* nothing: not known, or none */
};

const struct details_fact *details_socket_facts(size_t *count);
const struct details_fact *details_holder_facts(size_t *count);

#endif
