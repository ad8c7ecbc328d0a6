/* Rows as text: the table for people and awk, CSV and JSON for programs. All from the column table. */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include "cli/output.h"
#include "model/rows.h"

enum { PRINT_SCHEMA = 1 };           /* of every JSON answer */

struct print_style {                 /* zeroed = as usual */
	const struct column *columns[COLUMN_MAX];    /* in this order */
	unsigned column_count;               /* 0 = the usual ones */
	bool has_no_header;
	bool is_nul;                         /* TAB between columns, NUL behind rows, no titles, no padding */
	const struct snapshot *of;           /* the rows': it may wish for more than the usual ones; NULL = none */
};

/* On a terminal the columns that fit, cut to its width. Elsewhere every default column and the command line,
 * nothing cut; so, too, columns that were asked for. */
void print_table(struct buf *out, const struct rows *rows, const struct output *to,
		 const struct print_style *style);
/* RFC 4180, the values as JSON has them, not known is empty. A text that a spreadsheet would take for a
 * formula (it begins with = + - @) gets a ' in front. Usual are all columns but the sign. */
void print_csv(struct buf *out, const struct rows *rows, const struct print_style *style);
/* One listener as a JSON object. */
void print_json_row(struct buf *out, const struct facts *facts, const struct row *row);
/* One of its holders, likewise; and the member "user". */
void print_json_holder(struct buf *out, const struct facts *facts, const struct listener *l,
		       const struct holder *h);
void print_json_user(struct buf *out, const struct facts *facts, uint32_t uid);
/* What every JSON answer begins with: schema, time, host, source, gaps. Within an object. */
void print_json_head(struct buf *out, const struct facts *facts);
/* The JSON contract, schema 1: one object; each listener on a line of its own. Only ASCII bytes. */
void print_json(struct buf *out, const struct snapshot *s, const struct rows *rows);
/* What could not be seen, a line each: "lotop: ...". */
void print_gaps(struct buf *out, const struct snapshot *s);

#endif
