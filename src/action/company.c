/* Owns who belongs to a process group or tree, and their pidfds. A member may start another one while the
 * list is made, so it is made again until it stays the same. Knows no ports and no plan. */
#include "action/company.h"

#include <errno.h>
#include <stdlib.h>
#include "action/phrase.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/fatal.h"
#include "base/text.h"

enum { ROUNDS = 5 };

struct census {                      /* who belongs to it now */
	struct facts *facts;
	bool *belongs;               /* by index of facts->processes */
};

static int32_t group_of(const struct facts *f, int32_t pid)
{
	for (size_t i = 0; i < f->process_count; i++)
		if (f->processes[i].pid == pid)
			return f->processes[i].group;
	return 0;
}

static bool belongs(const struct census *n, int32_t pid)
{
	for (size_t i = 0; i < n->facts->process_count; i++)
		if (n->facts->processes[i].pid == pid)
			return n->belongs[i];
	return false;
}

static void mark_group(struct census *n, int32_t leader)
{
	int32_t group = group_of(n->facts, leader);

	for (size_t i = 0; i < n->facts->process_count; i++)
		n->belongs[i] = group > 0 && n->facts->processes[i].group == group;
}

/* Pids are no order of birth, so until a pass finds no further child. */
static void mark_tree(struct census *n, int32_t leader)
{
	bool has_grown = true;

	while (has_grown) {
		has_grown = false;
		for (size_t i = 0; i < n->facts->process_count; i++) {
			const struct process_fact *p = &n->facts->processes[i];

			if (n->belongs[i] || (p->ppid != leader && !belongs(n, p->ppid)))
				continue;
			n->belongs[i] = has_grown = true;
		}
	}
}

static void done(struct census *n)
{
	facts_free(n->facts);
	free(n->belongs);
}

/* 0, or -errno: not everybody can be seen. */
static int take(const struct company *c, struct census *out)
{
	struct census n = { .facts = facts_new() };
	int error = c->platform->ops->processes(c->platform, n.facts);

	if (!error && n.facts->gap_count)
		error = -EACCES;
	if (error) {
		facts_free(n.facts);
		return error;
	}
	n.belongs = fatal_calloc(n.facts->process_count + 1, sizeof *n.belongs);
	if (c->kind == COMPANY_GROUP)
		mark_group(&n, c->leader);
	else
		mark_tree(&n, c->leader);
	*out = n;
	return 0;
}

bool company_has(const struct company *c, int32_t pid)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->members[i].id.pid == pid && !c->members[i].is_elsewhere)
			return true;
	return false;
}

void company_leave(struct company *c, size_t index)
{
	struct companion *m = &c->members[index];

	c->platform->ops->target_close(c->platform, m->target);
	m->target = NULL;
	m->is_elsewhere = true;
}

static bool is_known(const struct company *c, const struct process_fact *p)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->members[i].id.pid == p->pid && c->members[i].id.start_time == p->start_time)
			return true;
	return p->pid == c->leader;
}

static int refuse(char *out, size_t size, const char *name, int32_t pid, const char *why)
{
	phrase_set(out, size, "%s %d belongs to it, and %s", name, pid, why);
	return -EPERM;
}

/* 0, 1 when it has exited meanwhile, or -EPERM. */
static int arm_one(struct company *c, struct companion *m, char *refusal, size_t size)
{
	const struct platform_ops *ops = c->platform->ops;
	struct target_status status = { .state = '?' };
	int error = ops->target_open(c->platform, &m->id, &m->target);

	if (error == -ESRCH || error == -ESTALE)
		return 1;
	if (error == -EPERM)
		return refuse(refusal, size, m->name, m->id.pid, "is another user's: run lotop with sudo");
	if (error)
		return refuse(refusal, size, m->name, m->id.pid, "cannot be pinned by a pidfd");
	error = ops->target_check(c->platform, m->target, &status);
	if (!error && !status.has_exited && status.is_same_process && status.may_signal)
		return 0;
	ops->target_close(c->platform, m->target);
	m->target = NULL;
	return status.has_exited ? 1 : refuse(refusal, size, m->name, m->id.pid, "may not be signalled");
}

