/* A situation that helper_socket holds, for as long as the test wants it. */
#ifndef LIVE_SITUATION_H
#define LIVE_SITUATION_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

struct situation {
	pid_t pid;
	int hold;                    /* the helper's stdin: closing it ends the situation */
	int answer;                  /* its stdout */
	json_t *made;                /* owned; NULL when it could not be made */
	char reason[160];            /* why not */
};

/* Starts the helper and returns at once; situation_wait() reads its answer. So many are made side by side.
 * `prepare` (may be NULL) runs in the child before exec. */
void situation_start(struct situation *s, const char *name, unsigned port, void (*prepare)(void));
void situation_wait(struct situation *s);
void situation_end(struct situation *s);

/* The row of `listeners` (as lotop lists them) with the protocol, address, port and state of `row`; NULL
 * when missing. Borrowed. */
json_t *situation_find(json_t *listeners, json_t *row);
/* Has `found` exactly the (pid, descriptor) pairs of `row`? */
bool situation_same_holders(json_t *found, json_t *row);

#endif
