/* The fields of the filter language, as a table: "port" in "port:3000". Static, pure. */
#ifndef MODEL_FIELD_H
#define MODEL_FIELD_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/slice.h"
#include "model/row.h"

enum { FIELD_MAX = 32 };             /* there are no more */

/* Those that the language has a use for without being asked; the others are found by their names. */
enum field_id {
	FIELD_PORT, FIELD_ADDR, FIELD_STATE, FIELD_MARK, FIELD_PROC, FIELD_PID, FIELD_CMD, FIELD_USER,
	FIELD_SERVICE, FIELD_UNNAMED
};

/* What a field has of these decides which values it takes: one of its words, else a number up to its limit,
 * else text (and, where it has numbers too, a number). */
struct field {
	const char *name;                                /* "port" */
	const char *column;                              /* the same thing's column: another name for it */
	const char *(*choice)(unsigned i);               /* its words, at most 32; NULL behind the last */
	uint32_t (*bits)(const struct row *row);         /* which of them the row is: bit i is choice(i) */
	bool (*has_number)(const struct listener *l, uint64_t low, uint64_t high);
	uint64_t limit;                                  /* the largest number; 0: text comes first */
	const char *(*row_text)(const struct row *row);  /* of the two any may be missing, or give NULL */
	const char *(*process_text)(const struct process *p);    /* of any holder */
	void (*add_process_text)(struct buf *out, const struct process *p);      /* more of him, put together */
};

void field_names(const char *names[FIELD_MAX + 1]);     /* NULL behind the last */
const struct field *field_get(enum field_id id);
const struct field *field_find(struct slice name);      /* by its own or its column's name; NULL */

#endif
