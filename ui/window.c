/* Owns where cursor and window stand. Refuses to know what the lines are. */
#include "ui/window.h"

void window_keep(struct window *w, size_t count, size_t height)
{
	if (w->index >= count)
		w->index = count ? count - 1 : 0;
	if (!height)
		return;
	if (w->top + height > count)
		w->top = count > height ? count - height : 0;
	if (w->index < w->top)
		w->top = w->index;
	if (w->index >= w->top + height)
		w->top = w->index - height + 1;
}

void window_scroll(struct window *w, long lines, size_t count, size_t height)
{
	size_t last = count > height ? count - height : 0, back = (size_t)-lines;

	if (!count || !height)
		return;
	if (lines < 0)
		w->top -= w->top < back ? w->top : back;
	else
		w->top += (size_t)lines;
	if (w->top > last)
		w->top = last;
	if (w->index < w->top)
		w->index = w->top;
	if (w->index >= w->top + height)
		w->index = w->top + height - 1;
}
