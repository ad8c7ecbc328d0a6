/* One thing that the user did, free of any terminal library: screen.c makes them, app_apply takes them. */
#ifndef UI_INPUT_H
#define UI_INPUT_H

#include <stdint.h>

enum input_kind { INPUT_NONE, INPUT_KEY, INPUT_PASTE, INPUT_CLICK, INPUT_WHEEL };

/* Keys that are no character; a character is its code point, Ctrl-A .. Ctrl-Z are 1 .. 26. */
enum input_key {
	INPUT_TAB = 9, INPUT_ENTER = 13, INPUT_ESCAPE = 27, INPUT_BACKSPACE = 127,
	INPUT_UP = 0x110000, INPUT_DOWN, INPUT_LEFT, INPUT_RIGHT, INPUT_PAGE_UP, INPUT_PAGE_DOWN, INPUT_HOME,
	INPUT_END, INPUT_DELETE, INPUT_BACK_TAB,
	INPUT_F0                 /* F1 is INPUT_F0 + 1, up to F12 */
};

#define INPUT_CTRL(letter) ((letter) - '@')

struct input {
	uint8_t kind;            /* enum input_kind */
	uint32_t key;            /* KEY; PASTE: one code point of pasted text, never a command */
	unsigned x, y;           /* CLICK, WHEEL: cell of the screen */
	int64_t at_ms;           /* CLICK: when, by a clock that never steps */
	int scroll;              /* WHEEL: lines, down is positive */
};

#endif
