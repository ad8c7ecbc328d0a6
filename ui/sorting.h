/* The order of the table on the screen: of listeners, or of connections. */
#ifndef UI_SORTING_H
#define UI_SORTING_H

#include "ui/state.h"

void sorting_open(struct app *app);                              /* the menu of columns to sort by */
void sorting_picked(struct app *app, const struct menu_item *item);      /* of that menu */
/* By the same once more: reverses. */
void sorting_rows(struct app *app, const struct column *by);
void sorting_links(struct app *app, enum link_column_id by);
void sorting_reverse(struct app *app);

#endif
