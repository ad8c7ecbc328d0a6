/* The columns of the connections view: THE table of them, as model/column is of the listeners'. Pure. */
#ifndef UI_LINKCOLUMN_H
#define UI_LINKCOLUMN_H

#include <stdbool.h>
#include "base/slice.h"
#include "model/connection.h"

enum link_column_id {
	LINK_CLIENT, LINK_SERVER, LINK_STATE, LINK_AGE, LINK_TO_SERVER, LINK_TO_CLIENT, LINK_COLUMN_COUNT
};

struct link_column {
	const char *name;                /* config: "to-server" */
	const char *title;               /* table head: ">SERVER" */
	const char *help;                /* one line */
	uint8_t min_width, max_width;
	bool is_right;
	void (*add)(struct buf *out, const struct connection *c, int64_t now_ms);
	/* NULL: as the table stands without a choice, by server. */
	int (*compare)(const struct connection *a, const struct connection *b);
};

const struct link_column *link_column_get(enum link_column_id id);       /* static table */
/* 0, or -ENOENT and *out untouched. */
int link_column_find(struct slice name, enum link_column_id *out);
/* By that column, then by server and client. */
int link_column_compare(enum link_column_id id, const struct connection *a, const struct connection *b);
/* "node 4211", or what there is instead; also for the sentences below the table. */
void link_add_process(struct buf *out, const struct connection_end *end);

#endif
