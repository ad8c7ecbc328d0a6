/* The filter language: parsed once, matched many times. The same in `/`, on the command line and in
 * the config.
 *   query  = term { ["and" | "or"] term }    juxtaposition is "and" and binds tighter than "or"
 *   term   = "not" term | "(" query ")" | [ field ":" ] values
 *   values = value { "," value }             any of them
 *   value  = text | number | number "-" number | (">" | ">=" | "<" | "<=") number
 * Without a field, text is looked for in process, command, user, service, address, state and marks; a number
 * is a port or a pid, a range of numbers are ports; "addr:port", ":port", "localhost:port" and an address are
 * where it is bound. Case-insensitive. Quotes "..." keep blanks and make anything text.
 * Fields: port addr proto family state range user proc pid cmd dir service mark exposure device netns
 * kind(listener|bound|leftover). Words of a closed list (proto, state, mark ...) may be cut short.
 * A row of client leftovers has all its local ports, and the port of the server they were connected to. */
#ifndef MODEL_QUERY_H
#define MODEL_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include "base/slice.h"
#include "model/row.h"

struct query;                            /* opaque, immutable after parsing */

struct query_error {
	size_t position;                     /* byte offset into the text */
	char message[256];                   /* plain ASCII: "unknown field 'prt': did you mean port?" */
};

/* 0 and *out (owned by the caller), or -EINVAL and *error. An empty text matches everything. */
int query_parse(struct slice text, struct query **out, struct query_error *error);
void query_free(struct query *q);                                     /* NULL is fine */
bool query_match(const struct query *q, const struct row *row);       /* q NULL matches everything */

#endif
