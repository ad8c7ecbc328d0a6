/* The ports that a project expects: its .lotop file, parsed. Pure.
 *   [web]                      a name; a section for each port
 *   port = 3000                needed
 *   protocol = tcp             or udp; tcp where it is not given
 *   address = 127.0.0.1        an address, localhost, *; not given: any that only loopback reaches
 *   process = node*            a holder's name or command line; * any text, ? any byte, in any case
 * Comments begin with ; or # (as inih has it). */
#ifndef CLI_EXPECT_H
#define CLI_EXPECT_H

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
/* Does the whole of `text` match `pattern`? Takes at most pattern x text steps, whatever they hold. */
bool expect_pattern_matches(const char *pattern, const char *text);

#endif
