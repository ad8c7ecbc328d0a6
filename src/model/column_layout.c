/* Owns the decision which columns stand in a table of a given width, and how wide each is: by what its cells
 * say. Those that may be dropped come one after the other while there is room for what all of them need, up
 * to their usual widths, and for a little of what some need beyond. Width that is left goes one by one to the
 * columns whose cells need it: first up to their usual width, then as far as it goes, those that are shown
 * before others; the rest to the column that takes all. Knows no column by name. */
#include <string.h>
#include "base/text.h"
#include "model/column_memory.h"

enum {
	PRIORITY_LAST_NEEDED = 6,        /* up to here columns are squeezed before one is dropped */
	SLACK = 6,                       /* of what is wanted beyond the usual, before one more has room */
	REST = 26                        /* likewise, by the column that takes the rest */
};

struct layout {
	const struct column_space *space;
	const struct column *columns[COLUMN_MAX];        /* from left to right */
	uint16_t widths[COLUMN_MAX];
	uint16_t wanted[COLUMN_MAX];     /* by the widest cell of all rows */
	uint16_t shown[COLUMN_MAX];      /* likewise of those that are shown */
	unsigned count;
	unsigned left;                   /* columns of the screen that nobody has yet */
	struct buf text;                 /* scratch */
};

struct need {                            /* of the columns that are taken, with a blank behind each */
	unsigned least, usual, beyond, rest;
};

struct choice {
	const struct column *all[COLUMN_MAX];
	uint8_t priorities[COLUMN_MAX];
	uint16_t wanted[COLUMN_MAX];
	bool is_taken[COLUMN_MAX];
	unsigned count;
	struct need need;
};

