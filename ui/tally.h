/* What there is in scope, counted, whatever the filter. */
#ifndef UI_TALLY_H
#define UI_TALLY_H

#include "ui/state.h"

void tally(struct app *app);                 /* after a frame, or when the scope changes */
/* There is something to tell that is not there: owners that are hidden, ports that are missed. */
bool tally_has_gaps(const struct app *app);
/* Rows are of more than one machine or network namespace. */
bool tally_has_places(const struct app *app);

#endif
