/* What one cell knows, with its type: made by model/cell, told by tables, JSON, CSV, sort and filter. */
#ifndef MODEL_VALUE_H
#define MODEL_VALUE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"

enum value_kind { VALUE_NULL, VALUE_BOOL, VALUE_NUMBER, VALUE_TEXT };

struct value {
	enum value_kind kind;
	int64_t number;              /* BOOL: 0/1 */
	const char *text;            /* safe; static or borrowed from the row */
};

struct value value_null(void);
struct value value_of_text(const char *text);                 /* NULL: the null value */
struct value value_of_number(int64_t number);
struct value value_of_bool(bool is_true);

void value_add(struct buf *out, struct value v);              /* as a table shows it; "-" for null */
void value_add_duration(struct buf *out, struct value v);     /* of milliseconds: "12m" */

#endif
