/* Owns the join of what an engine told with what this machine shows: by id, and by address and port. */
#include "model/container.h"

#include <string.h>

enum { SHORT_LEN = 12 };

struct slice container_name(const struct facts *facts, struct slice id)
{
	for (size_t i = 0; facts && id.len && i < facts->container_count; i++)
		if (slice_equal(facts->containers[i].id, id))
			return facts->containers[i].name;
	return (struct slice){ NULL, 0 };
}

struct slice container_short_id(struct slice id)
{
	return (struct slice){ id.ptr, id.len < SHORT_LEN ? id.len : SHORT_LEN };
}

struct slice container_label(const struct facts *facts, const struct cgroup *cgroup)
{
	struct slice name = container_name(facts, cgroup->container);

	return name.len ? name : cgroup_short_container(cgroup);
}

/* An engine may write a wildcard for both families; a proxy for one address stands at that address. */
static bool publishes(const struct container_fact *c, const struct endpoint *local)
{
	const struct endpoint *e = &c->published;

	if (!e->family || e->port != local->port || e->protocol != local->protocol)
		return false;
	if (endpoint_is_wildcard(e))
		return endpoint_is_wildcard(local);
	return e->family == local->family && !memcmp(e->address, local->address, sizeof e->address);
}

const struct container_fact *container_behind(const struct facts *facts, const struct endpoint *local)
{
	for (size_t i = 0; !local->netns && i < facts->container_count; i++)
		if (publishes(&facts->containers[i], local))
			return &facts->containers[i];
	return NULL;
}
