/* A cursor in a list of which only so many lines are visible. Pure numbers. */
#ifndef UI_WINDOW_H
#define UI_WINDOW_H

#include <stddef.h>

struct window {
	size_t top;              /* the first visible line */
	size_t index;            /* the line under the cursor */
};

/* The cursor is in the list and visible, and the window does not end behind the last line. */
void window_keep(struct window *w, size_t count, size_t height);
/* Moves the window; the cursor goes along where it would be left behind. */
void window_scroll(struct window *w, long lines, size_t count, size_t height);

#endif
