/* How each style looks on this terminal. */
#ifndef UI_THEME_H
#define UI_THEME_H

#include "ui/style.h"

/* To be called once, after the terminal library was started. With NO_COLOR (no-color.org), or on a
 * terminal without colours, styles differ by bold, underline and reverse only. */
void theme_fill(unsigned attributes[STYLE_COUNT]);

#endif
