/* Owns which connections are in view and that the cursor stays on its own. Refuses to know how they look
 * (linktable.c) and which sockets make one (model/connection). */
#include "ui/links.h"

#include <stdlib.h>
#include "base/array.h"
#include "model/rows.h"

void links_done(struct links *l)
{
	connections_done(&l->all);
	free(l->items);
	*l = (struct links){ 0 };
}

void links_frame(struct links *l, const struct snapshot *s)
{
	connections_update(&l->all, s);
}

void links_empty(struct links *l)
{
	connections_done(&l->all);
	l->count = l->hidden = 0;
}

struct row_key links_row(const struct connection *c)
{
	if (c->listener)
		return c->listener->key;
	return (struct row_key){ .endpoint = c->server.at, .kind = ROW_LEFTOVER };
}

static bool is_in_view(const struct links *l, const struct connection *c, const struct tracker *tracker,
		       const struct query *query)
{
	const struct row_key key = links_row(c);
	const struct row *row = rows_find(tracker, &key);

	if (l->is_narrowed && row_key_compare(&key, &l->listener))
		return false;
	return !query || (row && query_match(query, row));
}

/* qsort_r(3) in the form of glibc and musl: the context comes last. */
static int compare_items(const void *a, const void *b, void *context)
{
	const struct links *l = context;
	const struct connection *const *left = a, *const *right = b;
	int order = link_column_compare(l->sort, *left, *right);

	return l->is_reversed ? -order : order;
}

static void follow(struct links *l)
{
	for (size_t i = 0; l->has_selection && i < l->count; i++)
		if (connection_compare(l->items[i], &l->selected) == 0)
			l->window.index = i;
}

static void remember(struct links *l)
{
	const struct connection *now = links_selected(l);

	l->has_selection = now;
	if (now)
		l->selected = *now;
}

void links_update(struct links *l, const struct tracker *tracker, const struct query *query, size_t height)
{
	l->count = l->hidden = 0;
	for (size_t i = 0; i < l->all.count; i++) {
		if (is_in_view(l, &l->all.items[i], tracker, query))
			ARRAY_PUSH(l->items, l->count, l->cap) = &l->all.items[i];
		else
			l->hidden++;
	}
	if (l->count)
		qsort_r(l->items, l->count, sizeof *l->items, compare_items, l);
	follow(l);
	window_keep(&l->window, l->count, height);
	remember(l);
}

void links_select(struct links *l, size_t index, size_t height)
{
	l->window.index = index;
	window_keep(&l->window, l->count, height);
	remember(l);
}

const struct connection *links_selected(const struct links *l)
{
	return l->window.index < l->count ? l->items[l->window.index] : NULL;
}
