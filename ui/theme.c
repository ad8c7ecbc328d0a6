/* Owns colours: the terminal's own 16 on the terminal's own background. Refuses to know what is drawn. */
#include "ui/theme.h"

#include <curses.h>
#include <stdbool.h>
#include <stdlib.h>

enum { OWN = -1 };                       /* the terminal's own colour */

static const struct look {
	short colour;
	attr_t attributes, mono;
} looks[STYLE_COUNT] = {
	[STYLE_NORMAL] = { OWN, A_NORMAL, A_NORMAL },
	[STYLE_DIM] = { OWN, A_DIM, A_DIM },
	[STYLE_STRONG] = { OWN, A_BOLD, A_BOLD },
	[STYLE_HEAD] = { COLOR_GREEN, A_REVERSE, A_UNDERLINE },
	[STYLE_HEAD_SORTED] = { COLOR_CYAN, A_REVERSE | A_BOLD, A_UNDERLINE | A_BOLD },
	[STYLE_NEW] = { COLOR_GREEN, A_NORMAL, A_BOLD },
	[STYLE_CHANGED] = { COLOR_YELLOW, A_NORMAL, A_BOLD },
	[STYLE_GONE] = { COLOR_RED, A_NORMAL, A_DIM },
	[STYLE_WARNING] = { COLOR_YELLOW, A_NORMAL, A_BOLD },
	[STYLE_GOOD] = { COLOR_GREEN, A_BOLD, A_BOLD },
	[STYLE_ERROR] = { COLOR_RED, A_BOLD, A_BOLD },
	[STYLE_KEY] = { COLOR_CYAN, A_BOLD, A_BOLD },
};

static bool has_colour(void)
{
	const char *forbidden = getenv("NO_COLOR");

	if ((forbidden && *forbidden) || !has_colors() || start_color() == ERR)
		return false;
	return use_default_colors() == OK;
}

void theme_fill(unsigned attributes[STYLE_COUNT])
{
	bool colour = has_colour();

	for (short i = 0; i < STYLE_COUNT; i++) {
		attributes[i] = colour ? looks[i].attributes : looks[i].mono;
		if (!colour || looks[i].colour == OWN)
			continue;
		init_pair(i, looks[i].colour, OWN);
		attributes[i] |= (unsigned)COLOR_PAIR(i);
	}
}
