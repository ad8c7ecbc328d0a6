/* Where a socket may be bound, as a filter says it: "127.0.0.1:3000", "[::1]", ":3000", "localhost:3000",
 * "*", "127.0.0.53%lo", "http://localhost:3000/path". Pure. */
#ifndef MODEL_PLACE_H
#define MODEL_PLACE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/slice.h"
#include "model/snapshot.h"

enum place_kind { PLACE_ANY, PLACE_ADDRESS, PLACE_LOCALHOST, PLACE_WILDCARD };

struct place {
	enum place_kind kind;
	struct endpoint address;         /* PLACE_ADDRESS: family and address */
	struct slice device;             /* borrowed; empty = any */
	uint16_t port;                   /* 0 = any */
};

/* 0 or -EINVAL: no such form (a name, a part of an address). *out borrows from `text`. */
int place_parse(struct slice text, struct place *out);
/* "localhost" is 127.0.0.1, ::1 and the wildcards that answer there. An IPv4 address means its mapped form
 * as well. */
bool place_match(const struct place *p, const struct listener *l);
/* Does it answer there: a match, or a wildcard that has the address, too? */
bool place_is_served(const struct place *p, const struct listener *l);
/* Would it keep a server from binding there? Who answers there does, and for a wildcard who is at any address
 * that it has. */
bool place_is_taken(const struct place *p, const struct listener *l);
/* Is any of its sockets bound to `low`..`high`, or was connected to it in a row of client leftovers? */
bool place_has_port(const struct listener *l, uint64_t low, uint64_t high);

#endif
