/* Owns whose parents are known, and when they are asked for: one question at a time, however fast the cursor
 * moves; again when somebody else has become the parent. Refuses to read anything itself. */
#include "ui/parents.h"

#include "ui/focus.h"

static const struct process_fact *subject(const struct app *app)
{
	const struct row *row = focus_row(app);
	const struct holder *eldest = row && !row->is_gone ? listener_eldest(row->listener) : NULL;

	return eldest && !row->listener->key.machine ? eldest->process->fact : NULL;
}

static bool is_known(const struct parents *known, const struct process_fact *p)
{
	return known->pid == p->pid && known->start_time == p->start_time && known->ppid == p->ppid;
}

bool parents_wish(struct app *app, struct job *out)
{
	const struct process_fact *p = subject(app);

	if (!p || app->parents.is_asked || is_known(&app->parents, p))
		return false;
	app->parents = (struct parents){
		.pid = p->pid, .ppid = p->ppid, .start_time = p->start_time, .is_asked = true,
	};
	*out = (struct job){ .kind = JOB_LINEAGE, .pid = p->pid };
	return true;
}

void parents_answer(struct app *app, const struct reply *reply)
{
	app->parents.is_asked = false;
	app->parents.lineage = reply->lineage;
}
