/* Owns where everything of the dialog lies, and what is cut where the screen is small: the lines of the
 * plan, never the choices. Refuses to know which step leads to which (dialog.c). */
#include "ui/dialogbox.h"

#include "ui/input.h"
#include "ui/page.h"
#include "ui/planpage.h"

enum {
	WIDTH = 64, FRAME = 2, SIDES = 4, GRID_COLUMNS = 2, GRID_WIDTH = 54, NAME_WIDTH = 8,
	READABLE_WIDTH = 34, READABLE_HEIGHT = 7, UNWRAPPED = 10000
};

bool dialogbox_is_readable(struct rect screen)
{
	return screen.width >= READABLE_WIDTH && screen.height >= READABLE_HEIGHT;
}

static void add_subject(struct page *page, const struct dialog *d)
{
	if (d->several)
		targets_describe(d->several, page);
	else if (d->plan.id.pid > 0)
		planpage_add_who(page, &d->plan);
}

static void build(struct page *page, const struct dialog *d)
{
	if (d->state == DIALOG_ASKED) {
		page_add_text(page, STYLE_NORMAL, "looking at the process ...");
		return;
	}
	add_subject(page, d);
	if (d->state == DIALOG_REFUSED) {
		page_add_text(page, STYLE_WARNING, d->plan.refusal_text);
	} else if (d->state == DIALOG_CONFIRMING) {
		page_add_text(page, STYLE_WARNING, d->plan.confirm_twice);
	} else if (!d->several) {
		planpage_add_rest(page, &d->plan);
	}
}

/* Where the wrapped lines do not fit there is one cut line for each: it is worth more to see that there is
 * a warning. */
static void build_for(struct page *page, const struct dialog *d, unsigned width, unsigned height)
{
	page_clear(page, width);
	build(page, d);
	if (page->count <= height)
		return;
	page_clear(page, UNWRAPPED);
	build(page, d);
}

/* Two by two with their meanings; on a narrow screen in one line, with the meaning of the chosen one
 * below. */
static struct rect choice_at(const struct dialog *d, struct rect area, unsigned i)
{
	bool is_grid = area.width >= GRID_WIDTH;
	unsigned step = is_grid ? area.width / GRID_COLUMNS : NAME_WIDTH;

	if (dialog_choice(d, i).is_command)      /* a line of its own: it is as long as a command may be */
		return (struct rect){ area.x, area.y + 2, area.width, 1 };
	return (struct rect){
		area.x + (is_grid ? i % GRID_COLUMNS : i) * step, area.y + (is_grid ? i / GRID_COLUMNS : 0), step, 1,
	};
}

static void draw_choices(const struct dialog *d, struct canvas *c, struct rect area)
{
	bool is_grid = area.width >= GRID_WIDTH;

	for (unsigned i = 0; i < dialog_choices(d); i++) {
		const struct dialog_choice choice = dialog_choice(d, i);
		struct rect at = choice_at(d, area, i);
		unsigned style = i == d->chosen ? STYLE_CHOSEN : 0;

		draw_text(c, at, 0, 0, STYLE_NORMAL, i == d->chosen ? ">" : " ");
		draw_text(c, at, 2, 0, STYLE_STRONG | style, choice.name);
		if (is_grid || choice.is_command)
			draw_text(c, at, NAME_WIDTH, 0, STYLE_NORMAL, choice.meaning);
		else if (i == d->chosen)
			draw_text(c, area, 2, 1, STYLE_NORMAL, choice.meaning);
	}
}

/* The last line, from left to right. */
static const struct button {
	enum dialog_state state;
	uint32_t key;
	const char *text;
} buttons[] = {
	{ DIALOG_CHOOSING, INPUT_ENTER, "Enter send" }, { DIALOG_CHOOSING, INPUT_TAB, "Tab choose" },
	{ DIALOG_CHOOSING, INPUT_ESCAPE, "Esc cancel" },
	{ DIALOG_CONFIRMING, 'y', "y really send " }, { DIALOG_CONFIRMING, INPUT_ESCAPE, "Esc cancel" },
	{ DIALOG_ASKED, INPUT_ESCAPE, "Esc close" }, { DIALOG_REFUSED, INPUT_ESCAPE, "Esc close" },
};

enum { BUTTON_COUNT = sizeof buttons / sizeof *buttons, BETWEEN_BUTTONS = 3 };

static void add_button(struct buf *out, const struct dialog *d, const struct button *button)
{
	bool is_order = button->key == 'y';

	if (is_order && dialog_signal(d) == KILL_BY_REMEDY) {
		buf_add_string(out, "y really run it");
		return;
	}
	buf_add_string(out, button->text);
	if (is_order)
		buf_add_string(out, kill_signal_name(dialog_signal(d)));
}

