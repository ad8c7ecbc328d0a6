/* Signals by name, and which of them are meant to end a process. */
#ifndef ACTION_SIGNALS_H
#define ACTION_SIGNALS_H

#include <stdbool.h>
#include "base/slice.h"

const char *kill_signal_name(int signal);            /* "TERM" */
int kill_signal_parse(struct slice text);            /* "TERM", "SIGTERM", "term", "15"; -EINVAL */
bool kill_signal_is_end(int signal);                 /* TERM, KILL ...; not STOP, CONT, USR1 */

#endif
