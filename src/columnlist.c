/* Owns how lists of columns are written: names with commas, a minus before an order that is turned round.
 * Refuses to know what columns tell, and what a list is for. */
#include "columnlist.h"

#include <errno.h>
#include "choice.h"
#include "ui/linkcolumn.h"

struct columnlist_kind {
	int (*find)(struct slice name);                          /* -1: there is none, or nobody chooses it */
	const char *(*name)(uint16_t column);
	void (*list)(const char *names[COLUMN_MAX + 1]);         /* zeroed */
};

static int find_column(struct slice name)
{
	const struct column *column = column_find(name);

	return column && !column->is_sign ? column->place : -1;
}

static const char *column_name(uint16_t column)
{
	return column_at(column)->name;
}

static void list_columns(const char *names[COLUMN_MAX + 1])
{
	const struct column *all[COLUMN_MAX];
	unsigned all_count = column_all(all), count = 0;

	for (unsigned i = 0; i < all_count; i++)
		if (!all[i]->is_sign)
			names[count++] = all[i]->name;
}

static int find_link_column(struct slice name)
{
	enum link_column_id id;

	return link_column_find(name, &id) ? -1 : (int)id;
}

static const char *link_column_name(uint16_t column)
{
	return link_column_get(column)->name;
}

static void list_link_columns(const char *names[COLUMN_MAX + 1])
{
	for (unsigned id = 0; id < LINK_COLUMN_COUNT; id++)
		names[id] = link_column_get(id)->name;
}

const struct columnlist_kind columnlist_listeners = { find_column, column_name, list_columns };
const struct columnlist_kind columnlist_connections = {
	find_link_column, link_column_name, list_link_columns
};

static int find(const struct columnlist_kind *kind, struct slice name, uint16_t *out, struct buf *why)
{
	const char *names[COLUMN_MAX + 1] = { 0 };
	int column = kind->find(name);

	if (column >= 0) {
		*out = (uint16_t)column;
		return 0;
	}
	kind->list(names);
	buf_add_slice(why, name);
	return choice_refuse(name, names, ": no such column", why);
}

static bool has(const struct columnlist *list, uint16_t column)
{
	for (unsigned i = 0; i < list->count; i++)
		if (list->columns[i] == column)
			return true;
	return false;
}

int columnlist_parse(const struct columnlist_kind *kind, struct slice text, struct columnlist *out,
		     struct buf *why)
{
	struct columnlist list = { .count = 0 };

	while (text.len) {
		uint16_t column;

		if (find(kind, slice_trim(slice_cut(&text, ',')), &column, why))
			return -EINVAL;
		if (has(&list, column)) {
			buf_printf(why, "the column %s stands twice", kind->name(column));
			return -EINVAL;
		}
		list.columns[list.count++] = column;
	}
	*out = list;
	return 0;
}

int columnlist_parse_order(const struct columnlist_kind *kind, struct slice text,
			   struct columnlist_order *out, struct buf *why)
{
	bool is_reversed = slice_starts(text, "-");
	uint16_t column;

	if (find(kind, slice_from(text, is_reversed), &column, why))
		return -EINVAL;
	*out = (struct columnlist_order){ column, is_reversed };
	return 0;
}

void columnlist_add(struct buf *out, const struct columnlist_kind *kind, const struct columnlist *list)
{
	for (unsigned i = 0; i < list->count; i++)
		buf_printf(out, "%s%s", i ? "," : "", kind->name(list->columns[i]));
}

void columnlist_add_order(struct buf *out, const struct columnlist_kind *kind, struct columnlist_order order)
{
	buf_printf(out, "%s%s", order.is_reversed ? "-" : "", kind->name(order.column));
}
