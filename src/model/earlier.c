/* Owns which earlier frame a row is compared with. While owners are being looked for, the last frame does
 * not know them all: taken for no owners, each would be news when it is found again. Refuses to know how
 * rows age. */
#include "model/earlier.h"

void earlier_done(struct earlier *e)
{
	snapshot_unref(e->last);
	snapshot_unref(e->settled);
	*e = (struct earlier){ 0 };
}

static void replace(const struct snapshot **place, const struct snapshot *s)
{
	const struct snapshot *old = *place;

	*place = snapshot_ref(s);
	snapshot_unref(old);
}

void earlier_follow(struct earlier *e, const struct snapshot *s)
{
	replace(&e->last, s);
	if (s->facts->owners_complete)
		replace(&e->settled, s);
}

bool earlier_looked_for(const struct earlier *e, const struct listener *l)
{
	const struct snapshot *own = e->last ? snapshot_of(e->last, l->key.machine) : NULL;

	return own && !(own->facts->lacks_bound && l->key.kind == ROW_BOUND);
}

void earlier_judge(const struct earlier *e, const struct snapshot *s, struct change *change)
{
	const struct listener *settled;

	change->kind = diff_listener(e->last, change->before, s, change->after);
	if (change->kind != CHANGE_NONE || !e->settled || e->settled == e->last)
		return;
	settled = snapshot_find(e->settled, &change->after->key);
	if (settled && diff_listener(e->settled, settled, s, change->after) == CHANGE_OWNER)
		*change = (struct change){ CHANGE_OWNER, settled, change->after };
}

/* Only a settled frame becomes the one to compare with: in others the same would be told again and again. */
const struct listener *earlier_owned(const struct earlier *e, const struct snapshot *s,
				     const struct listener *l)
{
	if (!s->facts->owners_complete || !snapshot_knows_owners(s, l->key.machine) ||
	    !e->settled || !snapshot_knows_owners(e->settled, l->key.machine))
		return NULL;
	return e->settled == e->last ? l : snapshot_find(e->settled, &l->key);
}
