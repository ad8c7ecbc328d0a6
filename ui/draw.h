/* The only way to put text on the screen: clips to a rectangle, by columns. Draw functions of the regions
 * get a canvas and read the app; nothing else of the terminal library is known outside draw.c, theme.c and
 * screen.c. */
#ifndef UI_DRAW_H
#define UI_DRAW_H

#include <stdbool.h>
#include "base/buf.h"
#include "ui/geometry.h"
#include "ui/style.h"

struct canvas {                  /* owned by the screen; lives as long as it */
	unsigned attributes[STYLE_COUNT];    /* filled by the theme */
	bool is_ascii;           /* the terminal does not speak UTF-8: text and lines in plain ASCII */
	bool has_cursor;         /* draw_cursor was called for this picture */
	unsigned cursor_x, cursor_y;
	struct buf text, ascii;  /* scratch */
};

/* Writes safe text (base/text.h) from (x, y) of `area`; what does not fit ends in an ellipsis. Returns the
 * columns that were used. `style` is an enum style, with STYLE_CHOSEN or without. */
unsigned draw_text(struct canvas *c, struct rect area, unsigned x, unsigned y, unsigned style,
		   const char *safe);
/* The same, padded with blanks to `columns`, right-aligned when `right`. */
void draw_cell(struct canvas *c, struct rect area, unsigned x, unsigned y, unsigned style,
	       const char *safe, unsigned columns, bool right);
void draw_blank(struct canvas *c, struct rect area, unsigned style);
void draw_rule(struct canvas *c, struct rect area, unsigned y, unsigned style);
/* A frame along the inner edge of `area`, blank inside, with a title; returns what is inside. */
struct rect draw_box(struct canvas *c, struct rect area, const char *title);
struct rect draw_inside(struct rect area);       /* what draw_box returns for it */
/* A line from top to bottom. */
void draw_side(struct canvas *c, struct rect area, unsigned x, unsigned style);
void draw_cursor(struct canvas *c, struct rect area, unsigned x, unsigned y);

#endif
