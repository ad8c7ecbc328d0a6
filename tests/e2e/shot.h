/* lotop kill --json, run on what a test made, and its answer. */
#ifndef E2E_SHOT_H
#define E2E_SHOT_H

#include <jansson.h>

/* Exit statuses of lotop kill. */
enum { SHOT_DONE = 0, SHOT_NOTHING = 1, SHOT_REFUSED = 4, SHOT_HELD = 5, SHOT_PARTLY = 6 };

/* Parsed output of lotop kill --json ARGUMENTS; owned by the caller. The test fails when it does not end with
 * `status`, or says another one. */
json_t *shot_fire(const char *arguments, void (*prepare)(void), int status);
/* What it says of one target; borrowed. */
json_t *shot_kill(json_t *answer, size_t index);

#endif
