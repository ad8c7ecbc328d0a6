/* Owns colours: what each style is in each theme, and what of it this terminal can show. Refuses to know
 * what is drawn. */
#include "ui/theme.h"

#include <curses.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* One more than curses' number: 0 is the terminal's own colour. */
enum {
	OWN, BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE,
	BRIGHT = 8               /* to be added */
};

struct look {
	uint8_t colour;          /* of the 16 */
	uint8_t fine;            /* of the 256, as the terminal counts them; 0 = the same as of the 16 */
	attr_t attributes;
};

/* Without colour; what tells one style from another in every theme. */
static const attr_t mono[STYLE_COUNT] = {
	[STYLE_DIM] = A_DIM, [STYLE_STRONG] = A_BOLD, [STYLE_HEAD] = A_UNDERLINE,
	[STYLE_HEAD_SORTED] = A_UNDERLINE | A_BOLD, [STYLE_NEW] = A_BOLD, [STYLE_CHANGED] = A_BOLD,
	[STYLE_GONE] = A_DIM, [STYLE_WARNING] = A_BOLD, [STYLE_GOOD] = A_BOLD, [STYLE_ERROR] = A_BOLD,
	[STYLE_KEY] = A_BOLD,
};

static const struct {
	bool is_mono;
	uint8_t ground;          /* of the 16; the background of everything; OWN = the terminal's */
	struct look looks[STYLE_COUNT];
} themes[THEME_COUNT] = {
	[THEME_DEFAULT] = { .looks = {
		[STYLE_DIM] = { OWN, 0, A_DIM },
		[STYLE_STRONG] = { OWN, 0, A_BOLD },
		[STYLE_HEAD] = { GREEN, 0, A_REVERSE },
		[STYLE_HEAD_SORTED] = { CYAN, 0, A_REVERSE | A_BOLD },
		[STYLE_NEW] = { GREEN, 0, 0 },
		[STYLE_CHANGED] = { YELLOW, 0, 0 },
		[STYLE_GONE] = { RED, 0, 0 },
		[STYLE_WARNING] = { YELLOW, 0, 0 },
		[STYLE_GOOD] = { GREEN, 0, A_BOLD },
		[STYLE_ERROR] = { RED, 0, A_BOLD },
		[STYLE_KEY] = { CYAN, 0, A_BOLD },
	} },
	/* Dark on light: no yellow, cyan or green of the 16, which most terminals show too pale on white. */
	[THEME_LIGHT] = { .looks = {
		[STYLE_DIM] = { OWN, 243, 0 },
		[STYLE_STRONG] = { OWN, 0, A_BOLD },
		[STYLE_HEAD] = { BLUE, 24, A_REVERSE },
		[STYLE_HEAD_SORTED] = { MAGENTA, 90, A_REVERSE | A_BOLD },
		[STYLE_NEW] = { BLUE, 22, A_BOLD },
		[STYLE_CHANGED] = { MAGENTA, 130, A_BOLD },
		[STYLE_GONE] = { RED, 124, 0 },
		[STYLE_WARNING] = { MAGENTA, 130, A_BOLD },
		[STYLE_GOOD] = { BLUE, 22, A_BOLD },
		[STYLE_ERROR] = { RED, 124, A_BOLD },
		[STYLE_KEY] = { BLUE, 24, A_BOLD },
	} },
	[THEME_MONO] = { .is_mono = true },
	/* Blue, orange and yellow stay apart with each of the common kinds of colour blindness; red and green
	 * do not. */
	[THEME_COLOUR_BLIND] = { .looks = {
		[STYLE_DIM] = { OWN, 0, A_DIM },
		[STYLE_STRONG] = { OWN, 0, A_BOLD },
		[STYLE_HEAD] = { CYAN, 74, A_REVERSE },
		[STYLE_HEAD_SORTED] = { YELLOW, 220, A_REVERSE | A_BOLD },
		[STYLE_NEW] = { CYAN, 75, A_BOLD },
		[STYLE_CHANGED] = { YELLOW, 220, 0 },
		[STYLE_GONE] = { MAGENTA, 208, A_DIM },
		[STYLE_WARNING] = { YELLOW, 220, A_BOLD },
		[STYLE_GOOD] = { CYAN, 75, A_BOLD },
		[STYLE_ERROR] = { MAGENTA, 208, A_BOLD },
		[STYLE_KEY] = { CYAN, 75, A_BOLD },
	} },
	[THEME_HIGH_CONTRAST] = { .ground = BLACK, .looks = {
		[STYLE_NORMAL] = { BRIGHT + WHITE, 0, 0 },
		[STYLE_DIM] = { BRIGHT + WHITE, 0, 0 },
		[STYLE_STRONG] = { BRIGHT + WHITE, 0, A_BOLD },
		[STYLE_HEAD] = { BRIGHT + WHITE, 0, A_REVERSE },
		[STYLE_HEAD_SORTED] = { BRIGHT + YELLOW, 0, A_REVERSE | A_BOLD },
		[STYLE_NEW] = { BRIGHT + GREEN, 0, A_BOLD },
		[STYLE_CHANGED] = { BRIGHT + YELLOW, 0, A_BOLD },
		[STYLE_GONE] = { BRIGHT + MAGENTA, 0, A_BOLD | A_UNDERLINE },
		[STYLE_WARNING] = { BRIGHT + YELLOW, 0, A_BOLD },
		[STYLE_GOOD] = { BRIGHT + GREEN, 0, A_BOLD },
		[STYLE_ERROR] = { BRIGHT + RED, 0, A_BOLD | A_UNDERLINE },
		[STYLE_KEY] = { BRIGHT + CYAN, 0, A_BOLD },
	} },
};

