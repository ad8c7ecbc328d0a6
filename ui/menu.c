/* Owns menus: items, the chosen one, which are checked, and how the box scrolls on a small screen. Refuses to
 * know what items mean. */
#include "ui/menu.h"


enum { FRAME = 2, SIDES = 4, KEY_COLUMNS = 2, CHECK_COLUMNS = 4, TITLE_COLUMNS = 14, WIDTH = 72 };

void menu_done(struct menu *m)
{
	arena_done(&m->arena);
	*m = (struct menu){ 0 };
}

void menu_start(struct menu *m, const char *title)
{
	arena_reset(&m->arena);
	m->title = title;
	m->count = m->chosen = m->top = 0;
	m->has_checks = false;
}

void menu_add(struct menu *m, uint32_t key, int value, const char *title, const char *text)
{
	if (m->count == MENU_MAX)
		return;
	m->items[m->count++] = (struct menu_item){
		.key = key,
		.value = value,
		.title = arena_string(&m->arena, slice_of(title)),
		.text = arena_string(&m->arena, slice_of(text)),
	};
}

void menu_choose(struct menu *m, int value)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->items[i].value == value)
			m->chosen = i;
}

static size_t visible(const struct menu *m, unsigned height)
{
	size_t lines = height > FRAME ? height - FRAME : 1;

	return lines < m->count ? lines : m->count;
}

void menu_move(struct menu *m, enum command command, unsigned height)
{
	size_t lines = visible(m, height), last = m->count ? m->count - 1 : 0;

	if (command == COMMAND_UP && m->chosen)
		m->chosen--;
	else if (command == COMMAND_DOWN)
		m->chosen++;
	else if (command == COMMAND_PAGE_UP)
		m->chosen -= m->chosen < lines ? m->chosen : lines;
	else if (command == COMMAND_PAGE_DOWN)
		m->chosen += lines;
	else if (command == COMMAND_HOME)
		m->chosen = 0;
	else if (command == COMMAND_END)
		m->chosen = last;
	if (m->chosen > last)
		m->chosen = last;
	if (m->chosen < m->top)
		m->top = m->chosen;
	if (lines && m->chosen >= m->top + lines)
		m->top = m->chosen - lines + 1;
	if (m->top + lines > m->count)
		m->top = m->count - lines;
}

void menu_check(struct menu *m, int value, bool is_checked)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->items[i].value == value)
			m->items[i].is_checked = is_checked;
}

void menu_shift(struct menu *m, int by, unsigned height)
{
	size_t from = m->chosen, to = by < 0 ? from - 1 : from + 1;
	struct menu_item item;

	if (from >= m->count || to >= m->count)          /* before the first: wrapped round */
		return;
	item = m->items[from];
	m->items[from] = m->items[to];
	m->items[to] = item;
	menu_move(m, by < 0 ? COMMAND_UP : COMMAND_DOWN, height);
}

const struct menu_item *menu_pick(const struct menu *m, uint32_t key)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->items[i].key && m->items[i].key == key)
			return &m->items[i];
	return NULL;
}

const struct menu_item *menu_chosen(const struct menu *m)
{
	return m->chosen < m->count ? &m->items[m->chosen] : NULL;
}

static struct rect box_of(const struct menu *m, struct rect area)
{
	return geometry_center(area, WIDTH + SIDES, (unsigned)visible(m, area.height) + FRAME);
}

enum menu_place menu_at(const struct menu *m, struct rect area, unsigned x, unsigned y, size_t *index)
{
	struct rect box = box_of(m, area);
	size_t at = m->top + y - box.y - 1;

	if (!geometry_contains(box, x, y))
		return MENU_OUTSIDE;
	if (y == box.y || y + 1 == box.y + box.height || at >= m->count)
		return MENU_BOX;
	*index = at;
	return MENU_ITEM;
}

static void draw_item(const struct menu *m, size_t i, struct canvas *c, struct rect line)
{
	const struct menu_item *item = &m->items[i];
	unsigned style = i == m->chosen ? STYLE_CHOSEN : 0, x = 0;
	char key[2] = { item->key ? (char)item->key : ' ', 0 };

	draw_cell(c, line, x, 0, STYLE_NORMAL | style, i == m->chosen ? ">" : " ", KEY_COLUMNS, false);
	x += KEY_COLUMNS;
	if (m->has_checks) {
		draw_cell(c, line, x, 0, STYLE_NORMAL | style, item->is_checked ? "[x]" : "[ ]",
			  CHECK_COLUMNS, false);
		x += CHECK_COLUMNS;
	} else {
		draw_cell(c, line, x, 0, STYLE_KEY | style, key, KEY_COLUMNS, false);
		x += KEY_COLUMNS;
	}
	draw_cell(c, line, x, 0, STYLE_STRONG | style, item->title, TITLE_COLUMNS, false);
	x += TITLE_COLUMNS;
	draw_cell(c, line, x, 0, STYLE_NORMAL | style, item->text, line.width, false);
}

void menu_draw(const struct menu *m, struct canvas *c, struct rect area)
{
	size_t lines = visible(m, area.height);
	struct rect inside;
	struct buf title = { 0 };

	buf_printf(&title, " %s ", m->title);
	if (lines < m->count)
		buf_printf(&title, "%zu-%zu/%zu ", m->top + 1, m->top + lines, m->count);
	inside = draw_box(c, box_of(m, area), buf_string(&title));
	for (unsigned y = 0; y < inside.height && m->top + y < m->count; y++)
		draw_item(m, m->top + y, c, (struct rect){ inside.x, inside.y + y, inside.width, 1 });
	buf_done(&title);
}
