/* Owns the status text: how much of it is kept, and since when it is shown (app.c lets it go). */
#include "ui/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"

void say(struct app *app, enum style style, const char *format, ...)
{
	char text[STATUS_TEXT];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	text[text_fit(text, STATUS_TEXT, NULL)] = 0;     /* not in the middle of a character */
	memcpy(app->status, text, sizeof text);
	app->status_style = style;
	app->status_ms = app->frame_ms;
	app->is_dirty = true;
}
