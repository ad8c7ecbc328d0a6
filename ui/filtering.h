/* The filter: typed, taken from the saved ones, cleared. */
#ifndef UI_FILTERING_H
#define UI_FILTERING_H

#include "ui/state.h"

/* Replaces the filter: -EINVAL and *error, and the old one goes on. */
int filtering_set(struct app *app, const char *text, struct query_error *error);
void filtering_clear(struct app *app);                           /* and the status */
void filtering_open(struct app *app);                            /* the prompt */
/* A key in the prompt. False: it is none of its. */
bool filtering_command(struct app *app, enum command command, uint32_t key);
/* The number key of a saved filter: that filter, and once more none. Others are let be. */
void filtering_saved(struct app *app, uint32_t key);

#endif
