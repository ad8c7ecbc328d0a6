/* ui/draw: what a style becomes in curses' memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <curses.h>
#include <cmocka.h>
#include "ui/draw.h"
#include "ui/theme.h"

static chtype looks(struct canvas *c, unsigned style)
{
	draw_text(c, (struct rect){ 0, 0, 80, 24 }, 0, 0, style, "x");
	return mvinch(0, 0) & A_ATTRIBUTES & ~(chtype)A_COLOR;
}

/* Some terminals draw dim and reverse as grey on white. */
static void what_is_chosen_is_not_dim(void **state)
{
	FILE *nowhere = fopen("/dev/null", "w+");
	SCREEN *screen = newterm("xterm-256color", nowhere, nowhere);
	(void)state;

	if (!screen)
		skip();
	for (enum theme theme = 0; theme < THEME_COUNT; theme++) {
		struct canvas c = { .attributes = { 0 } };

		theme_fill(theme, COLOURS_AUTO, c.attributes);
		for (unsigned style = 0; style < STYLE_COUNT; style++) {
			chtype plain = looks(&c, style);

			assert_int_equal(looks(&c, style | STYLE_CHOSEN), (plain & ~(chtype)A_DIM) | A_REVERSE);
		}
		buf_done(&c.text);
		buf_done(&c.ascii);
	}
	endwin();
	delscreen(screen);
	fclose(nowhere);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(what_is_chosen_is_not_dim) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
