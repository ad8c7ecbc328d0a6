/* Owns the decision which columns stand in a table of a given width, and how wide each is. Which ones is
 * a matter of the width and of wishes alone, so that columns do not come and go with the rows. Width that is left goes
 * one by one to the columns whose cells need it: first up to their usual width, then as far as it goes;
 * the rest to the column that takes all. Knows no column by name. */
#include "base/text.h"
#include "model/column.h"

enum {
	PRIORITY_LAST_NEEDED = 6,        /* up to here columns are squeezed before one is dropped */
	SLACK = 7,                       /* beyond the usual, before there is room for a column more */
	REST = 26                        /* what the column that takes the rest gets, too, before another comes */
};

struct layout {
	bool is_taken[COLUMN_COUNT];
	uint16_t widths[COLUMN_COUNT];
	uint16_t wanted[COLUMN_COUNT];   /* by the widest cell */
	uint32_t wishes;                 /* bits of columns that are there whatever their priority */
	unsigned left;                   /* columns of the screen that nobody has yet */
	struct buf text;                 /* scratch */
};

struct space {                           /* what the columns that are taken need, with a blank behind each */
	unsigned least, usual;
};

static unsigned priority_of(const struct layout *l, const struct column *c)
{
	return l->wishes >> c->id & 1 ? PRIORITY_NEVER_DROPPED : c->priority;
}

/* The columns that may be dropped are asked in order of priority; the first that finds no room ends it. */
static bool take_priority(struct layout *l, struct space *space, unsigned priority, unsigned width)
{
	for (unsigned id = 0; id < COLUMN_COUNT; id++) {
		const struct column *c = column_get(id);
		unsigned least = space->least + c->min_width, usual = space->usual + c->usual_width;

		if (priority_of(l, c) != priority)
			continue;
		if (priority && (priority > PRIORITY_LAST_NEEDED ? usual + SLACK : least) > width)
			return false;
		l->is_taken[id] = true;
		space->least = least + 1;
		space->usual = usual + 1 + (c->max_width ? 0 : REST);
	}
	return true;
}

static void take_columns(struct layout *l, unsigned width)
{
	struct space space = { 0 };
	unsigned priority = 0;

	while (priority < PRIORITY_ON_REQUEST && take_priority(l, &space, priority, width))
		priority++;
}

/* From left to right as far as the width goes: 1 x 1 is a screen, too. */
static void give_least(struct layout *l, unsigned width)
{
	unsigned used = 0;

	for (unsigned id = 0; id < COLUMN_COUNT; id++) {
		unsigned start = used ? used + 1 : 0, least = column_get(id)->min_width;

		if (!l->is_taken[id])
			continue;
		l->is_taken[id] = start < width;
		if (!l->is_taken[id])
			continue;
		l->widths[id] = (uint16_t)(least < width - start ? least : width - start);
		used = start + l->widths[id];
	}
	l->left = width - used;
}

static void measure(struct layout *l, const struct row *const *rows, unsigned row_count, unsigned id)
{
	const struct column *c = column_get(id);
	unsigned most = c->max_width ? c->max_width : UINT16_MAX;

	l->wanted[id] = c->min_width;
	for (unsigned i = 0; i < row_count && l->wanted[id] < most; i++) {
		unsigned width;

		buf_clear(&l->text);
		column_format(&l->text, c, rows[i]);
		width = text_width(buf_string(&l->text));
		if (width > l->wanted[id])
			l->wanted[id] = (uint16_t)(width < most ? width : most);
	}
}

/* One for each in turn, so that the narrow ones are full before the wide ones take it all. */
static void grow(struct layout *l, bool is_beyond_usual)
{
	bool has_grown = true;

	while (l->left && has_grown) {
		has_grown = false;
		for (unsigned id = 0; id < COLUMN_COUNT && l->left; id++) {
			unsigned usual = column_get(id)->usual_width;

			if (!l->is_taken[id] || l->widths[id] >= l->wanted[id] ||
			    (!is_beyond_usual && l->widths[id] >= usual))
				continue;
			l->widths[id]++;
			l->left--;
			has_grown = true;
		}
	}
}

unsigned column_layout(const struct row *const *rows, unsigned row_count, unsigned width, uint32_t wishes,
		       uint8_t ids[COLUMN_COUNT], uint16_t widths[COLUMN_COUNT])
{
	struct layout l = { .wishes = wishes };
	unsigned count = 0;

	if (width > UINT16_MAX)
		width = UINT16_MAX;
	take_columns(&l, width);
	give_least(&l, width);
	for (unsigned id = 0; id < COLUMN_COUNT && l.left; id++)
		if (l.is_taken[id])
			measure(&l, rows, row_count, id);
	buf_done(&l.text);
	grow(&l, false);
	grow(&l, true);
	for (unsigned id = 0; id < COLUMN_COUNT; id++) {
		if (!l.is_taken[id])
			continue;
		ids[count] = (uint8_t)id;
		widths[count++] = (uint16_t)(l.widths[id] + (column_get(id)->max_width ? 0 : l.left));
	}
	return count;
}
