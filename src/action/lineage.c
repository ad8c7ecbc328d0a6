/* Owns the way up from a process to those that it was started by. A pid that was used again in between is told by its
 * start: nobody is younger than its child. Refuses to conclude anything from it. */
#include "action/lineage.h"

#include "action/phrase.h"
#include "action/restarter.h"
#include "base/text.h"

static const struct process_fact *find(const struct facts *facts, const struct snapshot *s, int32_t pid)
{
	const struct process *known = snapshot_process(s, pid);

	for (size_t i = 0; i < facts->process_count; i++)
		if (facts->processes[i].pid == pid)
			return &facts->processes[i];
	return known ? known->fact : NULL;
}

static struct ancestor describe(const struct process_fact *p)
{
	struct ancestor a = {
		.pid = p->pid, .start_time = p->start_time, .known_as = restarter_known_as(p),
		.leads_session = p->session == p->pid, .has_terminal = p->tty_device || p->tty.len,
	};
	struct buf name = { 0 };

	text_escape(&name, p->comm);
	phrase_set(a.name, sizeof a.name, "%s", buf_string(&name));
	buf_done(&name);
	return a;
}

void lineage_read(struct platform *p, const struct snapshot *s, const struct process_fact *of, struct lineage *out)
{
	struct facts *facts = facts_new();
	const struct process_fact *child = of;

	*out = (struct lineage){ .count = 0 };
	if (p)
		p->ops->lineage(p, of->pid, facts);      /* what cannot be read is left out */
	while (child->ppid > 1 && out->count < LINEAGE_MAX) {
		const struct process_fact *parent = find(facts, s, child->ppid);

		if (!parent || parent->start_time > child->start_time)
			break;
		out->line[out->count++] = describe(parent);
		child = parent;
	}
	facts_free(facts);
}

const struct ancestor *lineage_common(const struct lineage *before, const struct lineage *after)
{
	for (unsigned i = 0; i < after->count; i++)
		for (unsigned k = 0; k < before->count; k++)
			if (after->line[i].pid == before->line[k].pid &&
			    after->line[i].start_time == before->line[k].start_time)
				return &after->line[i];
	return NULL;
}

const char *ancestor_title(const struct ancestor *a)
{
	return a->known_as ? a->known_as : a->name;
}

const struct ancestor *lineage_restarter(const struct lineage *l)
{
	for (unsigned i = 0; i < l->count; i++) {
		if (l->line[i].known_as)
			return &l->line[i];
		if (l->line[i].leads_session && l->line[i].has_terminal)
			return NULL;
	}
	return NULL;
}
