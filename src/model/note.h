/* What there is to say about a row beyond its facts, in one sign and a few words: what happened to it, its
 * marks, how long a leftover will last. Pure. */
#ifndef MODEL_NOTE_H
#define MODEL_NOTE_H

#include "base/buf.h"
#include "model/row.h"

char note_sign(const struct row *row);                       /* '+' '~' '-', the main mark's sign, or ' ' */
/* For sorting: changed rows weigh 0, then by the main mark, rows without any come last. */
unsigned note_weight(const struct row *row);
void note_add(struct buf *out, const struct row *row);       /* "new, exposed, web", "41s left, x3", "gone" */

#endif
