/* Keeps what is derived (visible rows, layout, columns, pages) in step with what it is derived from. */
#ifndef UI_REFRESH_H
#define UI_REFRESH_H

#include "ui/state.h"

/* Everything, anew; the first visible line stays where it was as far as it can. */
void refresh_all(struct app *app);
/* Likewise, after the user has arranged the table otherwise: columns may be narrower at once. */
void refresh_arranged(struct app *app);
/* The tracker shows another frame, that of `s`: everything anew. */
void refresh_frame(struct app *app, const struct snapshot *s);
/* It shows the same rows in the same order, at the time of `s`. */
void refresh_time(struct app *app, const struct snapshot *s);
void refresh_size(struct app *app, unsigned width, unsigned height);
/* Only the cursor has moved. */
void refresh_cursor(struct app *app);

#endif
