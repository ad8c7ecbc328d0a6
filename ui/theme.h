/* How each style looks on this terminal: a table of themes. */
#ifndef UI_THEME_H
#define UI_THEME_H

#include "base/slice.h"
#include "ui/style.h"

enum theme { THEME_DEFAULT, THEME_LIGHT, THEME_MONO, THEME_COLOUR_BLIND, THEME_HIGH_CONTRAST, THEME_COUNT };
enum colours { COLOURS_AUTO, COLOURS_16, COLOURS_256, COLOURS_NONE };

const char *const *theme_names(void);            /* by enum theme, NULL-terminated: "default", "light" ... */
int theme_find(struct slice name, enum theme *out);      /* 0 or -ENOENT */

/* To be called once, after the terminal library was started. Without colours (the theme mono, COLOURS_NONE,
 * a terminal without them, or NO_COLOR while the user chose nothing: no-color.org) styles differ by bold,
 * underline and reverse only. COLOURS_256 takes what is there where the terminal has fewer. */
void theme_fill(enum theme theme, enum colours colours, unsigned attributes[STYLE_COUNT]);

#endif
