/* Where the cursor is in the list on the screen, and what is scrolled. */
#ifndef UI_CURSOR_H
#define UI_CURSOR_H

#include "ui/state.h"

size_t cursor_line(const struct app *app);                       /* of the list on the screen */
/* Moves it so that it is visible, or the window so that it shows the cursor. */
void cursor_select(struct app *app, size_t line);
/* The line of that row in the table of listeners; false: there is none, or it is folded away. */
bool cursor_find(const struct app *app, const struct row_key *key, size_t *line);
void cursor_scroll(struct app *app, long lines);                 /* the list or the page */
void cursor_scroll_aside(struct app *app, long lines);           /* the details beside the table */
/* Folds or unfolds where the cursor is; false: there are no groups. */
bool cursor_fold(struct app *app, bool folds);

#endif
