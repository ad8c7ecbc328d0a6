/* Owns what counts: rows that are gone do not, nor do those out of scope. Refuses to know where the numbers
 * stand. */
#include "ui/tally.h"

#include <string.h>

/* One row may be what is expected at several addresses. */
static void find_expected(struct app *app, const struct listener *l)
{
	for (size_t i = 0; i < app->expect->count; i++) {
		const struct expectation *e = &app->expect->items[i];

		app->is_there[i] |= expectation_has_port(e, l) && expectation_is_there(e, l);
	}
}

/* What of the project's ports nobody listens on. Before the first frame nothing is missed. */
static void count_missing(struct app *app)
{
	size_t count;
	const struct row *rows = tracker_rows(app->tracker, &count);

	app->missing = 0;
	if (!app->expect || !tracker_snapshot(app->tracker))
		return;
	memset(app->is_there, 0, sizeof app->is_there);
	for (size_t i = 0; i < count; i++)
		if (rows[i].expected && !rows[i].is_gone)
			find_expected(app, rows[i].listener);
	for (size_t i = 0; i < app->expect->count; i++)
		app->missing += !app->is_there[i];
}

void tally(struct app *app)
{
	size_t count;
	const struct row *rows = tracker_rows(app->tracker, &count);

	app->counts = (struct counts){ 0 };
	app->out_of_scope = 0;
	for (size_t i = 0; i < count; i++) {
		const struct listener *l = rows[i].listener;

		if (rows[i].is_gone)
			continue;
		if (!app->show_all && !listener_is_local(l)) {
			app->out_of_scope++;
			continue;
		}
		app->counts.listening += l->key.kind == ROW_LISTENER && !l->netns;
		app->counts.elsewhere += l->key.kind == ROW_LISTENER && l->netns;
		for (unsigned mark = 0; mark < MARK_UNNAMED; mark++)
			app->counts.marked[mark] += row_marks(&rows[i]) >> mark & 1;
	}
	count_missing(app);
}

bool tally_has_gaps(const struct app *app)
{
	const struct snapshot *s = tracker_snapshot(app->tracker);

	for (size_t i = 0; s && i < s->facts->gap_count; i++)
		if (s->facts->gaps[i].kind != GAP_OWNERS_PENDING)
			return true;
	return app->missing;
}

bool tally_has_places(const struct app *app)
{
	const struct snapshot *s = tracker_snapshot(app->tracker);

	return app->counts.elsewhere || (s && s->host_count);
}
