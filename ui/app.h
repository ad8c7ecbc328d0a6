/* The transitions of the dashboard: frames, replies and input come in, jobs come out. The only way to
 * change its state. No terminal, no threads, no clock: testable as it is. */
#ifndef UI_APP_H
#define UI_APP_H

#include "ui/input.h"
#include "ui/state.h"

struct app *app_new(const struct app_options *options);
void app_free(struct app *app);                                  /* NULL is fine */

/* How the table is looked at now; what the dashboard does not let anybody choose stays as it is in *view. */
void app_view(const struct app *app, struct tui_view *view);

void app_resize(struct app *app, unsigned width, unsigned height);
void app_frame(struct app *app, const struct snapshot *s);       /* takes a reference of its own */
/* A reply's `why` is the app's from now on. Both return what is to be done now; kind JOB_NONE: nothing.
 * JOB_COPY with an empty helper is for the terminal. */
struct job app_reply(struct app *app, const struct reply *reply);
struct job app_apply(struct app *app, const struct input *input);
/* True, and *out is to be done, when something on the screen wants to know more. To be asked when all input
 * was taken. */
bool app_wish(struct app *app, struct job *out);
/* The picture of this state has been shown: keys that decide something count from now on. */
void app_shown(struct app *app);

#endif
