/* Which signals are meant to end a process; names and parsing are in action/kill.h. */
#ifndef ACTION_SIGNALS_H
#define ACTION_SIGNALS_H

#include <stdbool.h>

bool signal_is_end(int signal);      /* TERM, KILL ...; not STOP, CONT, USR1 */

#endif
