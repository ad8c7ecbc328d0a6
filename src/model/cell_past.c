/* Owns the columns about a row's past: since when it is there, what happened to it, and what is to be noted
 * about it now. Refuses to know the words and signs of that (note.c, timeline.c). */
#include "model/cell.h"

#include "base/shorten.h"
#include "model/age.h"
#include "model/note.h"
#include "model/timeline.h"

enum { HISTORY_COLUMN = 10 };            /* a minute each */

static void add_sign(struct buf *out, const struct row *row)
{
	buf_add_char(out, note_sign(row));
}

static int compare_weights(const struct row *a, const struct row *b)
{
	return (int)note_weight(a) - (int)note_weight(b);
}

/* What is gone does not grow older. */
static int64_t seen_ms(const struct row *row)
{
	return row->is_gone ? row->changed_ms : row->now_ms;
}

static struct value age_of(const struct row *row)
{
	return row->since_ms ? value_of_number(seen_ms(row) - row->since_ms) : value_null();
}

static void add_age(struct buf *out, const struct row *row)
{
	if (row->is_calm && row->since_ms && row->change == CHANGE_NONE)
		age_add(out, row->now_ms, row->since_ms, row->listener->key.endpoint.port);
	else
		value_add_duration(out, age_of(row));
}

static void add_history(struct buf *out, const struct row *row)
{
	const struct history *h = row_history(row);

	if (h)
		timeline_add(out, h, row->now_ms, HISTORY_COLUMN);
}

/* What changed last, first. */
static int compare_histories(const struct row *a, const struct row *b)
{
	const struct history *left = row_history(a), *right = row_history(b);

	if (!left || !right)
		return !left - !right;
	return (left->newest < right->newest) - (left->newest > right->newest);
}

const struct column cell_past_columns[] = {
	{
		"sign", "", .place = 10, WIDTH(1, 1, 1), .priority = 1, .is_sign = true, .has_marks = true,
		.help = "+ new, ~ changed, - gone, # stale, else the sign of the weightiest mark",
		.more = "It stands in front of every table for the eye; the marks are told under MARKS.",
		.format = add_sign, .compare = compare_weights,
	}, {
		"age", "AGE", .place = 130, WIDTH(3, 4, 4), .is_right = true, .priority = 5,
		.help = "since when it is open, as far as seen; else since when its process runs",
		.more = "The dashboard shows ages of less than a minute in steps (<5s, 5s, 10s ...), but for "
			"rows that are news.",
		.value = age_of, .format = add_age,
	}, {
		"note", "NOTE", .place = 140, WIDTH(7, 8, 48), .priority = 6, .has_marks = true,
		.help = "what happened, marks, the time until a leftover is free, xN sockets in one row",
		.format = note_add, .shorten = shorten_list, .compare = compare_weights,
	}, {
		"history", "LAST 10m", .place = 320, WIDTH(10, 10, 10), NOT_BY_DEFAULT,
		.help = "a mark a minute: high is up, low is down, + opened, - closed, ~ changed, * came and "
			"went; empty: nothing happened",
		.more = "A blank among marks is not known. The lines below the table show it for the "
			"selected row, the details page in steps of ten seconds, with the number of clients.",
		.format = add_history, .compare = compare_histories,
	}, { 0 },
};
