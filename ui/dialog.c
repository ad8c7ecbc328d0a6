/* Owns the steps from "kill?" to a decision, and how they look. The safe key (Esc) always works; the
 * deciding one only after the user could read what it will do. Refuses to send, and to judge: the plan is
 * made by action/kill. */
#include "ui/dialog.h"

#include <signal.h>
#include "base/clock.h"
#include "base/text.h"
#include "ui/describe.h"
#include "ui/input.h"
#include "ui/page.h"

static const struct {
	int number;
	const char *meaning;
} signals[] = {
	{ SIGTERM, "ask it to stop" },
	{ SIGINT, "as Ctrl-C would" },
	{ SIGHUP, "hang up, or reload" },
	{ SIGKILL, "cannot be refused" },
};

enum {
	SIGNAL_COUNT = sizeof signals / sizeof *signals,
	WIDTH = 64, FRAME = 2, SIDES = 4, GRID_COLUMNS = 2, GRID_WIDTH = 54, NAME_WIDTH = 8,
	READABLE_WIDTH = 34, READABLE_HEIGHT = 7, UNWRAPPED = 10000
};

static void enter(struct dialog *d, enum dialog_state state)
{
	d->state = state;
	d->was_seen = false;
}

/* The command that ends the unit or the container is one more choice, behind the signals. */
static unsigned choice_count(const struct dialog *d)
{
	return SIGNAL_COUNT + (d->plan.remedy_kind != REMEDY_NONE);
}

static void choose(struct dialog *d, int signal)
{
	for (unsigned i = 0; i < SIGNAL_COUNT; i++)
		if (signals[i].number == signal)
			d->chosen = i;
}

void dialog_ask(struct dialog *d, int signal)
{
	enter(d, DIALOG_ASKED);
	choose(d, signal);
}

void dialog_plan(struct dialog *d, const struct kill_plan *plan)
{
	d->plan = *plan;
	d->several = NULL;
	if (d->chosen >= choice_count(d))
		choose(d, SIGTERM);
	enter(d, plan->refusal == KILL_ALLOWED ? DIALOG_CHOOSING : DIALOG_REFUSED);
}

void dialog_plans(struct dialog *d, const struct kill_plan *summary, const struct targets *several)
{
	dialog_plan(d, summary);
	d->several = several;
}

void dialog_reopen(struct dialog *d, int signal)
{
	enter(d, DIALOG_CHOOSING);
	choose(d, signal);
}

int dialog_signal(const struct dialog *d)
{
	return d->chosen < SIGNAL_COUNT ? signals[d->chosen].number : KILL_BY_REMEDY;
}

static const char *meaning_of(const struct dialog *d, unsigned choice)
{
	return choice < SIGNAL_COUNT ? signals[choice].meaning : d->plan.remedy;
}

static const char *name_of(unsigned choice)
{
	return kill_signal_name(choice < SIGNAL_COUNT ? signals[choice].number : KILL_BY_REMEDY);
}

static bool is_readable(struct rect screen)
{
	return screen.width >= READABLE_WIDTH && screen.height >= READABLE_HEIGHT;
}

void dialog_seen(struct dialog *d, struct rect screen)
{
	d->was_seen = is_readable(screen);
}

static enum dialog_answer close_with(struct dialog *d, enum dialog_answer answer)
{
	enter(d, DIALOG_CLOSED);
	return answer;
}

static enum dialog_answer accept(struct dialog *d)
{
	if (d->state == DIALOG_REFUSED)
		return close_with(d, DIALOG_CANCELLED);
	if (d->state != DIALOG_CHOOSING || !d->was_seen)
		return DIALOG_OPEN;
	if (!*d->plan.confirm_twice)
		return close_with(d, DIALOG_DECIDED);
	enter(d, DIALOG_CONFIRMING);
	return DIALOG_OPEN;
}

enum dialog_answer dialog_command(struct dialog *d, enum command command)
{
	if (command == COMMAND_CANCEL)
		return close_with(d, DIALOG_CANCELLED);
	if (command == COMMAND_ACCEPT)
		return accept(d);
	if (command == COMMAND_CONFIRM && d->state == DIALOG_CONFIRMING && d->was_seen)
		return close_with(d, DIALOG_DECIDED);
	if (d->state == DIALOG_CHOOSING && command == COMMAND_NEXT)
		d->chosen = (d->chosen + 1) % choice_count(d);
	else if (d->state == DIALOG_CHOOSING && command == COMMAND_PREVIOUS)
		d->chosen = (d->chosen + choice_count(d) - 1) % choice_count(d);
	return DIALOG_OPEN;
}

static void add_who(struct page *page, const struct kill_plan *plan)
{
	struct buf line = { 0 };

	buf_printf(&line, "%s %d  %s", plan->name, plan->id.pid, plan->user);
	if (plan->up_ms >= 0) {
		buf_add_string(&line, "  up ");
		clock_add_duration(&line, plan->up_ms);
	}
	if (*plan->command)
		buf_printf(&line, "  %s", plan->command);
	page_add_text(page, STYLE_STRONG, buf_string(&line));
	buf_done(&line);
}

