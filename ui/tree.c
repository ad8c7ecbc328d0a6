/* Owns which row belongs to which group, and what is folded. The order of rows within a group, and of groups by
 * their first rows, is the table's own. Refuses to know how lines look. */
#include "ui/tree.h"

#include <stdlib.h>
#include "base/array.h"
#include "base/buf.h"
#include "base/fatal.h"
#include "model/host.h"

void tree_done(struct tree *t)
{
	arena_done(&t->arena);
	map_done(&t->folded);
	free(t->lines);
	free(t->groups);
	free(t->next);
	*t = (struct tree){ 0 };
}

const char *grouping_name(enum grouping by)
{
	static const char *const names[GROUPING_COUNT] = {
		[GROUP_OFF] = "off", [GROUP_PROCESS] = "process", [GROUP_PROJECT] = "project",
		[GROUP_PLACE] = "place",
	};

	return names[by];
}

static void add_place(struct buf *out, const struct listener *l)
{
	if (l->host)
		buf_printf(out, l->netns ? "%s, " : "%s", l->host->name);
	if (l->netns)
		buf_printf(out, l->netns->container ? "container %s" : "namespace %s", l->netns->label);
	if (!l->host && !l->netns)
		buf_add_string(out, "here");
}

static void add_name(struct buf *out, enum grouping by, const struct listener *l)
{
	const struct holder *eldest = listener_eldest(l);

	if (by == GROUP_PLACE)
		add_place(out, l);
	else if (!eldest)
		buf_add_string(out, l->socket->inode ? "owner not visible" : "no process");
	else if (by == GROUP_PROCESS)
		buf_printf(out, "%s %d", eldest->process->name, eldest->process->fact->pid);
	else if (eldest->process->project)
		buf_add_string(out, eldest->process->project);
	else
		buf_add_string(out, eldest->process->cwd ? eldest->process->cwd : "no project");
}

/* FNV-1a; never 0. */
static uint64_t id_of(struct slice name)
{
	uint64_t id = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < name.len; i++)
		id = (id ^ (unsigned char)name.ptr[i]) * UINT64_C(0x100000001b3);
	return id ? id : 1;
}

static size_t find_group(struct tree *t, struct map *known, struct slice name)
{
	uint64_t id = id_of(name), index = t->group_count;

	if (map_get(known, id, &index))
		return index;
	map_put(known, id, index);
	ARRAY_PUSH(t->groups, t->group_count, t->group_cap) = (struct group){
		.name = arena_string(&t->arena, name), .id = id, .is_folded = map_has(&t->folded, id),
	};
	return index;
}

static void add_flat(struct tree *t, const struct rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		t->lines[t->count++] = (struct line){ .row = i };
}

const struct group *tree_header(const struct tree *t)
{
	for (size_t i = 0; t->header && i < t->group_count; i++)
		if (t->groups[i].id == t->header)
			return &t->groups[i];
	return NULL;
}

/* Where each group begins: behind the rows of those before it. */
static void place_groups(struct tree *t)
{
	t->next = array_reserve(t->next, &t->next_cap, t->group_count, sizeof *t->next);
	for (size_t i = 0; i < t->group_count; i++) {
		t->next[i] = t->count;
		t->lines[t->count] = (struct line){ .is_group = true, .group = i, .row = SIZE_MAX };
		t->count += 1 + (t->groups[i].is_folded ? 0 : t->groups[i].count);
	}
}

static void add_grouped(struct tree *t, const struct rows *rows)
{
	size_t *groups = fatal_calloc(rows->count, sizeof *groups);
	struct map known = { 0 };
	struct buf name = { 0 };

	for (size_t i = 0; i < rows->count; i++) {
		buf_clear(&name);
		add_name(&name, t->by, rows->items[i]->listener);
		groups[i] = find_group(t, &known, buf_slice(&name));
		t->groups[groups[i]].count++;
	}
	place_groups(t);
	for (size_t i = 0; i < rows->count; i++) {
		size_t *at = &t->next[groups[i]];

		if (t->lines[*at].is_group && t->lines[*at].row == SIZE_MAX)
			t->lines[*at].row = i;
		if (!t->groups[groups[i]].is_folded)
			t->lines[++*at] = (struct line){ .group = groups[i], .row = i };
	}
	if (!tree_header(t))
		t->header = 0;
	if (!t->header && rows->count && t->groups[groups[rows->selected_index]].is_folded)
		t->header = t->groups[groups[rows->selected_index]].id;
	free(groups);
	map_done(&known);
	buf_done(&name);
}

void tree_build(struct tree *t, const struct rows *rows)
{
	arena_reset(&t->arena);
	t->count = t->group_count = 0;
	t->lines = array_reserve(t->lines, &t->cap, 2 * rows->count, sizeof *t->lines);
	if (t->by == GROUP_OFF) {
		t->header = 0;
		add_flat(t, rows);
	} else {
		add_grouped(t, rows);
	}
}

static bool is_cursor(const struct tree *t, const struct line *line, const struct rows *rows)
{
	if (t->header)
		return line->is_group && t->groups[line->group].id == t->header;
	return !line->is_group && line->row == rows->selected_index;
}

size_t tree_cursor(const struct tree *t, const struct rows *rows)
{
	if (t->by == GROUP_OFF)
		return rows->selected_index;
	for (size_t i = 0; i < t->count; i++)
		if (is_cursor(t, &t->lines[i], rows))
			return i;
	return 0;
}

void tree_select(struct tree *t, struct rows *rows, size_t line)
{
	if (!t->count)
		return;
	if (line >= t->count)
		line = t->count - 1;
	t->header = t->lines[line].is_group ? t->groups[t->lines[line].group].id : 0;
	rows_select(rows, t->lines[line].row);
}

bool tree_fold(struct tree *t, struct rows *rows, bool folds)
{
	const struct line *line;
	struct group *group;

	if (t->by == GROUP_OFF || !t->count)
		return false;
	line = &t->lines[tree_cursor(t, rows)];
	group = &t->groups[line->group];
	t->header = group->id;
	if (folds)
		map_put(&t->folded, group->id, 1);
	else
		map_remove(&t->folded, group->id);
	tree_build(t, rows);
	return true;
}