static unsigned at_most(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool says_nothing(const char *cell)
{
	return !*cell || ((*cell == '-' || *cell == '?') && !cell[1]);
}

/* The widest of its cells, 0 where all of them say nothing. */
static uint16_t measure(struct layout *l, const struct column_rows *rows, const struct column *c)
{
	unsigned most = c->max_width ? c->max_width : UINT16_MAX, widest = 0;

	for (unsigned row = 0; row < rows->count && widest < most; row++) {
		unsigned width;

		buf_clear(&l->text);
		column_format(&l->text, c, rows->items[row]);
		width = text_width(buf_string(&l->text));
		if (width > widest && !says_nothing(buf_string(&l->text)))
			widest = width;
	}
	return (uint16_t)at_most(widest, most);
}

static uint16_t wanted_by(struct layout *l, const struct column_rows *rows, const struct column *c)
{
	if (!rows->items)
		return rows->memory ? column_memory_get(rows->memory, c) : c->usual_width;
	if (rows->memory)
		return column_memory_keep(rows->memory, c, measure(l, rows, c));
	return measure(l, rows, c);
}

static unsigned priority_of(const struct column *c, const struct snapshot *s)
{
	if (c->is_wished)
		return column_is_usual(c, s) ? PRIORITY_NEVER_DROPPED : PRIORITY_NOT_BY_DEFAULT;
	return c->priority;
}

/* What is needed with one more. */
static struct need add_need(struct need need, const struct column *c, unsigned wanted)
{
	unsigned width = wanted < c->min_width ? c->min_width : at_most(wanted, c->usual_width);
	unsigned beyond = wanted > width ? wanted - width : 0;

	need.least += c->min_width + 1u;
	need.usual += width + 1 + need.rest;
	need.beyond += c->max_width ? beyond : 0;
	need.rest = c->max_width ? 0 : at_most(beyond, REST);    /* needed only if still another one comes */
	return need;
}

static bool has_room(const struct need *need, bool is_needed, unsigned width)
{
	unsigned taken = is_needed ? need->least : need->usual + at_most(need->beyond, SLACK);

	return taken <= width + 1;
}

/* The columns that may be dropped are asked in order of priority; the first that finds no room ends it. */
static bool take_priority(struct layout *l, struct choice *choice, unsigned priority)
{
	bool is_needed = priority <= PRIORITY_LAST_NEEDED;

	for (unsigned i = 0; i < choice->count; i++) {
		struct need need;

		if (choice->priorities[i] != priority)
			continue;
		choice->wanted[i] = wanted_by(l, &l->space->all, choice->all[i]);
		need = add_need(choice->need, choice->all[i], choice->wanted[i]);
		if (priority && !has_room(&need, is_needed, l->space->width))
			return false;
		choice->is_taken[i] = is_needed || choice->wanted[i];
		if (choice->is_taken[i])
			choice->need = need;
	}
	return true;
}

static void add_column(struct layout *l, const struct column *c, uint16_t wanted)
{
	l->wanted[l->count] = wanted;
	l->columns[l->count++] = c;
}

static void take_usual(struct layout *l)
{
	struct choice choice = { 0 };
	unsigned last = 0;

	choice.count = column_all(choice.all);
	for (unsigned i = 0; i < choice.count; i++) {
		unsigned priority = priority_of(choice.all[i], l->space->snapshot);

		choice.priorities[i] = (uint8_t)priority;
		last = priority > last && priority != PRIORITY_NOT_BY_DEFAULT ? priority : last;
	}
	for (unsigned priority = 0; priority <= last && take_priority(l, &choice, priority);)
		priority++;
	for (unsigned i = 0; i < choice.count; i++)
		if (choice.is_taken[i])
			add_column(l, choice.all[i], choice.wanted[i]);
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
static void take_chosen(struct layout *l)
{
	const struct column_space *space = l->space;

	l->columns[l->count++] = column_named("sign");
	for (unsigned i = 0; i < space->chosen_count && l->count < COLUMN_MAX; i++)
		if (!space->chosen[i]->is_sign)
			l->columns[l->count++] = space->chosen[i];
	while (least_width(l) > space->width && drop_last(l))
		;
	for (unsigned i = 0; i < l->count; i++)
		l->wanted[i] = wanted_by(l, &space->all, l->columns[i]);
}

/* From left to right as far as the width goes: 1 x 1 is a screen, too. */
static void give_least(struct layout *l)
{
	unsigned used = 0, count = 0, width = l->space->width;

	for (unsigned i = 0; i < l->count; i++) {
		unsigned start = used ? used + 1 : 0, least = l->columns[i]->min_width;

		if (start >= width)
			break;
		l->widths[count++] = (uint16_t)at_most(least, width - start);
		used = start + l->widths[i];
	}
	l->count = count;
	l->left = width - used;
}

/* One for each in turn, so that the narrow ones are full before the wide ones take it all. */
static void grow(struct layout *l, const uint16_t wanted[COLUMN_MAX], bool is_beyond_usual)
{
	bool has_grown = true;

	while (l->left && has_grown) {
		has_grown = false;
		for (unsigned i = 0; i < l->count && l->left; i++) {
			unsigned usual = l->columns[i]->usual_width;

			if (l->widths[i] >= wanted[i] || (!is_beyond_usual && l->widths[i] >= usual))
				continue;
			l->widths[i]++;
			l->left--;
			has_grown = true;
		}
	}
}

static void size(struct layout *l)
{
	give_least(l);
	for (unsigned i = 0; i < l->count; i++)
		l->shown[i] = wanted_by(l, &l->space->shown, l->columns[i]);
	grow(l, l->shown, false);
	grow(l, l->shown, true);
	grow(l, l->wanted, true);
}

unsigned column_layout(const struct column_space *space, const struct column *columns[COLUMN_MAX],
		       uint16_t widths[COLUMN_MAX])
{
	struct column_space kept = *space;
	struct layout l = { .space = &kept };

	kept.width = at_most(space->width, UINT16_MAX);
	if (space->chosen)
		take_chosen(&l);
	else
		take_usual(&l);
	size(&l);
	buf_done(&l.text);
	for (unsigned i = 0; i < l.count; i++) {
		columns[i] = l.columns[i];
		widths[i] = (uint16_t)(l.widths[i] + (l.columns[i]->max_width ? 0 : l.left));
	}
	return l.count;
}
