/* What a frame of the dashboard costs the CPU, on a terminal of 140 x 50 that nobody sees: from a snapshot to the
 * picture in curses' memory (track, filter, sort, group, lay out, draw). */
#ifndef FAKE_FRAMES_H
#define FAKE_FRAMES_H

#include <stdio.h>
#include "ui/app.h"
#include "ui/view.h"

enum { FRAMES_SIZES = 4 };

struct frames {
	FILE *nowhere;
	void *screen;
	struct canvas canvas;
	size_t rows;                             /* of the last frame */
};

/* How many servers listen: what is measured is measured for each. */
extern const unsigned frames_sizes[FRAMES_SIZES];

/* False where there is no such terminal; nothing is to be closed then. */
bool frames_open(struct frames *f);
void frames_close(struct frames *f);
/* CPU time, and the best of several frames, so that a busy machine changes nothing. `keys` are typed before
 * the first. */
int64_t frames_best_us(struct frames *f, unsigned servers, const char *keys, const char *sort);

#endif
