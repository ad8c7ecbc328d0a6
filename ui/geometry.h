/* Which region of a view lies where, for any size of screen down to 1x1. Pure: knows sizes, not contents. */
#ifndef UI_GEOMETRY_H
#define UI_GEOMETRY_H

#include <stdbool.h>

struct rect {
	unsigned x, y, width, height;            /* cells; an empty one is 0 high */
};

enum view { VIEW_LISTENERS, VIEW_CONNECTIONS, VIEW_EVENTS, VIEW_DETAILS, VIEW_WHY, VIEW_HELP, VIEW_COUNT };

enum region {
	REGION_HEADER,           /* counts, clock */
	REGION_HEAD,             /* column titles, or the title of a page */
	REGION_TABLE,            /* rows */
	REGION_PAGE,             /* lines of text that scroll */
	REGION_GAPS,             /* what could not be seen */
	REGION_RULE,             /* a line with the status in it */
	REGION_STRIP,            /* about the selected row */
	REGION_ASIDE,            /* its details, beside the table or below it */
	REGION_KEYS,             /* key line, or the prompt */
	REGION_COUNT
};

struct layout {
	struct rect screen;
	struct rect regions[REGION_COUNT];       /* not overlapping, within the screen */
};

enum { GEOMETRY_BESIDE_FROM = 140, GEOMETRY_BELOW_FROM = 36 };    /* columns, lines */
enum layout_flags { LAYOUT_GAPS = 1, LAYOUT_SPLIT = 2 };         /* there is something in these regions */

void geometry_layout(struct layout *out, enum view view, unsigned width, unsigned height, unsigned flags);
/* A table of that view has room for details beside it, or below. */
bool geometry_can_split(enum view view, unsigned width, unsigned height);
/* A box of at most that size in the middle of `area`. */
struct rect geometry_center(struct rect area, unsigned width, unsigned height);
/* The part of the screen that menus lie in: all but the key line. */
struct rect geometry_menu_area(const struct layout *layout);
bool geometry_contains(struct rect area, unsigned x, unsigned y);

#endif