const char *const *theme_names(void)
{
	static const char *const names[THEME_COUNT + 1] = {
		[THEME_DEFAULT] = "default", [THEME_LIGHT] = "light", [THEME_MONO] = "mono",
		[THEME_COLOUR_BLIND] = "colour-blind", [THEME_HIGH_CONTRAST] = "high-contrast",
	};

	return names;
}

int theme_find(struct slice name, enum theme *out)
{
	for (enum theme theme = 0; theme < THEME_COUNT; theme++) {
		if (slice_is(name, theme_names()[theme])) {
			*out = theme;
			return 0;
		}
	}
	return -ENOENT;
}

static bool wants_colour(enum theme theme, enum colours colours)
{
	const char *forbidden = getenv("NO_COLOR");

	if (themes[theme].is_mono || colours == COLOURS_NONE)
		return false;
	return colours != COLOURS_AUTO || !forbidden || !*forbidden;
}

/* As curses counts. A terminal with 8 colours has the bright ones as bold. */
static short number_of(const struct look *look, bool is_fine, unsigned *attributes)
{
	short colour = (short)(look->colour - 1);

	if (is_fine && look->fine)
		return look->fine;
	if (colour >= COLORS) {
		*attributes |= A_BOLD;
		colour = (short)(colour - BRIGHT);
	}
	return colour;
}

void theme_fill(enum theme theme, enum colours colours, unsigned attributes[STYLE_COUNT])
{
	bool has_colour = wants_colour(theme, colours) && has_colors() && start_color() == OK
			  && use_default_colors() == OK;
	bool is_fine = has_colour && colours != COLOURS_16 && COLORS >= 256;
	short ground = (short)(themes[theme].ground - 1);

	for (short i = 0; i < STYLE_COUNT; i++) {
		const struct look *look = &themes[theme].looks[i];

		attributes[i] = has_colour ? look->attributes : mono[i];
		if (!has_colour || (look->colour == OWN && ground < 0 && !(is_fine && look->fine)))
			continue;
		init_pair((short)(i + 1), number_of(look, is_fine, &attributes[i]), ground);
		attributes[i] |= (unsigned)COLOR_PAIR(i + 1);
	}
	if (has_colour && ground >= 0)
		bkgdset(attributes[STYLE_NORMAL] | ' ');
}
