/* A box with lines to choose one from, or to check and to put in order. Transitions are pure; menu_draw
 * reads. */
#ifndef UI_MENU_H
#define UI_MENU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "ui/command.h"
#include "ui/draw.h"

enum { MENU_MAX = 48 };

struct menu_item {
	uint32_t key;                    /* picks it at once; 0 = none */
	int value;                       /* for whoever opened the menu */
	bool is_checked;                 /* where the menu has checks */
	const char *title, *text;        /* safe; the menu's own copies */
};

struct menu {                            /* a zeroed struct is an empty menu; menu_done frees */
	struct arena arena;
	const char *title;               /* static */
	struct menu_item items[MENU_MAX];
	size_t count, chosen, top;
	bool has_checks;                 /* "[x]" before each item */
};

void menu_done(struct menu *m);
void menu_start(struct menu *m, const char *title);
void menu_add(struct menu *m, uint32_t key, int value, const char *title, const char *text);
void menu_choose(struct menu *m, int value);
/* Moving commands; `height` is that of the area that it is drawn in. */
void menu_move(struct menu *m, enum command command, unsigned height);
void menu_check(struct menu *m, int value, bool is_checked);
/* The chosen item changes places with the one before (-1) or behind it (1). */
void menu_shift(struct menu *m, int by, unsigned height);
/* The item that this key picks, or NULL. */
const struct menu_item *menu_pick(const struct menu *m, uint32_t key);
const struct menu_item *menu_chosen(const struct menu *m);       /* NULL when empty */

/* What is at that place of the screen: nothing of the menu, its box, or an item, which goes to *index. */
enum menu_place { MENU_OUTSIDE, MENU_BOX, MENU_ITEM };
enum menu_place menu_at(const struct menu *m, struct rect area, unsigned x, unsigned y, size_t *index);
void menu_draw(const struct menu *m, struct canvas *c, struct rect area);

#endif
