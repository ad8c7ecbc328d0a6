/* Owns where everything of the dialog lies, and what is cut where the screen is small: the lines of the
 * plan, never the choices. Refuses to know which step leads to which (dialog.c). */
#include "ui/dialogbox.h"

#include "ui/input.h"
#include "ui/page.h"
#include "ui/planpage.h"

enum {
	WIDTH = 64, FRAME = 2, SIDES = 4, GRID_COLUMNS = 2, GRID_WIDTH = 54, NAME_WIDTH = 8, SIGNAL_LINES = 2,
	PLAN_LINES = 3, READABLE_WIDTH = 34, READABLE_HEIGHT = 7, UNWRAPPED = 10000
};

static bool is_large(struct rect screen)
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

/* Whom a signal reaches is told by name and number, and what ends with them. */
static void add_everybody(struct page *page, const struct dialog *d, const struct scope *scope)
{
	struct buf line = { 0 };

	buf_printf(&line, "%s to %zu processes, %s:", kill_signal_name(dialog_signal(d)), scope->count, scope->name);
	page_add_text(page, STYLE_WARNING, buf_string(&line));
	page_add_text(page, STYLE_STRONG, scope->who);
	if (*scope->held) {
		buf_clear(&line);
		buf_printf(&line, "they also hold %s", scope->held);
		page_add_text(page, STYLE_WARNING, buf_string(&line));
	}
	if (scope->has_ancestor)
		page_add_text(page, STYLE_WARNING, "lotop itself runs under one of them");
	if (*d->plan.confirm_twice) {
		buf_clear(&line);
		buf_printf(&line, "%s %d: %s", d->plan.name, d->plan.id.pid, d->plan.confirm_twice);
		page_add_text(page, STYLE_WARNING, buf_string(&line));
	}
	buf_done(&line);
}

/* The scope that is to be confirmed. */
static const struct scope *confirmed(const struct dialog *d)
{
	return d->state == DIALOG_CONFIRMING ? dialog_scope(d) : NULL;
}

static void build(struct page *page, const struct dialog *d)
{
	if (d->state == DIALOG_ASKED) {
		page_add_text(page, STYLE_NORMAL, "looking at the process ...");
		return;
	}
	if (confirmed(d)) {
		add_everybody(page, d, confirmed(d));
		return;
	}
	add_subject(page, d);
	if (d->state == DIALOG_REFUSED) {
		page_add_text(page, STYLE_WARNING, d->plan.refusal_text);
	} else if (d->state == DIALOG_CONFIRMING) {
		page_add_text(page, STYLE_WARNING, d->plan.confirm_twice);
	} else if (!d->several) {
		planpage_add_rest(page, &d->plan);
		if (*d->scopes.refusal)
			page_add_text(page, STYLE_DIM, d->scopes.refusal);
	}
}

/* Where the wrapped lines do not fit there is one cut line for each: it is worth more to see that there is
 * a warning. Of a list of processes nothing may be cut. */
static void build_for(struct page *page, const struct dialog *d, unsigned width, unsigned height)
{
	page_clear(page, width);
	build(page, d);
	if (page->count <= height || confirmed(d))
		return;
	page_clear(page, UNWRAPPED);
	build(page, d);
}

static unsigned count_others(const struct dialog *d)
{
	return dialog_choices(d) - dialog_signals();
}

static bool is_grid(const struct dialog *d, struct rect area)
{
	return area.width >= GRID_WIDTH && area.height >= SIGNAL_LINES + count_others(d);
}

/* The signals two by two with their meanings, a line for each other choice; on a small screen the signals in a line,
 * the others in a second one, and the meaning of the chosen one below. */
static struct rect choice_at(const struct dialog *d, struct rect area, unsigned i)
{
	unsigned signals = dialog_signals(), step = area.width / GRID_COLUMNS;
	bool is_signal = i < signals;

	if (!is_grid(d, area))
		return (struct rect){
			area.x + (is_signal ? i : i - signals) * NAME_WIDTH, area.y + !is_signal, NAME_WIDTH, 1,
		};
	if (!is_signal)
		return (struct rect){ area.x, area.y + SIGNAL_LINES + i - signals, area.width, 1 };
	return (struct rect){ area.x + i % GRID_COLUMNS * step, area.y + i / GRID_COLUMNS, step, 1 };
}

