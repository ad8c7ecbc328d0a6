/* What the next key and the next command are about: which keys count, which row, which snapshot. Derived
 * from the state each time; nothing is changed. */
#ifndef UI_FOCUS_H
#define UI_FOCUS_H

#include "ui/state.h"

enum context focus_context(const struct app *app);               /* where keys go now */
bool focus_is_table(const struct app *app);                      /* rows in columns, not a page */
bool focus_has_cursor(const struct app *app);                    /* lines to choose from: tables and events */
unsigned focus_height(const struct app *app);                    /* lines of the table or page */
/* Connections are on the screen, or below a page that leads back to them. */
bool focus_needs_connections(const struct app *app);
/* The row that a command is about: the one of the details page, else the selected one. NULL: none, or
 * gone. */
const struct row *focus_row(const struct app *app);
/* The snapshot in which that row was judged: its own machine's. NULL: none yet. */
const struct snapshot *focus_snapshot(const struct app *app);
/* What is to be said about that row, if there is one. */
struct subject focus_subject(const struct app *app);
/* Kill and copy are about the tagged rows now: there are some, and the table is on the screen. */
bool focus_is_on_tags(const struct app *app);

#endif
