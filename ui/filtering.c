/* Owns when a filter takes effect. Good text does while it is typed; with bad text the last good filter
 * goes on. Refuses to know how text is edited (prompt.c) and what it means (model/query.h). */
#include "ui/filtering.h"

#include <stdio.h>
#include <string.h>
#include "ui/refresh.h"

int filtering_set(struct app *app, const char *text, struct query_error *error)
{
	struct query *query;
	int failed = query_parse(slice_of(text), &query, error);

	if (failed)
		return failed;
	query_free(app->query);
	app->query = query;
	snprintf(app->filter, sizeof app->filter, "%s", text);
	app->is_filter_new = true;
	refresh_all(app);
	app->is_filter_new = false;
	return 0;
}

void filtering_clear(struct app *app)
{
	struct query_error error;

	*app->status = 0;
	filtering_set(app, "", &error);
	refresh_arranged(app);
}

void filtering_open(struct app *app)
{
	prompt_set(&app->prompt, app->filter);
	app->overlay = OVERLAY_FILTER;
}

static bool edit(struct prompt *prompt, enum command command, uint32_t key)
{
	if (command == COMMAND_COMPLETE)
		return prompt_complete(prompt);
	*prompt->hint = 0;
	return command == COMMAND_NONE ? prompt_insert(prompt, key) : prompt_edit(prompt, command);
}

bool filtering_command(struct app *app, enum command command, uint32_t key)
{
	struct prompt *prompt = &app->prompt;

	if (command == COMMAND_CANCEL) {
		app->overlay = OVERLAY_NONE;
		filtering_clear(app);
	} else if (command == COMMAND_ACCEPT && !prompt->has_error) {
		app->overlay = OVERLAY_NONE;
		refresh_arranged(app);
	} else if (edit(prompt, command, key)) {
		prompt->has_error = filtering_set(app, prompt->text, &prompt->error) != 0;
	} else {
		return false;
	}
	return true;
}

void filtering_saved(struct app *app, uint32_t key)
{
	const char *filter = app->filters && key >= '1' && key <= '9' ? app->filters[key - '1'] : "";
	struct query_error error;

	if (!*filter)
		return;
	filtering_set(app, strcmp(filter, app->filter) ? filter : "", &error);
	refresh_arranged(app);
}
