/* Owns the columns as a whole: their order, which one a name means, and what holds where a column says
 * nothing of its own. Refuses to know what any of them tells (cell_*.c) and how wide a screen is. */
#include "model/column.h"

#include <assert.h>

static const struct column *const tables[] = {
	cell_endpoint_columns, cell_socket_columns, cell_owner_columns, cell_past_columns,
};

enum { TABLE_COUNT = sizeof tables / sizeof *tables };

/* The tables are by noun, and nearly in order. */
unsigned column_all(const struct column *all[COLUMN_MAX])
{
	unsigned count = 0;

	for (unsigned i = 0; i < TABLE_COUNT; i++) {
		for (const struct column *c = tables[i]; c->name; c++) {
			unsigned at = count++;

			assert(count <= COLUMN_MAX);
			for (; at && all[at - 1]->place > c->place; at--)
				all[at] = all[at - 1];
			all[at] = c;
		}
	}
	return count;
}

const struct column *column_find(struct slice name)
{
	for (unsigned i = 0; i < TABLE_COUNT; i++)
		for (const struct column *c = tables[i]; c->name; c++)
			if (slice_is(name, c->name) || (c->json && slice_is(name, c->json)))
				return c;
	return NULL;
}

const struct column *column_named(const char *name)
{
	const struct column *c = column_find(slice_of(name));

	assert(c);
	return c;
}

const struct column *column_at(unsigned place)
{
	for (unsigned i = 0; i < TABLE_COUNT; i++)
		for (const struct column *c = tables[i]; c->name; c++)
			if (c->place == place)
				return c;
	return NULL;
}

void column_format(struct buf *out, const struct column *c, const struct row *row)
{
	if (c->format)
		c->format(out, row);
	else
		value_add(out, c->value(row));
}

void column_format_within(struct buf *out, const struct column *c, const struct row *row, unsigned width)
{
	struct buf cell = { 0 };

	if (!c->shorten) {
		column_format(out, c, row);
		return;
	}
	column_format(&cell, c, row);
	c->shorten(out, buf_string(&cell), width);
	buf_done(&cell);
}

bool column_is_natural(const struct column *c)
{
	return c->compare == cell_key_compare;
}

bool column_is_usual(const struct column *c, const struct snapshot *s)
{
	if (c->is_wished)
		return s && c->is_wished(s);
	return c->priority != PRIORITY_NOT_BY_DEFAULT;
}
