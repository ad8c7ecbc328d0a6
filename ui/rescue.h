/* The terminal's way back when the process is ended by a signal, and the signals that the loop wants to
 * know of. For screen.c only. Signal handlers get no argument, so there is one of it per process. */
#ifndef UI_RESCUE_H
#define UI_RESCUE_H

#include "base/slice.h"

enum screen_event {              /* bits */
	SCREEN_RESIZED = 1,
	SCREEN_SUSPENDED = 2,    /* Ctrl-Z: the caller gives the terminal back and calls rescue_stop() */
	SCREEN_CONTINUED = 4     /* somebody stopped and continued the process */
};

/* Around whatever changes the terminal's modes or writes to it: a fatal() of another thread waits for its end
 * before it gives the terminal back, and after that nobody gets the hold any more. Nests. */
void rescue_hold(void);
void rescue_release(void);

/* Saves the terminal's modes and installs the handlers. 0, or -errno. */
int rescue_begin(void);
void rescue_end(void);                   /* default handlers again */
/* From now on (until rescue_disarm) a deadly signal and fatal() write these bytes and restore the saved
 * modes first. Copies them, with terminfo's padding left out. */
void rescue_clear(void);
void rescue_add(const char *bytes);
void rescue_arm(void);
void rescue_disarm(void);
void rescue_stop(void);                  /* stops this process like SIGTSTP; returns when it is continued */
int rescue_event_fd(void);               /* readable when there are events */
unsigned rescue_events(void);            /* takes them: enum screen_event bits */

#endif