static bool is_ancestor(const struct facts *f, int32_t pid)
{
	for (size_t i = 0; i < f->ancestor_count; i++)
		if (f->ancestors[i] == pid)
			return true;
	return false;
}

static int join(struct company *c, const struct snapshot *s, const struct process_fact *p, char *refusal,
		size_t size)
{
	struct companion m = { .id = { .pid = p->pid, .start_time = p->start_time } };
	struct buf name = { 0 };
	int result;

	text_escape(&name, p->comm);
	phrase_set(m.name, sizeof m.name, "%s", buf_string(&name));
	buf_done(&name);
	if (p->pid <= 1)
		return refuse(refusal, size, m.name, p->pid, "is the first process of this machine");
	if ((uint32_t)p->pid == s->facts->limits.self_pid)
		return refuse(refusal, size, m.name, p->pid, "is lotop itself");
	result = arm_one(c, &m, refusal, size);
	if (result)
		return result > 0 ? 0 : result;
	c->has_ancestor |= is_ancestor(s->facts, p->pid);
	ARRAY_PUSH(c->members, c->count, c->cap) = m;
	return 0;
}

/* How many new ones came, or -errno. */
static int muster(struct company *c, const struct snapshot *s, char *refusal, size_t size)
{
	struct census n;
	int came = 0, error = take(c, &n);

	if (error) {
		phrase_set(refusal, size,
			   "not every process can be seen here, so who belongs to it is not known");
		return -EACCES;
	}
	c->group = group_of(n.facts, c->leader);
	for (size_t i = 0; !error && i < n.facts->process_count; i++) {
		const struct process_fact *p = &n.facts->processes[i];

		if (!n.belongs[i] || is_known(c, p) || p->state == 'Z')
			continue;
		error = join(c, s, p, refusal, size);
		came++;
	}
	done(&n);
	return error ? error : came;
}

static int compare_age(const void *a, const void *b)
{
	const struct companion *m = a, *n = b;

	if (m->id.start_time != n->id.start_time)
		return m->id.start_time < n->id.start_time ? -1 : 1;
	return m->id.pid < n->id.pid ? -1 : 1;
}

int company_arm(struct company *c, const struct snapshot *s, char *refusal, size_t size)
{
	int came = 1;

	for (int round = 0; round < ROUNDS && came > 0; round++)
		came = muster(c, s, refusal, size);
	if (came > 0)
		phrase_set(refusal, size, "it starts processes faster than they can be listed");
	if (came) {
		company_done(c);
		return came == -EACCES ? -EACCES : -EPERM;
	}
	if (c->count)
		qsort(c->members, c->count, sizeof *c->members, compare_age);
	return 0;
}

bool company_is_whole(struct company *c)
{
	struct census n;
	bool is_whole = true;

	if (c->kind == COMPANY_NONE || c->was_sent)
		return true;
	if (take(c, &n))
		return false;
	for (size_t i = 0; i < n.facts->process_count; i++) {
		const struct process_fact *p = &n.facts->processes[i];

		is_whole &= !n.belongs[i] || p->state == 'Z' || is_known(c, p);
	}
	done(&n);
	return is_whole;
}

/* 0 when it runs and is the process that was armed. */
static int look(const struct company *c, struct companion *m)
{
	struct target_status status;

	if (m->has_exited || m->is_elsewhere ||
	    c->platform->ops->target_check(c->platform, m->target, &status))
		return -ESRCH;
	m->has_exited = status.has_exited;
	return status.has_exited || !status.is_same_process ? -ESRCH : 0;
}

void company_send(struct company *c, int signal)
{
	for (size_t i = 0; i < c->count; i++) {
		struct companion *m = &c->members[i];

		if (look(c, m) == 0)
			m->was_sent |= !c->platform->ops->target_signal(c->platform, m->target, signal);
	}
	c->was_sent = c->kind != COMPANY_NONE;
}

size_t company_running(struct company *c)
{
	size_t running = 0;

	for (size_t i = 0; i < c->count; i++) {
		look(c, &c->members[i]);
		running += !c->members[i].has_exited && !c->members[i].is_elsewhere;
	}
	return running;
}

void company_done(struct company *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->members[i].target)
			c->platform->ops->target_close(c->platform, c->members[i].target);
	free(c->members);
	c->members = NULL;
	c->count = c->cap = 0;
}
