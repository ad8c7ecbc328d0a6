/* Owns the choice of what is told about other network namespaces in a diagnosis. Refuses to know how they are
 * read (foreign.c). */
#include "platform/linux/elsewhere.h"
#include <stdio.h>
#include "model/cgroup.h"
#include "platform/linux/foreign.h"

static void copy_text(char *out, size_t size, struct slice text)
{
	snprintf(out, size, "%.*s", (int)text.len, text.len ? text.ptr : "");
}

static void take(void *context, const struct netns_fact *netns, const struct socket_fact *s)
{
	struct probe *out = context;
	struct probe_elsewhere *e;
	struct cgroup cgroup;

	if (out->elsewhere_count == PROBE_ELSEWHERE)
		return;
	e = &out->elsewhere[out->elsewhere_count++];
	*e = (struct probe_elsewhere){.local = s->local, .pid = netns->pid};
	copy_text(e->name, sizeof e->name, netns->comm);
	copy_text(e->netns, sizeof e->netns, netns->name);
	if (cgroup_parse(netns->cgroup, &cgroup) && cgroup.engine != CONTAINER_NONE)
		copy_text(e->container, sizeof e->container, cgroup_short_container(&cgroup));
}

void elsewhere_find(int proc, const struct endpoint *at, struct probe *out)
{
	struct foreign *foreign = foreign_new(proc);

	foreign_each(foreign, at->protocol, at->port, take, out);
	foreign_free(foreign);
}
