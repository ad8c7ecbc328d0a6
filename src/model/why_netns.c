/* Owns the answer about an address of another network namespace: nothing here reaches it, and it blocks
 * nothing here. What may be wrong inside is not judged: nobody asked there. */
#include "model/why_rule.h"

static void add_place(struct buf *out, const struct netns *netns)
{
	if (!netns)
		buf_add_string(out, "another network namespace");
	else if (netns->container)
		buf_printf(out, "the container %s", netns->label);
	else
		buf_printf(out, "the network namespace %s", netns->label);
}

static void advise(struct buf *out, const struct netns *netns, uint16_t port)
{
	if (netns->fact->pid)
		buf_printf(out, "ask inside of it: sudo nsenter --net=/proc/%d/ns/net lotop why %u",
			   (int)netns->fact->pid, port);
	else if (netns->fact->name.len)
		buf_printf(out, "ask inside of it: sudo ip netns exec %s lotop why %u", netns->label, port);
}

static bool elsewhere(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = scene_anywhere(c);
	struct buf owner = { 0 };

	if (!c->at.netns)
		return false;
	scene_add_asked(&d->answer, c);
	buf_add_string(&d->answer, " is an address of ");
	add_place(&d->answer, l ? l->netns : NULL);
	buf_add_string(&d->answer, ": nothing here reaches it, and it blocks no port here");
	if (!l) {
		draft_line(d, "nobody listens there any more");
		return true;
	}
	scene_add_owner(&owner, l);
	draft_line(d, "it listens there: %s", buf_string(&owner));
	buf_done(&owner);
	draft_line(d, "inode of the network namespace: %u", c->at.netns);
	advise(&d->remedy, l->netns, c->at.port);
	return true;
}

const struct why_rule why_netns[] = {
	{ "in_namespace", SEVERITY_NOTE, QUESTION_BOTH, NULL, elsewhere },
	{ 0 },
};
