/* Owns the way of a copied text: which helper is asked, what is said, and the terminal as the way that is
 * left when the helper fails. Refuses to run helpers and to write to the terminal: both are jobs. */
#include "ui/copying.h"

#include <stdio.h>
#include <string.h>
#include "base/text.h"
#include "ui/focus.h"
#include "ui/say.h"

enum { SHOWN = 40 };             /* columns: what became of it stands behind it, and is to be read, too */

static void ask_copy(struct job *out, const char *text, const char *helper)
{
	out->kind = JOB_COPY;
	snprintf(out->text, sizeof out->text, "%s", text);
	snprintf(out->helper, sizeof out->helper, "%s", helper);
}

/* "sent TEXT to the clipboard" */
static void say_of(struct app *app, enum style style, const char *before, const char *text,
		   const char *after)
{
	struct buf shown = { 0 };

	text_truncate(&shown, text, SHOWN, false);
	say(app, style, "%s %s %s", before, buf_string(&shown), after);
	buf_done(&shown);
}

void copying_text(struct app *app, const char *text, struct job *out)
{
	char after[64];

	if (strlen(text) >= JOB_TEXT) {
		say(app, STYLE_ERROR, "too long to copy: %zu bytes", strlen(text));
		return;
	}
	ask_copy(out, text, app->clipboard);
	if (*app->clipboard) {
		snprintf(app->copying, sizeof app->copying, "%s", text);
		snprintf(after, sizeof after, "to %s ...", app->clipboard);
		say_of(app, STYLE_NORMAL, "sending", text, after);
	} else {
		say_of(app, STYLE_GOOD, "sent", text, "to the clipboard");
	}
}

/* Of the tagged rows, with blanks between them, else of the one that commands are about. */
static bool add_text(struct buf *out, const struct app *app, enum copy_kind kind)
{
	const struct row *row = focus_row(app);
	size_t cursor = 0;

	if (!focus_is_on_tags(app))
		return row && copy_add(out, kind, row);
	while ((row = tags_next(&app->tags, app->tracker, &cursor))) {
		struct buf one = { 0 };

		if (copy_add(&one, kind, row))
			buf_printf(out, out->len ? " %s" : "%s", buf_string(&one));
		buf_done(&one);
	}
	return out->len;
}

void copying_copy(struct app *app, enum copy_kind kind, struct job *out)
{
	const struct row *row = focus_row(app);
	struct buf text = { 0 };

	if (add_text(&text, app, kind))
		copying_text(app, buf_string(&text), out);
	else
		say(app, STYLE_WARNING, row ? "this row has no %s" : "no row is selected: no %s",
		    copy_choice(kind)->title);
	buf_done(&text);
}

void copying_open_menu(struct app *app)
{
	struct buf text = { 0 };

	if (!focus_row(app))
		return;
	menu_start(&app->menu, "Copy");
	for (unsigned kind = 0; kind < COPY_COUNT; kind++) {
		buf_clear(&text);
		if (add_text(&text, app, kind))
			menu_add(&app->menu, (unsigned char)copy_choice(kind)->key, (int)kind,
				 copy_choice(kind)->title, buf_string(&text));
	}
	app->overlay = OVERLAY_COPY;
	buf_done(&text);
}

void copying_browse(struct app *app, struct job *out)
{
	const struct row *row = focus_row(app);
	struct buf url = { 0 };

	if (row && row->listener->key.machine) {
		say(app, STYLE_WARNING, "that is another machine's port: here its address leads elsewhere, or nowhere");
	} else if (!row || !copy_add(&url, COPY_URL, row) || url.len >= JOB_TEXT) {
		say(app, STYLE_WARNING,
		    !row ? "no row is selected"
		    : row->listener->netns ? "no address of another network namespace is reached from here"
		    : "only a TCP listener can be opened");
	} else {
		out->kind = JOB_OPEN;
		snprintf(out->text, sizeof out->text, "%s", buf_string(&url));
		say(app, STYLE_NORMAL, "opening %s", buf_string(&url));
	}
	buf_done(&url);
}

/* A helper that is missing or fails: the terminal may still know a way. */
void copying_message(struct app *app, const struct reply *reply, struct job *out)
{
	char after[JOB_MESSAGE + 40];

	if (!*app->copying) {
		say(app, reply->is_error ? STYLE_ERROR : STYLE_GOOD, "%s", reply->message);
	} else if (reply->is_error) {
		snprintf(after, sizeof after, "to the terminal's clipboard (%s)", reply->message);
		ask_copy(out, app->copying, "");
		say_of(app, STYLE_GOOD, "sent", app->copying, after);
	} else {
		say_of(app, STYLE_GOOD, "sent", app->copying, "to the clipboard");
	}
	*app->copying = 0;
}
