/* The diagnosis of one port: why can I not bind it, why can I not reach it? A table of rules turns a snapshot
 * and a probe into findings; the first one is the answer, "free" is one too. Pure. Every text is safe and one
 * line. */
#ifndef MODEL_WHY_H
#define MODEL_WHY_H

#include <stddef.h>
#include "model/finding.h"
#include "model/probe.h"
#include "model/snapshot.h"

struct reached {                         /* who takes a connection to one of localhost's addresses */
	uint8_t family;                  /* enum family: 127.0.0.1 or ::1 */
	bool is_localhost;               /* "localhost" means it on this machine */
	bool is_answered;                /* false: refused; the rest is empty */
	struct endpoint local;           /* of the listener */
	uint32_t inode;
	int32_t pid;                     /* of its first holder; 0 = not seen */
};
enum { WHY_REACHED = 2 };

struct why;                              /* immutable; may travel between threads */

/* `at`: protocol and port; family 0 = what localhost means, else that address. `probe` NULL: nothing was
 * probed, and the answer says so. Borrows nothing. At least one finding, the weightiest first. */
struct why *why_new(const struct snapshot *s, const struct probe *probe, const struct endpoint *at);
void why_free(struct why *w);            /* NULL is fine */

const struct finding *why_findings(const struct why *w, size_t *count);
/* Both families; those of localhost come first, in the order in which programs try them. */
const struct reached *why_reached(const struct why *w);
const struct endpoint *why_at(const struct why *w);
bool why_is_free(const struct why *w);       /* nothing holds the port, and nothing is wrong */

/* Who would answer, by the rows alone, else a listener of that port at another address; NULL = nobody. */
const struct listener *why_listener(const struct snapshot *s, const struct endpoint *at);

#endif
