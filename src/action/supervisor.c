/* Owns who would bring a process back: the nearest of its ancestors that is known for it, its unit, its container.
 * Cgroups are read by model/cgroup. */
#include "action/supervisor.h"

#include <string.h>
#include "action/lineage.h"
#include "action/phrase.h"
#include "base/text.h"
#include "model/cgroup.h"

static void set_raw(char *out, size_t size, const char *before, struct slice raw)
{
	struct buf safe = { 0 };

	text_escape(&safe, raw);
	phrase_set(out, size, "%s%s", before, buf_string(&safe));
	buf_done(&safe);
}

/* A process with a terminal was started in it by hand: the unit around it is the terminal's, not its
 * supervisor. */
static void guess_service(const struct cgroup *c, const struct process *p, struct supervisor *out)
{
	if (c->kind == UNIT_SERVICE && !p->fact->tty_device && !p->fact->tty.len)
		set_raw(out->service, sizeof out->service, "", c->unit);
}

static void guess_container(const struct cgroup *c, struct supervisor *out)
{
	char before[40];

	if (c->engine == CONTAINER_NONE)
		return;
	phrase_set(before, sizeof before, c->engine == CONTAINER_OTHER ? "container " : "%s container ",
		 container_engine_name(c->engine));
	set_raw(out->container, sizeof out->container, before, cgroup_short_container(c));
}

static void guess_remedy(const struct cgroup *c, struct supervisor *out)
{
	struct buf stop = { 0 };

	if ((*out->service || *out->container) && cgroup_add_stop(&stop, c) && stop.len < sizeof out->remedy)
		phrase_set(out->remedy, sizeof out->remedy, "%s", buf_string(&stop));
	out->is_users = c->manager_uid != UID_UNKNOWN;
	buf_done(&stop);
}

void supervisor_guess(const struct lineage *line, const struct process *p, struct supervisor *out)
{
	const struct ancestor *restarter = lineage_restarter(line);
	struct cgroup cgroup;

	*out = (struct supervisor){ 0 };
	if (restarter)
		phrase_set(out->restarter, sizeof out->restarter, "%s %d", ancestor_title(restarter), restarter->pid);
	if (!cgroup_parse(p->fact->cgroup, &cgroup))
		return;
	guess_container(&cgroup, out);
	if (!*out->container)
		guess_service(&cgroup, p, out);
	guess_remedy(&cgroup, out);
}
