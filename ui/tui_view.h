/* How somebody looks at the table: what the dashboard starts with, what it ends with, and what is
 * remembered between the two. A plain value. */
#ifndef UI_TUI_VIEW_H
#define UI_TUI_VIEW_H

#include <stdbool.h>
#include <stdint.h>
#include "model/column.h"
#include "ui/linkcolumn.h"
#include "ui/prompt.h"
#include "ui/theme.h"
#include "ui/tree.h"

struct tui_view {
	const struct column *columns[COLUMN_MAX];        /* each once, in their order; never the sign */
	const struct column *sort;       /* likewise; NULL = by port */
	uint8_t column_count;            /* 0 = the usual ones, as many as fit */
	uint8_t link_columns[LINK_COLUMN_COUNT];         /* likewise, of connections: enum link_column_id */
	uint8_t link_column_count;
	uint8_t link_sort;               /* enum link_column_id */
	bool is_link_reversed;
	bool is_split;                   /* details beside the table, where there is room */
	uint8_t theme;                   /* enum theme */
	uint8_t group;                   /* enum grouping */
	bool is_reversed, show_all, hide_leftovers;
	char filter[PROMPT_MAX];         /* safe text that query_parse takes; "" = none */
};

#endif
