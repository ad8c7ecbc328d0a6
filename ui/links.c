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

static bool is_of_listener(const struct links *l, const struct connection *c)
{
	return c->listener && row_key_compare(&c->listener->key, &l->listener) == 0;
}

static bool is_in_view(const struct links *l, const struct connection *c, const struct tracker *tracker,
		       const struct query *query)
{
	const struct row *row = c->listener ? rows_find(tracker, &c->listener->key) : NULL;

	if (l->is_narrowed && !is_of_listener(l, c))
		return false;
	return !query || (row && query_match(query, row));
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
