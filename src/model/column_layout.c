/* Owns the decision which columns stand in a table of a given width, and how wide each is. Which ones is
 * a matter of the width and of the snapshot's wishes alone, so that columns do not come and go with the rows.
 * Width that is left goes one by one to the columns whose cells need it: first up to their usual width, then
 * as far as it goes; the rest to the column that takes all. Knows no column by name. */
#include <string.h>
#include "base/text.h"
#include "model/column.h"

enum {
	PRIORITY_LAST_NEEDED = 6,        /* up to here columns are squeezed before one is dropped */
	SLACK = 7,                       /* beyond the usual, before there is room for a column more */
	REST = 26                        /* what the column that takes the rest gets before another comes */
};

struct layout {
	const struct column *columns[COLUMN_MAX];        /* from left to right */
	uint16_t widths[COLUMN_MAX];
	uint16_t wanted[COLUMN_MAX];     /* by the widest cell */
	unsigned count;
	unsigned left;                   /* columns of the screen that nobody has yet */
	struct buf text;                 /* scratch */
};

struct space {                           /* what the columns that are taken need, with a blank behind each */
	unsigned least, usual;
};

struct choice {
	const struct column *all[COLUMN_MAX];
	uint8_t priorities[COLUMN_MAX];
	bool is_taken[COLUMN_MAX];
	unsigned count;
	struct space space;
};

static unsigned priority_of(const struct column *c, const struct snapshot *s)
{
	if (c->is_wished)
		return column_is_usual(c, s) ? PRIORITY_NEVER_DROPPED : PRIORITY_NOT_BY_DEFAULT;
	return c->priority;
}

/* The columns that may be dropped are asked in order of priority; the first that finds no room ends it. */
static bool take_priority(struct choice *choice, unsigned priority, unsigned width)
{
	struct space *space = &choice->space;

	for (unsigned i = 0; i < choice->count; i++) {
		const struct column *c = choice->all[i];
		unsigned least = space->least + c->min_width, usual = space->usual + c->usual_width;

		if (choice->priorities[i] != priority)
			continue;
		if (priority && (priority > PRIORITY_LAST_NEEDED ? usual + SLACK : least) > width)
			return false;
		choice->is_taken[i] = true;
		space->least = least + 1;
		space->usual = usual + 1 + (c->max_width ? 0 : REST);
	}
	return true;
}

static void take_usual(struct layout *l, const struct snapshot *s, unsigned width)
{
	struct choice choice = { 0 };
	unsigned last = 0;

	choice.count = column_all(choice.all);
	for (unsigned i = 0; i < choice.count; i++) {
		unsigned priority = choice.priorities[i] = (uint8_t)priority_of(choice.all[i], s);

		last = priority > last && priority != PRIORITY_NOT_BY_DEFAULT ? priority : last;
	}
	for (unsigned priority = 0; priority <= last && take_priority(&choice, priority, width);)
		priority++;
	for (unsigned i = 0; i < choice.count; i++)
		if (choice.is_taken[i])
			l->columns[l->count++] = choice.all[i];
}

static unsigned least_width(const struct layout *l)
{
	unsigned width = 0;

	for (unsigned i = 0; i < l->count; i++)
		width += l->columns[i]->min_width + (i > 0);
	return width;
}

/* The last one that may be dropped; false when there is none. */
static bool drop_last(struct layout *l)
{
	for (unsigned i = l->count; i-- > 0;) {
		if (l->columns[i]->priority == PRIORITY_NEVER_DROPPED)
			continue;
		memmove(&l->columns[i], &l->columns[i + 1], (--l->count - i) * sizeof *l->columns);
		return true;
	}
	return false;
}

/* Before the user's columns stands the sign: nothing is told by colour alone. */
static void take_chosen(struct layout *l, const struct column *const *chosen, unsigned count, unsigned width)
{
	l->columns[l->count++] = column_named("sign");
	for (unsigned i = 0; i < count && l->count < COLUMN_MAX; i++)
		if (!chosen[i]->is_sign)
			l->columns[l->count++] = chosen[i];
	while (least_width(l) > width && drop_last(l))
		;
}

/* From left to right as far as the width goes: 1 x 1 is a screen, too. */
static void give_least(struct layout *l, unsigned width)
{
	unsigned used = 0, count = 0;

	for (unsigned i = 0; i < l->count; i++) {
		unsigned start = used ? used + 1 : 0, least = l->columns[i]->min_width;

		if (start >= width)
			break;
		l->widths[count++] = (uint16_t)(least < width - start ? least : width - start);
		used = start + l->widths[i];
	}
	l->count = count;
	l->left = width - used;
}

static void measure(struct layout *l, const struct row *const *rows, unsigned row_count, unsigned i)
{
	const struct column *c = l->columns[i];
	unsigned most = c->max_width ? c->max_width : UINT16_MAX;

	l->wanted[i] = c->min_width;
	for (unsigned row = 0; row < row_count && l->wanted[i] < most; row++) {
		unsigned width;

		buf_clear(&l->text);
		column_format(&l->text, c, rows[row]);
		width = text_width(buf_string(&l->text));
		if (width > l->wanted[i])
			l->wanted[i] = (uint16_t)(width < most ? width : most);
	}
}

/* One for each in turn, so that the narrow ones are full before the wide ones take it all. */
static void grow(struct layout *l, bool is_beyond_usual)
{
	bool has_grown = true;

	while (l->left && has_grown) {
		has_grown = false;
		for (unsigned i = 0; i < l->count && l->left; i++) {
			unsigned usual = l->columns[i]->usual_width;

			if (l->widths[i] >= l->wanted[i] || (!is_beyond_usual && l->widths[i] >= usual))
				continue;
			l->widths[i]++;
			l->left--;
			has_grown = true;
		}
	}
}

static unsigned finish(struct layout *l, const struct row *const *rows, unsigned row_count, unsigned width,
		       const struct column *columns[COLUMN_MAX], uint16_t widths[COLUMN_MAX])
{
	give_least(l, width);
	for (unsigned i = 0; i < l->count && l->left; i++)
		measure(l, rows, row_count, i);
	buf_done(&l->text);
	grow(l, false);
	grow(l, true);
	for (unsigned i = 0; i < l->count; i++) {
		columns[i] = l->columns[i];
		widths[i] = (uint16_t)(l->widths[i] + (l->columns[i]->max_width ? 0 : l->left));
	}
	return l->count;
}

unsigned column_layout(const struct row *const *rows, unsigned row_count, unsigned width,
		       const struct snapshot *s, const struct column *columns[COLUMN_MAX],
		       uint16_t widths[COLUMN_MAX])
{
	struct layout l = { 0 };

	if (width > UINT16_MAX)
		width = UINT16_MAX;
	take_usual(&l, s, width);
	return finish(&l, rows, row_count, width, columns, widths);
}

unsigned column_layout_chosen(const struct row *const *rows, unsigned row_count, unsigned width,
			      const struct column *const *chosen, unsigned chosen_count,
			      const struct column *columns[COLUMN_MAX], uint16_t widths[COLUMN_MAX])
{
	struct layout l = { 0 };

	if (width > UINT16_MAX)
		width = UINT16_MAX;
	take_chosen(&l, chosen, chosen_count, width);
	return finish(&l, rows, row_count, width, columns, widths);
}
