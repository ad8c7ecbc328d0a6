/* Signals by name, and which of them are meant to end a process. */
#ifndef ACTION_SIGNALS_H
#define ACTION_SIGNALS_H

#include <stdbool.h>
#include "base/slice.h"

/* In the place of a signal's number: the command of the plan that ends its unit or container (kill_plan.remedy). */
enum { KILL_BY_REMEDY = 1000 };

const char *kill_signal_name(int signal);            /* "TERM" */
int kill_signal_parse(struct slice text);            /* "TERM", "SIGTERM", "term", "15"; -EINVAL */
bool kill_signal_is_end(int signal);                 /* TERM, KILL, the remedy ...; not STOP, CONT, USR1 */

#endif
