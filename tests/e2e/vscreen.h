/* The screen of a terminal: libvterm fed with bytes, read back as lines of text and looks. */
#ifndef E2E_VSCREEN_H
#define E2E_VSCREEN_H

#include <stdbool.h>
#include <stddef.h>

struct vscreen;

struct vscreen_look {
	bool is_bold, is_reverse, is_underlined;
	int color;                   /* palette index of the foreground; -1 = default */
};

/* The terminal's own answers (cursor position reports and the like) are written to `answers`. */
struct vscreen *vscreen_new(int rows, int cols, int answers);
void vscreen_free(struct vscreen *s);
void vscreen_feed(struct vscreen *s, const char *bytes, size_t length);
void vscreen_resize(struct vscreen *s, int rows, int cols);
/* Lines have their final blanks cut; final empty lines are left out. Borrowed until the next call for this
 * screen. */
const char *vscreen_text(struct vscreen *s);
const char *vscreen_line(struct vscreen *s, int row);
/* The first line that holds `text`; -1. */
int vscreen_find(struct vscreen *s, const char *text);
/* The screen column where the ASCII `text` begins in that row; -1. */
int vscreen_column(const struct vscreen *s, int row, const char *text);
struct vscreen_look vscreen_look(const struct vscreen *s, int row, int col);
const char *vscreen_title(const struct vscreen *s);

#endif
