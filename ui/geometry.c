/* Owns the order and the heights of regions. Each view is a table: which region, how many lines, and from
 * which height of the screen on; a region that stands there twice gets more lines on a taller screen. One
 * region of each view takes what is left, and a screen of one line has only that. Refuses to know what
 * regions show. */
#include "ui/geometry.h"

#include <string.h>

enum {
	REST = 0, REGIONS_MAX = 12,
	BESIDE_LEAST = 56, BESIDE_MOST = 88      /* a table of 80 columns keeps them */
};

struct part {
	unsigned char region, height;    /* REST: all that the others leave */
	unsigned char from;              /* shown on screens of at least this height */
	unsigned char flags;             /* enum layout_flags: only with these */
};

static const struct part parts[VIEW_COUNT][REGIONS_MAX] = {
#define TABLE_PARTS { \
		{ REGION_HEADER, 1, 5, 0 }, \
		{ REGION_HEAD, 1, 3, 0 }, \
		{ REGION_TABLE, REST, 0, 0 }, \
		{ REGION_GAPS, 1, 10, LAYOUT_GAPS }, \
		{ REGION_RULE, 1, 7, 0 }, \
		{ REGION_STRIP, 1, 12, 0 }, \
		{ REGION_STRIP, 1, 15, 0 }, \
		{ REGION_STRIP, 1, 18, 0 }, \
		{ REGION_STRIP, 2, 30, 0 }, \
		{ REGION_KEYS, 1, 2, 0 }, \
	}
#define PAGE_PARTS { \
		{ REGION_HEADER, 1, 7, 0 }, \
		{ REGION_HEAD, 1, 3, 0 }, \
		{ REGION_PAGE, REST, 0, 0 }, \
		{ REGION_RULE, 1, 7, 0 }, \
		{ REGION_KEYS, 1, 2, 0 }, \
	}
	[VIEW_LISTENERS] = TABLE_PARTS,
	[VIEW_CONNECTIONS] = TABLE_PARTS,
	[VIEW_EVENTS] = PAGE_PARTS,
	[VIEW_DETAILS] = PAGE_PARTS,
	[VIEW_WHY] = PAGE_PARTS,
	[VIEW_HELP] = PAGE_PARTS,
};

static bool is_table(enum view view)
{
	return view == VIEW_LISTENERS || view == VIEW_CONNECTIONS;
}

bool geometry_can_split(enum view view, unsigned width, unsigned height)
{
	return is_table(view) && (width >= GEOMETRY_BESIDE_FROM || height >= GEOMETRY_BELOW_FROM);
}

/* Details take the place of the strip, for they begin with what it says. */
static bool is_shown(const struct part *part, unsigned height, unsigned flags)
{
	if (part->region == REGION_STRIP && flags & LAYOUT_SPLIT)
		return false;
	return height >= part->from && (part->flags & flags) == part->flags;
}

static bool is_rest(const struct part *part)
{
	return part->height == REST && (part->region == REGION_TABLE || part->region == REGION_PAGE);
}

/* To the right of the titles and rows, with a line between. */
static void put_beside(struct layout *out)
{
	struct rect *head = &out->regions[REGION_HEAD], *table = &out->regions[REGION_TABLE];
	unsigned width = table->width * 2 / 5;

	if (width < BESIDE_LEAST)
		width = BESIDE_LEAST;
	if (width > BESIDE_MOST)
		width = BESIDE_MOST;
	out->regions[REGION_ASIDE] = (struct rect){
		table->width - width, table->y - head->height, width, table->height + head->height,
	};
	table->width -= width + 1;
	if (head->height)
		head->width = table->width;
}

/* Below the rule: half of the screen. */
static void put_below(struct layout *out)
{
	struct rect *table = &out->regions[REGION_TABLE], *keys = &out->regions[REGION_KEYS];
	struct rect *gaps = &out->regions[REGION_GAPS];
	unsigned height = out->screen.height / 2;

	table->height -= height;
	gaps->y -= gaps->height ? height : 0;
	out->regions[REGION_RULE].y -= height;
	out->regions[REGION_ASIDE] = (struct rect){ 0, keys->y - height, out->screen.width, height };
}

static void split(struct layout *out)
{
	if (out->screen.width >= GEOMETRY_BESIDE_FROM)
		put_beside(out);
	else
		put_below(out);
}

void geometry_layout(struct layout *out, enum view view, unsigned width, unsigned height, unsigned flags)
{
	const struct part *table = parts[view];
	unsigned fixed = 0, y = 0;

	if (!geometry_can_split(view, width, height))
		flags &= ~(unsigned)LAYOUT_SPLIT;
	memset(out, 0, sizeof *out);
	out->screen = (struct rect){ 0, 0, width, height };
	for (unsigned i = 0; i < REGIONS_MAX; i++)
		if (is_shown(&table[i], height, flags))
			fixed += table[i].height;
	for (unsigned i = 0; i < REGIONS_MAX; i++) {
		struct rect *area = &out->regions[table[i].region];
		unsigned lines = is_rest(&table[i]) ? height - fixed : table[i].height;

		if (!lines || !is_shown(&table[i], height, flags))
			continue;
		if (!area->height)
			*area = (struct rect){ 0, y, width, 0 };
		area->height += lines;
		y += lines;
	}
	if (flags & LAYOUT_SPLIT)
		split(out);
}

struct rect geometry_center(struct rect area, unsigned width, unsigned height)
{
	struct rect box = area;

	if (width < area.width) {
		box.x += (area.width - width) / 2;
		box.width = width;
	}
	if (height < area.height) {
		box.y += (area.height - height) / 2;
		box.height = height;
	}
	return box;
}

struct rect geometry_menu_area(const struct layout *layout)
{
	struct rect area = layout->screen;

	area.height -= layout->regions[REGION_KEYS].height;
	return area;
}

bool geometry_contains(struct rect area, unsigned x, unsigned y)
{
	return x >= area.x && y >= area.y && x - area.x < area.width && y - area.y < area.height;
}
