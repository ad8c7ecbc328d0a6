/* One value of one field of the filter language, read once and held against many rows: the 3000-4000
 * of "port:3000-4000". Where it stands in a query is the query's business (model/query.h). */
#ifndef MODEL_TERM_H
#define MODEL_TERM_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/slice.h"
#include "model/field.h"

enum { TERM_MESSAGE = 256, TERM_QUOTE = 32 };

struct term;                             /* opaque, immutable */

/* Reads a value of `field`; NULL: a word without a field. A quoted one is text, whatever it looks like.
 * 0 and *out (in the arena), or -EINVAL and why, in plain ASCII. */
int term_parse(struct arena *arena, const struct field *field, struct slice value, bool is_quoted,
	       const struct term **out, char message[TERM_MESSAGE]);
bool term_match(const struct term *t, const struct row *row);

/* `word` as it may stand in a message: printable ASCII, cut short. Returns `out`. */
const char *term_quote(char out[TERM_QUOTE], struct slice word);

#endif
