/* A monkey at the terminal: it presses whatever there is but what ends or stops the program, clicks anywhere,
 * leaves sequences half typed, and drags the window's size about. The same every time for one seed. */
#ifndef E2E_MONKEY_H
#define E2E_MONKEY_H

#include <stdbool.h>
#include <stdint.h>
#include "term.h"

struct monkey {
	uint64_t seed;
	bool never_quits;                /* does not click: it may meet the key that quits */
	unsigned keys, clicks, resizes;  /* so far */
};

/* One of these, whatever the screen shows. Does not wait for an answer. */
void monkey_play(struct monkey *m, struct term *t);
/* Out of every page, dialog and pause, back to a tab at this size. False: the program has ended. */
bool monkey_leave(struct term *t, int rows, int cols);

#endif