static void draw_buttons(const struct dialog *d, struct canvas *c, struct rect line)
{
	struct buf text = { 0 };

	for (unsigned i = 0, x = 0; i < BUTTON_COUNT; i++) {
		if (buttons[i].state != d->state)
			continue;
		buf_clear(&text);
		add_button(&text, d, &buttons[i]);
		x += draw_text(c, line, x, 0, STYLE_KEY, buf_string(&text)) + BETWEEN_BUTTONS;
	}
	buf_done(&text);
}

static uint32_t button_at(const struct dialog *d, unsigned at)
{
	struct buf text = { 0 };
	uint32_t key = 0;

	for (unsigned i = 0, x = 0; i < BUTTON_COUNT; i++) {
		if (buttons[i].state != d->state)
			continue;
		buf_clear(&text);
		add_button(&text, d, &buttons[i]);
		if (at >= x && at < x + text.len)
			key = buttons[i].key;
		x += (unsigned)text.len + BETWEEN_BUTTONS;
	}
	buf_done(&text);
	return key;
}

static void draw_too_small(struct canvas *c, struct rect screen)
{
	struct page page = { 0 };

	page_clear(&page, screen.width);
	page_add_text(&page, STYLE_WARNING, "Too small a screen to end a process: enlarge it, or Esc.");
	draw_blank(c, screen, STYLE_NORMAL);
	page_draw(&page, c, screen);
	page_done(&page);
}

/* Nobody shall be signalled unseen: what is cut is at least counted. */
static void draw_plan(const struct page *page, struct canvas *c, struct rect area)
{
	struct rect last = { area.x, area.y + area.height - 1, area.width, 1 };
	struct buf text = { 0 };

	page_draw(page, c, area);
	if (page->count <= area.height || !area.height)
		return;
	buf_printf(&text, "... and %zu more lines: enlarge the screen", page->count - area.height + 1);
	draw_blank(c, last, STYLE_NORMAL);
	draw_text(c, last, 0, 0, STYLE_WARNING, buf_string(&text));
	buf_done(&text);
}

struct places {
	struct rect box, plan, choices, buttons;         /* choices: 0 high when there are none */
};

/* The signals are two lines high; the command, the last of the choices, has one of its own. */
static unsigned choices_height(const struct dialog *d)
{
	if (d->state != DIALOG_CHOOSING)
		return 0;
	return 2 + dialog_choice(d, dialog_choices(d) - 1).is_command;
}

/* What does not fit is cut from the plan's lines: the choices and their buttons are always there. */
static struct places place(const struct dialog *d, struct rect screen, struct page *page)
{
	unsigned choices = choices_height(d), below = choices + 1;
	unsigned width = screen.width < WIDTH ? screen.width : WIDTH;
	struct places at;
	struct rect inside;

	build_for(page, d, width - SIDES, screen.height - FRAME - below);
	below += choices && page->count + 1 + below + FRAME < screen.height;     /* a blank line */
	at.box = geometry_center(screen, WIDTH, (unsigned)page->count + 1 + below + FRAME);
	inside = draw_inside(at.box);
	at.plan = at.choices = at.buttons = inside;
	at.plan.height = inside.height - below;
	at.choices.y += at.plan.height;
	at.choices.height = choices;
	at.buttons.y = inside.y + inside.height - 1;
	at.buttons.height = 1;
	return at;
}

uint32_t dialogbox_click(struct dialog *d, struct rect screen, unsigned x, unsigned y)
{
	struct page page = { 0 };
	struct places at;

	if (!dialogbox_is_readable(screen))
		return 0;
	at = place(d, screen, &page);
	page_done(&page);
	for (unsigned i = 0; at.choices.height && i < dialog_choices(d); i++)
		if (geometry_contains(choice_at(d, at.choices, i), x, y))
			d->chosen = i;
	return geometry_contains(at.buttons, x, y) ? button_at(d, x - at.buttons.x) : 0;
}

void dialogbox_draw(const struct dialog *d, struct canvas *c, struct rect screen)
{
	struct page page = { 0 };
	struct places at;

	if (!dialogbox_is_readable(screen)) {
		draw_too_small(c, screen);
		return;
	}
	at = place(d, screen, &page);
	draw_box(c, at.box, d->several ? " Kill the tagged " : " Kill ");
	draw_plan(&page, c, at.plan);
	if (at.choices.height)
		draw_choices(d, c, at.choices);
	draw_buttons(d, c, at.buttons);
	page_done(&page);
}
