/* Owns whose turn it is to be looked at again. Refuses to know what is known of a holder (owner.c, holders.c), and
 * what a walk of its table costs: that is queued, and done by who asked (hunt.c). */
#include "platform/linux/rotation.h"
#include "platform/linux/holders.h"
#include "platform/linux/owner.h"
#include "platform/linux/pid_list.h"

static void refresh(struct rotation *r, size_t index, struct pid_list *again)
{
	int32_t pid = holders_at(r->holders, index)->process.fact.pid;

	if (holders_refresh(r->holders, index))
		pid_list_add(again, pid);
}

/* From the last to the first, for the last one takes the place of one that is dropped. */
void rotation_visit_young(struct rotation *r, struct pid_list *again)
{
	for (size_t i = holders_size(r->holders); i-- > 0;)
		if (holders_keep(r->holders, i) || owner_is_young(holders_at(r->holders, i)))
			refresh(r, i, again);
}

static void refresh_next(struct rotation *r, size_t most, struct pid_list *again)
{
	for (size_t n = 0; n < most && n < holders_size(r->holders); n++) {
		r->refresh_at = r->refresh_at + 1 < holders_size(r->holders) ? r->refresh_at + 1 : 0;
		if (!owner_is_young(holders_at(r->holders, r->refresh_at)))
			refresh(r, r->refresh_at, again);
	}
}

/* NULL when there is none. */
static const struct find *next_held(struct rotation *r)
{
	size_t count = holders_size(r->holders);

	for (size_t tries = 0; tries <= count && count; tries++) {
		const struct owner *o;

		if (r->verify_at >= count)
			r->verify_at = 0;
		o = holders_at(r->holders, r->verify_at);
		if (r->verify_held_at < o->held_count)
			return &o->held[r->verify_held_at++];
		r->verify_at++;
		r->verify_held_at = 0;
	}
	return NULL;
}

static void verify_next(struct rotation *r, struct pid_list *again)
{
	for (int n = 0; n < ROTATION_VERIFY; n++) {
		const struct find *held = next_held(r);

		if (held && !walk_links(r->proc, held))
			pid_list_add(again, held->pid);
	}
}

void rotation_go_on(struct rotation *r, bool is_deep, struct pid_list *again)
{
	refresh_next(r, is_deep ? ROTATION_REFRESH_DEEP : ROTATION_REFRESH, again);
	verify_next(r, again);
}
