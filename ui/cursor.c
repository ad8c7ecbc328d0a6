/* Owns which list the cursor is in: listeners, connections and events have one each. Refuses to know keys
 * and clicks (act.c, pointing.c). */
#include "ui/cursor.h"

#include "ui/focus.h"
#include "ui/refresh.h"

void cursor_select(struct app *app, size_t line)
{
	if (app->view == VIEW_CONNECTIONS)
		links_select(&app->links, line, focus_height(app));
	else if (app->view == VIEW_EVENTS)
		eventlog_select(&app->eventlog, line, focus_height(app));
	else
		tree_select(&app->tree, &app->rows, line);
	refresh_cursor(app);
}

size_t cursor_line(const struct app *app)
{
	if (app->view == VIEW_EVENTS)
		return app->eventlog.window.index;
	return app->view == VIEW_CONNECTIONS ? app->links.window.index : tree_cursor(&app->tree, &app->rows);
}

bool cursor_find(const struct app *app, const struct row_key *key, size_t *line)
{
	for (size_t i = 0; i < app->tree.count; i++) {
		const struct line *at = &app->tree.lines[i];

		if (at->is_group || row_key_compare(&app->rows.items[at->row]->listener->key, key))
			continue;
		*line = i;
		return true;
	}
	return false;
}

bool cursor_fold(struct app *app, bool folds)
{
	if (app->view != VIEW_LISTENERS || !tree_fold(&app->tree, &app->rows, folds))
		return false;
	refresh_all(app);
	return true;
}

void cursor_scroll(struct app *app, long lines)
{
	unsigned height = focus_height(app);
	struct window w = { app->top, tree_cursor(&app->tree, &app->rows) };

	if (app->view == VIEW_LISTENERS) {
		window_scroll(&w, lines, app->tree.count, height);
		app->top = w.top;
		cursor_select(app, w.index);
	} else if (app->view == VIEW_CONNECTIONS) {
		window_scroll(&app->links.window, lines, app->links.count, height);
		cursor_select(app, app->links.window.index);
	} else if (app->view == VIEW_EVENTS) {
		window_scroll(&app->eventlog.window, lines, app->eventlog.count, height);
		cursor_select(app, app->eventlog.window.index);
	} else {
		page_scroll(&app->page, lines, height);
		app->is_dirty = true;
	}
}

void cursor_scroll_aside(struct app *app, long lines)
{
	struct rect area = app->layout.regions[REGION_ASIDE];

	if (area.height)
		page_scroll(&app->aside, lines, area.height - 1);
	app->is_dirty = true;
}
