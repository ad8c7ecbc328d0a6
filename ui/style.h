/* What a piece of the screen means. theme.c gives each meaning a look; nothing else knows colours. A
 * colour never says anything alone: there is a sign, a word or a place with it. */
#ifndef UI_STYLE_H
#define UI_STYLE_H

enum style {
	STYLE_NORMAL,
	STYLE_DIM,               /* less important: sources, leftovers, what is not known */
	STYLE_STRONG,
	STYLE_HEAD,              /* column titles */
	STYLE_HEAD_SORTED,       /* the title that the table is sorted by */
	STYLE_NEW,
	STYLE_CHANGED,
	STYLE_GONE,
	STYLE_WARNING,           /* a mark that wants to be looked at */
	STYLE_GOOD,              /* done as asked */
	STYLE_ERROR,
	STYLE_KEY,               /* a key on the key line */
	STYLE_COUNT,
	STYLE_CHOSEN = 0x40      /* flag: under the cursor */
};

#endif
