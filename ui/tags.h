/* The rows that the user has tagged, by their keys: tags stay on their rows when these move. Pure. */
#ifndef UI_TAGS_H
#define UI_TAGS_H

#include <stdbool.h>
#include "model/rows.h"

struct tags {                            /* a zeroed struct is an empty set; tags_done frees */
	struct row_key *keys;            /* ascending */
	size_t count, cap;
};

void tags_done(struct tags *t);
void tags_clear(struct tags *t);
bool tags_has(const struct tags *t, const struct row_key *key);
void tags_toggle(struct tags *t, const struct row_key *key);
/* Drops tags of rows that are not there any more. */
void tags_prune(struct tags *t, const struct tracker *tracker);
/* The tagged rows, in the order of their keys: *cursor starts at 0; NULL behind the last. */
const struct row *tags_next(const struct tags *t, const struct tracker *tracker, size_t *cursor);

#endif
