/* Owns the words for a plan. Refuses to judge (action/plan.c) and to know what is asked about it
 * (dialog.c). */
#include "ui/planpage.h"

#include "base/clock.h"
#include "ui/describe.h"

void planpage_add_who(struct page *page, const struct kill_plan *plan)
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

	if (*plan->others)
		page_add_text(page, STYLE_WARNING, plan->others);
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

void planpage_add_rest(struct page *page, const struct kill_plan *plan)
{
	add_holdings(page, plan);
	add_consequences(page, plan);
}
