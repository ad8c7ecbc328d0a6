/* Owns the order and the heights of regions. Each view is a table: which region, how many lines, and from
 * which height of the screen on; a region that stands there twice gets more lines on a taller screen. One
 * region of each view takes what is left, and a screen of one line has only that. Refuses to know what
 * regions show. */
#include "ui/geometry.h"

#include <string.h>

enum { REST = 0, WITH_GAPS = 1, REGIONS_MAX = 12 };

struct part {
	unsigned char region, height;    /* REST: all that the others leave */
	unsigned char from;              /* shown on screens of at least this height */
	unsigned char flags;
};

static const struct part parts[VIEW_COUNT][REGIONS_MAX] = {
#define TABLE_PARTS { \
		{ REGION_HEADER, 1, 5, 0 }, \
		{ REGION_HEAD, 1, 3, 0 }, \
		{ REGION_TABLE, REST, 0, 0 }, \
		{ REGION_GAPS, 1, 10, WITH_GAPS }, \
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

static bool is_shown(const struct part *part, unsigned height, bool has_gaps)
{
	return height >= part->from && (has_gaps || !(part->flags & WITH_GAPS));
}

static bool is_rest(const struct part *part)
{
	return part->height == REST && (part->region == REGION_TABLE || part->region == REGION_PAGE);
}

void geometry_layout(struct layout *out, enum view view, unsigned width, unsigned height, bool has_gaps)
{
	const struct part *table = parts[view];
	unsigned fixed = 0, y = 0;

	memset(out, 0, sizeof *out);
	out->screen = (struct rect){ 0, 0, width, height };
	for (unsigned i = 0; i < REGIONS_MAX; i++)
		if (is_shown(&table[i], height, has_gaps))
			fixed += table[i].height;
	for (unsigned i = 0; i < REGIONS_MAX; i++) {
		struct rect *area = &out->regions[table[i].region];
		unsigned lines = is_rest(&table[i]) ? height - fixed : table[i].height;

		if (!lines || !is_shown(&table[i], height, has_gaps))
			continue;
		if (!area->height)
			*area = (struct rect){ 0, y, width, 0 };
		area->height += lines;
		y += lines;
	}
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

bool geometry_contains(struct rect area, unsigned x, unsigned y)
{
	return x >= area.x && y >= area.y && x - area.x < area.width && y - area.y < area.height;
}
