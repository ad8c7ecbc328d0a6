/* One line of evidence, in the words that all rules share: safe text only. Nothing is written where
 * `out` is NULL: then only the judgement is wanted. */
#ifndef MODEL_EVIDENCE_H
#define MODEL_EVIDENCE_H

#include "base/buf.h"
#include "model/snapshot.h"

void evidence_add(struct buf *out, const char *text);
void evidence_add_number(struct buf *out, uint64_t number);
void evidence_add_process(struct buf *out, const struct holder *h);          /* "node 4211" */
/* "node 4211, node 4212, node 4213 and 5 more" */
void evidence_add_processes(struct buf *out, const struct listener *l);
void evidence_add_rest(struct buf *out, uint32_t count, uint32_t named);     /* " and 5 more" */

#endif
