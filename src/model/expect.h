/* The ports that a project expects: its .lotop file, parsed. Pure.
 *   [web]                      a name; a section for each port
 *   port = 3000                needed
 *   protocol = tcp             or udp; tcp where it is not given
 *   address = 127.0.0.1        an address, localhost, *; not given: any that only loopback reaches
 *   process = node*            a holder's name or command line; * any text, ? any byte, in any case
 * Comments begin with ; or # (as inih has it). */
#ifndef MODEL_EXPECT_H
#define MODEL_EXPECT_H

#include "base/arena.h"
#include "model/place.h"

enum { EXPECT_MAX = 256, EXPECT_FILE_MAX = 64 << 10 };

struct expectation {                 /* texts are safe (base/text) */
	const char *name;
	const char *address;         /* as it was written; NULL = not given */
	const char *process;         /* pattern; NULL = anybody */
	struct place place;          /* borrows from `address`; its port is not used */
	uint16_t port;
	uint8_t protocol;            /* enum protocol */
	unsigned line;               /* where it begins */
};

struct expect {
	struct arena arena;          /* owns the texts */
	struct expectation items[EXPECT_MAX];
	size_t count;
};

struct expect_error {
	unsigned line;               /* from 1 */
	const char *message;         /* static */
};

/* 0, or -EINVAL and the first mistake in *error. Either way expect_done() is the caller's. */
int expect_parse(struct slice text, struct expect *out, struct expect_error *error);
void expect_done(struct expect *e);
/* Is this row at the expected port and protocol; at the expected address; of the expected process? */
bool expectation_has_port(const struct expectation *e, const struct listener *l);
bool expectation_is_there(const struct expectation *e, const struct listener *l);
bool expectation_is_process(const struct expectation *e, const struct listener *l);
/* What is expected at the port of a row: at its very address, else at another one. NULL: nothing. */
const struct expectation *expect_find(const struct expect *e, const struct listener *l);
/* Does the whole of `text` match `pattern`? Takes at most pattern x text steps, whatever they hold. */
bool expect_pattern_matches(const char *pattern, const char *text);

#endif
