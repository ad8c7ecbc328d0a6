/* A command line as /proc/PID/cmdline has it: arguments, each with a NUL behind. What follows from one can be
 * borrowed from it. Pure. Source: proc(5), setproctitle(3). */
#ifndef MODEL_ARGUMENTS_H
#define MODEL_ARGUMENTS_H

#include <stdbool.h>
#include "base/slice.h"

/* Takes the next argument off; it may be empty. False at the end. */
bool arguments_next(struct slice *rest, struct slice *argument);
/* Is `text` one of the strings of this NULL-terminated list? A NULL list holds nothing. */
bool arguments_one_of(struct slice text, const char *const *list);
/* "-p 80", "-p80", "--port 80", "--port=80": does `argument` have the option's name? Then its value is what
 * stands behind it, or the next argument, which is taken off. `name` with its dashes; one letter for a short
 * one. */
bool arguments_option(struct slice argument, const char *name, struct slice *rest, struct slice *value);

#endif
