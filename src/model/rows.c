/* Owns what is in the list, in which order, and where the cursor stands. The tracker's rows come in key
 * order, so the natural order costs nothing, and a tie in any other is broken by a row's place. A sort
 * reads each row's value once. Refuses to know why the list is wanted. */
#include "model/rows.h"

#include <stdlib.h>
#include <strings.h>
#include "base/array.h"

struct rows_key {
	uint64_t front;                  /* orders most rows alone: the number, or how the text begins */
	const char *text;                /* NULL unless the value is text */
	const struct row *row;
};

void rows_done(struct rows *r)
{
	free(r->items);
	free(r->keys);
	*r = (struct rows){ 0 };
}

static bool is_in_scope(const struct row *row, const struct rows_options *o)
{
	if (!o->show_leftovers && listener_is_leftover(row->listener))
		return false;
	return o->show_all || listener_is_local(row->listener);
}

static void collect(struct rows *r, const struct tracker *t, const struct rows_options *o)
{
	bool keeps = o->keeps_selected && rows_selected(r);
	size_t count;
	const struct row *rows = tracker_rows(t, &count);

	r->count = r->hidden_by_query = 0;
	for (size_t i = 0; i < count; i++) {
		if (!is_in_scope(&rows[i], o))
			continue;
		if (query_match(o->query, &rows[i]) ||
		    (keeps && row_key_compare(&rows[i].listener->key, &r->selected) == 0))
			ARRAY_PUSH(r->items, r->count, r->cap) = &rows[i];
		else
			r->hidden_by_query++;
	}
}

static uint64_t front_of_text(const char *text)
{
	uint64_t front = 0;

	for (unsigned i = 0; i < sizeof front; i++) {
		unsigned char c = (unsigned char)*text;

		front = front << 8 | (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
		text += c != '\0';
	}
	return front;
}

/* Null is last: no safe text begins with eight bytes 0xff, no number is that large. */
static struct rows_key key_of(const struct column *c, const struct row *row)
{
	struct value v = c->value(row);

	switch (v.kind) {
	case VALUE_NULL:
		break;
	case VALUE_BOOL:
	case VALUE_NUMBER:
		return (struct rows_key){ (uint64_t)v.number ^ UINT64_C(1) << 63, NULL, row };
	case VALUE_TEXT:
		return (struct rows_key){ front_of_text(v.text), v.text, row };
	}
	return (struct rows_key){ UINT64_MAX, NULL, row };
}

static int by_place(const struct rows_key *a, const struct rows_key *b)
{
	return (a->row > b->row) - (a->row < b->row);
}

static int by_value(const void *left, const void *right)
{
	const struct rows_key *a = left, *b = right;
	int order = (a->front > b->front) - (a->front < b->front);

	if (!order && a->text && b->text)
		order = strcasecmp(a->text, b->text);
	return order ? order : by_place(a, b);
}

static int by_column(const void *left, const void *right, void *column)
{
	const struct rows_key *a = left, *b = right;
	int order = ((const struct column *)column)->compare(a->row, b->row);

	return order ? order : by_place(a, b);
}

static void sort(struct rows *r, const struct column *c)
{
	r->keys = array_reserve(r->keys, &r->key_cap, r->count, sizeof *r->keys);
	for (size_t i = 0; i < r->count; i++)
		r->keys[i] = c->compare ? (struct rows_key){ .row = r->items[i] } : key_of(c, r->items[i]);
	if (c->compare)
		qsort_r(r->keys, r->count, sizeof *r->keys, by_column, (void *)c);
	else
		qsort(r->keys, r->count, sizeof *r->keys, by_value);
	for (size_t i = 0; i < r->count; i++)
		r->items[i] = r->keys[i].row;
}

static void reverse(struct rows *r)
{
	for (size_t i = 0; i < r->count / 2; i++) {
		const struct row *row = r->items[i];

		r->items[i] = r->items[r->count - 1 - i];
		r->items[r->count - 1 - i] = row;
	}
}

/* Whatever the order: this network namespace first, and no two of them mixed up. */
static void keep_namespaces_apart(struct rows *r)
{
	bool has_other = false;

	for (size_t i = 0; i < r->count && !has_other; i++)
		has_other = r->items[i]->listener->key.endpoint.netns;
	if (!has_other)
		return;
	r->keys = array_reserve(r->keys, &r->key_cap, r->count, sizeof *r->keys);
	for (size_t i = 0; i < r->count; i++)
		r->keys[i] = (struct rows_key){
			.front = (uint64_t)r->items[i]->listener->key.endpoint.netns << 32 | i,
			.row = r->items[i],
		};
	qsort(r->keys, r->count, sizeof *r->keys, by_value);
	for (size_t i = 0; i < r->count; i++)
		r->items[i] = r->keys[i].row;
}

static bool find_selected(struct rows *r)
{
	for (size_t i = 0; r->has_selection && i < r->count; i++) {
		if (row_key_compare(&r->items[i]->listener->key, &r->selected))
			continue;
		r->selected_index = i;
		return true;
	}
	return false;
}

void rows_update(struct rows *r, const struct tracker *t, const struct rows_options *o)
{
	bool is_sorted = !o->sort || column_is_natural(o->sort);

	collect(r, t, o);
	if (r->count && !is_sorted)
		sort(r, o->sort);
	if (o->is_reversed)
		reverse(r);
	if (o->is_reversed || !is_sorted)
		keep_namespaces_apart(r);
	if (!find_selected(r))
		rows_select(r, r->selected_index);
}

void rows_select(struct rows *r, size_t index)
{
	if (!r->count) {
		r->selected_index = 0;
		return;
	}
	r->selected_index = index < r->count ? index : r->count - 1;
	r->selected = r->items[r->selected_index]->listener->key;
	r->has_selection = true;
}

const struct row *rows_selected(const struct rows *r)
{
	return r->count ? r->items[r->selected_index] : NULL;
}

const struct row *rows_find(const struct tracker *t, const struct row_key *key)
{
	size_t low = 0, high;
	const struct row *rows = tracker_rows(t, &high);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = row_key_compare(&rows[middle].listener->key, key);

		if (!order)
			return &rows[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