static void draw_choices(const struct dialog *d, struct canvas *c, struct rect area)
{
	struct buf meaning = { 0 };

	for (unsigned i = 0; i < dialog_choices(d); i++) {
		struct rect at = choice_at(d, area, i);
		bool is_chosen = i == d->chosen;

		buf_clear(&meaning);
		dialog_add_meaning(&meaning, d, i);
		draw_text(c, at, 0, 0, STYLE_NORMAL, is_chosen ? ">" : " ");
		draw_text(c, at, 2, 0, STYLE_STRONG | (is_chosen ? STYLE_CHOSEN : 0), dialog_choice_name(d, i));
		if (is_grid(d, area))
			draw_text(c, at, NAME_WIDTH, 0, STYLE_NORMAL, buf_string(&meaning));
		else if (is_chosen)
			draw_text(c, area, 2, area.height - 1, STYLE_NORMAL, buf_string(&meaning));
	}
	buf_done(&meaning);
}

struct places {
	struct rect box, plan, choices, buttons;         /* choices: 0 high when there are none */
	bool is_cut;                                     /* the plan has more lines */
};

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

/* Nobody is signalled unread. */
static bool has_button(const struct dialog *d, const struct button *button, bool is_cut)
{
	return button->state == d->state && !(is_cut && button->key == 'y' && confirmed(d));
}

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

static void draw_buttons(const struct dialog *d, struct canvas *c, const struct places *at)
{
	struct buf text = { 0 };

	for (unsigned i = 0, x = 0; i < BUTTON_COUNT; i++) {
		if (!has_button(d, &buttons[i], at->is_cut))
			continue;
		buf_clear(&text);
		add_button(&text, d, &buttons[i]);
		x += draw_text(c, at->buttons, x, 0, STYLE_KEY, buf_string(&text)) + BETWEEN_BUTTONS;
	}
	buf_done(&text);
}

static uint32_t button_at(const struct dialog *d, const struct places *places, unsigned at)
{
	struct buf text = { 0 };
	uint32_t key = 0;

	for (unsigned i = 0, x = 0; i < BUTTON_COUNT; i++) {
		if (!has_button(d, &buttons[i], places->is_cut))
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

/* With a line for each choice that is no signal, where that leaves enough for the plan. */
static unsigned choices_height(const struct dialog *d, struct rect screen)
{
	unsigned others = count_others(d);

	if (d->state != DIALOG_CHOOSING)
		return 0;
	if (screen.height >= FRAME + PLAN_LINES + SIGNAL_LINES + others + 1)
		return SIGNAL_LINES + others;
	return SIGNAL_LINES + (others > 0);
}

/* What does not fit is cut from the plan's lines: the choices and their buttons are always there. */
static struct places place(const struct dialog *d, struct rect screen, struct page *page)
{
	unsigned choices = choices_height(d, screen), below = choices + 1;
	unsigned width = screen.width < WIDTH ? screen.width : WIDTH;
	struct places at;
	struct rect inside;

	build_for(page, d, width - SIDES, screen.height - FRAME - below);
	below += choices && page->count + 1 + below + FRAME < screen.height;     /* a blank line */
	at.box = geometry_center(screen, WIDTH, (unsigned)page->count + 1 + below + FRAME);
	inside = draw_inside(at.box);
	at.plan = at.choices = at.buttons = inside;
	at.plan.height = inside.height - below;
	at.is_cut = page->count > at.plan.height;
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

	if (!is_large(screen))
		return 0;
	at = place(d, screen, &page);
	page_done(&page);
	for (unsigned i = 0; at.choices.height && i < dialog_choices(d); i++)
		if (geometry_contains(choice_at(d, at.choices, i), x, y))
			d->chosen = i;
	return geometry_contains(at.buttons, x, y) ? button_at(d, &at, x - at.buttons.x) : 0;
}

bool dialogbox_is_readable(const struct dialog *d, struct rect screen)
{
	struct page page = { 0 };
	struct places at;

	if (!is_large(screen) || !confirmed(d))
		return is_large(screen);
	at = place(d, screen, &page);
	page_done(&page);
	return !at.is_cut;
}

void dialogbox_draw(const struct dialog *d, struct canvas *c, struct rect screen)
{
	struct page page = { 0 };
	struct places at;

	if (!is_large(screen)) {
		draw_too_small(c, screen);
		return;
	}
	at = place(d, screen, &page);
	draw_box(c, at.box, d->several ? " Kill the tagged " : " Kill ");
	draw_plan(&page, c, at.plan);
	if (at.choices.height)
		draw_choices(d, c, at.choices);
	draw_buttons(d, c, &at);
	page_done(&page);
}
