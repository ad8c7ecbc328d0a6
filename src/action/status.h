/* What became of a kill: values that travel through the mailbox. */
#ifndef ACTION_STATUS_H
#define ACTION_STATUS_H

#include <stdbool.h>
#include <stdint.h>
#include "action/phrase.h"

enum kill_phase {             /* which of them end the story is told by is_final */
	KILL_ARMED,
	KILL_SENT,           /* over at once for a signal that ends nothing (STOP, CONT, USR1) */
	KILL_EXITED,         /* the port's fate is not known yet; over after KILL_WATCH_MS */
	KILL_RELEASED,       /* exited, port free; after KILL_WATCH_MS told again, the same, as over */
	KILL_STILL_HELD,     /* exited, another process has the same socket; over after KILL_WATCH_MS */
	KILL_STILL_RUNNING,  /* after KILL_GRACE_MS; never over by itself: a second kill_send may follow */
	KILL_PENDING,        /* stopped or traced: the signal waits; never over by itself */
	KILL_CAME_BACK,      /* exited, a new socket has the port; over */
	KILL_CHANGED,        /* nothing was sent; over */
	KILL_FAILED          /* nothing was sent: `error`; over */
};

struct kill_status {         /* a value; `text` is the whole story in one line, as the status bar shows it */
	enum kill_phase phase;
	bool is_final;
	bool is_left_behind;             /* somebody runs on who was signalled with the process */
	bool has_released;               /* KILL_SENT, KILL_STILL_RUNNING: it runs, its port is free */
	int signal;
	int error;                       /* errno of KILL_FAILED */
	int32_t new_pid;                 /* KILL_CAME_BACK, KILL_STILL_HELD */
	int32_t restarter_pid;           /* KILL_CAME_BACK; 0 = not known, or no process */
	char restarter[80];              /* KILL_CAME_BACK: "supervisord 123", "nginx.service"; "" = not known */
	int64_t elapsed_ms;              /* since the signal */
	char text[KILL_TEXT];
};

#endif
