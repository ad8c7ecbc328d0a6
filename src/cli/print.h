/* Rows as text: the table for people and awk, JSON for programs. Both from the column table. */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include "cli/output.h"
#include "model/rows.h"

/* On a terminal the columns that fit, cut to its width. Elsewhere every default column and the command line,
 * nothing cut. */
void print_table(struct buf *out, const struct rows *rows, const struct output *to);
/* The JSON contract, schema 1: one object; each listener on a line of its own. Only ASCII bytes. */
void print_json(struct buf *out, const struct snapshot *s, const struct rows *rows);
/* What could not be seen, a line each: "lotop: ...". */
void print_gaps(struct buf *out, const struct snapshot *s);

#endif
