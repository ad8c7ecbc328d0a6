/* Owns which hints stand on the key line, and where. Refuses to know what keys do: names and words come from
 * the key and command tables. */
#include "ui/keyline.h"

#include "ui/focus.h"

enum { NEEDS_ROW = 1, NEEDS_WIDTH = 2 };         /* a selected row; room for details beside the table */

/* In the order in which they stand; the higher the rank the sooner one is left out. */
static const struct hint {
	enum command command;
	unsigned char rank, needs;
} hints[] = {
	{ COMMAND_KILL, 2, NEEDS_ROW }, { COMMAND_COPY, 3, NEEDS_ROW }, { COMMAND_OPEN, 7, NEEDS_ROW },
	{ COMMAND_WHY, 5, NEEDS_ROW }, { COMMAND_TRY, 4, 0 },
	{ COMMAND_JUMP, 4, NEEDS_ROW }, { COMMAND_DETAILS, 4, NEEDS_ROW }, { COMMAND_FILTER, 3, 0 },
	{ COMMAND_SORT, 6, 0 }, { COMMAND_SPLIT, 8, NEEDS_WIDTH }, { COMMAND_COLUMNS, 8, NEEDS_WIDTH },
	{ COMMAND_GROUP, 8, NEEDS_WIDTH }, { COMMAND_TAG, 8, NEEDS_WIDTH }, { COMMAND_NEXT_VIEW, 5, 0 },
	{ COMMAND_CHECK, 1, 0 }, { COMMAND_EARLIER, 2, 0 }, { COMMAND_LATER, 2, 0 }, { COMMAND_USUAL, 3, 0 },
	{ COMMAND_ACCEPT, 0, 0 }, { COMMAND_CANCEL, 0, 0 },
	{ COMMAND_BACK, 0, 0 }, { COMMAND_HELP, 1, 0 }, { COMMAND_QUIT, 0, 0 },
};

enum { HINT_COUNT = sizeof hints / sizeof *hints, RANK_MAX = 9, MARGIN = 1, BETWEEN = 2 };

/* Its key, or 0 when it is not to be shown. */
static uint32_t key_of(const struct app *app, const struct hint *hint, unsigned rank)
{
	struct rect screen = app->layout.screen;

	if (hint->rank > rank || (hint->needs & NEEDS_ROW && !focus_row(app)))
		return 0;
	if (hint->needs & NEEDS_WIDTH && screen.width < GEOMETRY_BESIDE_FROM)
		return 0;
	if (app->overlay != OVERLAY_NONE && hint->command == COMMAND_QUIT)
		return 0;                        /* it ends lotop, not the menu */
	return keymap_key(app->keys, focus_context(app), hint->command);
}

static unsigned width_of(const struct hint *hint, uint32_t key)
{
	struct buf text = { 0 };
	size_t width;

	keymap_add_key_name(&text, key);
	buf_printf(&text, " %s", command_info(hint->command)->hint);
	width = text.len;
	buf_done(&text);
	return (unsigned)width;
}

struct hints {
	uint32_t keys[HINT_COUNT];       /* 0 = not shown */
	unsigned x[HINT_COUNT], widths[HINT_COUNT];
	unsigned width;
};

static struct hints place_ranked(const struct app *app, unsigned rank)
{
	struct hints h = { .width = MARGIN };

	for (unsigned i = 0; i < HINT_COUNT; i++) {
		h.keys[i] = key_of(app, &hints[i], rank);
		if (!h.keys[i])
			continue;
		h.x[i] = h.width;
		h.widths[i] = width_of(&hints[i], h.keys[i]);
		h.width += h.widths[i] + BETWEEN;
	}
	return h;
}

/* Prompt and dialog have their keys in themselves; on a screen without a rule the status stands here. */
static struct hints place(const struct app *app, unsigned width)
{
	bool is_status = *app->status && !app->layout.regions[REGION_RULE].height;
	bool is_shown = app->overlay != OVERLAY_FILTER && app->overlay != OVERLAY_KILL && !is_status;
	struct hints h = { .width = 0 };

	for (unsigned rank = RANK_MAX; is_shown && rank; rank--) {
		h = place_ranked(app, rank);
		if (h.width <= width + BETWEEN)
			break;
	}
	return h;
}

uint32_t keyline_key_at(const struct app *app, unsigned width, unsigned x)
{
	struct hints h = place(app, width);

	for (unsigned i = 0; i < HINT_COUNT; i++)
		if (h.keys[i] && x >= h.x[i] && x - h.x[i] < h.widths[i])
			return h.keys[i];
	return 0;
}

void keyline_draw(const struct app *app, struct canvas *c, struct rect area)
{
	struct hints h = place(app, area.width);
	struct buf key = { 0 };

	for (unsigned i = 0; i < HINT_COUNT; i++) {
		unsigned width;

		if (!h.keys[i])
			continue;
		buf_clear(&key);
		keymap_add_key_name(&key, h.keys[i]);
		width = draw_text(c, area, h.x[i], 0, STYLE_KEY, buf_string(&key));
		draw_text(c, area, h.x[i] + width + 1, 0, STYLE_NORMAL, command_info(hints[i].command)->hint);
	}
	buf_done(&key);
}