static void add_holdings(struct page *page, const struct kill_plan *plan)
{
	uint32_t shown = plan->held_count < KILL_HELD_MAX ? plan->held_count : KILL_HELD_MAX;
	struct buf line = { 0 };

	buf_printf(&line, "holds %s", plan->address);
	for (uint32_t i = 0; i < shown; i++)
		buf_printf(&line, "%s%s", i + 1 == plan->held_count ? " and " : ", ", plan->held[i]);
	if (plan->held_count > shown)
		buf_printf(&line, " and %u more", plan->held_count - shown);
	if (plan->clients >= 0)
		buf_printf(&line, plan->clients == 1 ? DOT "%d client connected" : DOT "%d clients connected",
			   plan->clients);
	page_add_text(page, STYLE_NORMAL, buf_string(&line));
	buf_done(&line);
}

static void add_consequences(struct page *page, const struct kill_plan *plan)
{
	struct buf line = { 0 };

	if (plan->other_holders) {
		buf_printf(&line, "%u other ", plan->other_holders);
		buf_add_string(&line, plan->other_holders == 1 ? "process holds" : "processes hold");
		buf_add_string(&line, " the same socket: the port stays taken");
		page_add_text(page, STYLE_WARNING, buf_string(&line));
	}
	if (*plan->supervisor) {
		page_add_text(page, STYLE_WARNING, plan->supervisor);
	} else if (*plan->parent) {
		buf_clear(&line);
		buf_printf(&line, "parent %s", plan->parent);
		page_add_text(page, STYLE_NORMAL, buf_string(&line));
	}
	if (*plan->effect)
		page_add_text(page, STYLE_WARNING, plan->effect);
	if (*plan->confirm_twice) {
		buf_clear(&line);
		buf_printf(&line, "asks twice: %s", plan->confirm_twice);
		page_add_text(page, STYLE_WARNING, buf_string(&line));
	}
	buf_done(&line);
}

static void add_subject(struct page *page, const struct dialog *d)
{
	if (d->several)
		targets_describe(d->several, page);
	else if (d->plan.id.pid > 0)
		add_who(page, &d->plan);
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
		add_holdings(page, &d->plan);
		add_consequences(page, &d->plan);
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
static struct rect choice_at(struct rect area, unsigned i)
{
	bool is_grid = area.width >= GRID_WIDTH;
	unsigned step = is_grid ? area.width / GRID_COLUMNS : NAME_WIDTH;

	if (i >= SIGNAL_COUNT)           /* a line of its own: it is as long as a command may be */
		return (struct rect){ area.x, area.y + 2, area.width, 1 };
	return (struct rect){
		area.x + (is_grid ? i % GRID_COLUMNS : i) * step, area.y + (is_grid ? i / GRID_COLUMNS : 0), step, 1,
	};
}

static void draw_choices(const struct dialog *d, struct canvas *c, struct rect area)
{
	bool is_grid = area.width >= GRID_WIDTH;

	for (unsigned i = 0; i < choice_count(d); i++) {
		struct rect at = choice_at(area, i);
		unsigned style = i == d->chosen ? STYLE_CHOSEN : 0;

		draw_text(c, at, 0, 0, STYLE_NORMAL, i == d->chosen ? ">" : " ");
		draw_text(c, at, 2, 0, STYLE_STRONG | style, name_of(i));
		if (is_grid || i >= SIGNAL_COUNT)
			draw_text(c, at, NAME_WIDTH, 0, STYLE_NORMAL, meaning_of(d, i));
	}
	if (!is_grid && d->chosen < SIGNAL_COUNT)
		draw_text(c, area, 2, 1, STYLE_NORMAL, signals[d->chosen].meaning);
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

/* What does not fit is cut from the plan's lines: the choices and their buttons are always there. */
static struct places place(const struct dialog *d, struct rect screen, struct page *page)
{
	unsigned choices = d->state == DIALOG_CHOOSING ? 2 + (choice_count(d) > SIGNAL_COUNT) : 0;
	unsigned below = choices + 1;
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

uint32_t dialog_click(struct dialog *d, struct rect screen, unsigned x, unsigned y)
{
	struct page page = { 0 };
	struct places at;

	if (!is_readable(screen))
		return 0;
	at = place(d, screen, &page);
	page_done(&page);
	for (unsigned i = 0; at.choices.height && i < choice_count(d); i++)
		if (geometry_contains(choice_at(at.choices, i), x, y))
			d->chosen = i;
	return geometry_contains(at.buttons, x, y) ? button_at(d, x - at.buttons.x) : 0;
}

void dialog_draw(const struct dialog *d, struct canvas *c, struct rect screen)
{
	struct page page = { 0 };
	struct places at;

	if (!is_readable(screen)) {
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
