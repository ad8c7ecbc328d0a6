/* Owns what another network namespace is called: by who made it (ip netns, a container engine), else by its
 * number. Knows no socket. */
#include "model/netns.h"

#include "base/buf.h"
#include "base/text.h"
#include "model/container.h"

static const char *container_of(struct arena *arena, const struct netns_fact *fact, const struct facts *facts)
{
	struct cgroup cgroup;

	if (!cgroup_parse(fact->cgroup, &cgroup) || cgroup.engine == CONTAINER_NONE)
		return NULL;
	return text_sanitize(arena, container_label(facts, &cgroup));
}

/* The spelling of the link /proc/PID/ns/net without its brackets: what lsns(8) and ip(8) print, too. */
static const char *number_of(struct arena *arena, const struct netns_fact *fact)
{
	struct buf text = { 0 };
	const char *number;

	buf_printf(&text, "netns:%u", fact->inode);
	number = arena_string(arena, buf_slice(&text));
	buf_done(&text);
	return number;
}

struct netns netns_make(struct arena *arena, const struct netns_fact *fact, const struct facts *facts)
{
	struct netns n = { .fact = fact, .container = container_of(arena, fact, facts) };

	if (fact->name.len)
		n.label = text_sanitize(arena, fact->name);
	else
		n.label = n.container ? n.container : number_of(arena, fact);
	return n;
}
