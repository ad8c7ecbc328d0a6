/* The lines of the table: rows one below the other, or in groups that fold. Pure. */
#ifndef UI_TREE_H
#define UI_TREE_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/map.h"
#include "model/rows.h"

enum grouping {
	GROUP_OFF, GROUP_PROCESS, GROUP_PROJECT,
	GROUP_PLACE,                     /* machine and network namespace */
	GROUPING_COUNT
};

struct group {
	const char *name;                /* safe; the tree's */
	uint64_t id;                     /* of the name: stays the same from frame to frame */
	size_t count;                    /* rows */
	bool is_folded;
};

struct line {
	bool is_group;
	size_t group;                    /* index; meaningless with GROUP_OFF */
	size_t row;                      /* index into rows->items; of a group: its first row */
};

struct tree {                            /* a zeroed struct is an empty tree; tree_done frees */
	enum grouping by;
	struct line *lines;
	size_t count, cap;
	struct group *groups;            /* in the order of their first rows */
	size_t group_count, group_cap;
	struct map folded;               /* ids of the folded groups */
	uint64_t header;                 /* the cursor is on this group; 0 = on the selected row */
	struct arena arena;
	size_t *next;                    /* scratch: where each group's next row goes */
	size_t next_cap;
};

void tree_done(struct tree *t);
/* The cursor goes to the group of a row that a fold hides. */
void tree_build(struct tree *t, const struct rows *rows);
size_t tree_cursor(const struct tree *t, const struct rows *rows);       /* the line that the cursor is on */
/* Moves it: to a group, or to a row, which becomes the selected one. */
void tree_select(struct tree *t, struct rows *rows, size_t line);
/* Folds or unfolds the group that the cursor is in, and goes to it. False when there is none. */
bool tree_fold(struct tree *t, struct rows *rows, bool folds);
const struct group *tree_header(const struct tree *t);           /* under the cursor; NULL = it is on a row */
const char *grouping_name(enum grouping by);                     /* "process" */

#endif
