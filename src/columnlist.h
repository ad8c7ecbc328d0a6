/* Columns as a user writes them: a list of names, and an order. The same for the listeners' and the
 * connections', each of which is a number here: the place of a column, or enum link_column_id. */
#ifndef COLUMNLIST_H
#define COLUMNLIST_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/slice.h"
#include "model/column.h"

struct columnlist_kind;
extern const struct columnlist_kind columnlist_listeners, columnlist_connections;

struct columnlist {
	uint16_t columns[COLUMN_MAX];            /* each once */
	unsigned count;
};

struct columnlist_order {
	uint16_t column;
	bool is_reversed;
};

/* "pid,port", "-age": 0, or -EINVAL, *out untouched, and in `why` what is wrong. */
int columnlist_parse(const struct columnlist_kind *kind, struct slice text, struct columnlist *out,
		     struct buf *why);
int columnlist_parse_order(const struct columnlist_kind *kind, struct slice text,
			   struct columnlist_order *out, struct buf *why);
void columnlist_add(struct buf *out, const struct columnlist_kind *kind, const struct columnlist *list);
void columnlist_add_order(struct buf *out, const struct columnlist_kind *kind, struct columnlist_order order);

#endif
