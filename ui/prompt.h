/* One line of text that the user edits, with the filter's error in it. Transitions are pure; prompt_draw
 * reads. */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "ui/draw.h"
#include "ui/command.h"
#include "model/query.h"

enum { PROMPT_MAX = 256, PROMPT_HINT = 256 };

struct prompt {
	char text[PROMPT_MAX];           /* safe text, NUL-terminated */
	size_t len, cursor;              /* bytes; the cursor stands before a whole character */
	bool has_error;
	struct query_error error;
	char hint[PROMPT_HINT];          /* what the word before the cursor may become; "" = nothing to say */
};

void prompt_set(struct prompt *p, const char *safe);
/* False when the character was refused: it is not safe text where it stands, or there is no room. */
bool prompt_insert(struct prompt *p, uint32_t code);
/* Moving and erasing commands. True when the text changed. */
bool prompt_edit(struct prompt *p, enum command command);
/* The word before the cursor becomes the field whose name begins so, or as much as the fields that do have in
 * common; these are the hint then. True when the text changed. */
bool prompt_complete(struct prompt *p);
void prompt_draw(const struct prompt *p, struct canvas *c, struct rect line);

#endif
