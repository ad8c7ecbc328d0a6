/* Owns the iterator and the join of its records with the wanted inodes. Refuses to know when a pass is
 * worth while. */
#include "platform/linux/pass.h"
#include <stdlib.h>
#include "base/array.h"
#include "platform/linux/taskiter.h"

struct sink {
	const struct map *wanted;
	struct passed *out;
};

static void take(void *context, const struct taskiter_record *r)
{
	const struct sink *sink = context;
	struct passed *out = sink->out;

	if (r->fd < 0 || map_has(sink->wanted, r->inode))
		ARRAY_PUSH(out->items, out->count, out->cap) = *r;
}

static int compare(const void *left, const void *right)
{
	const struct taskiter_record *a = left, *b = right;
	bool is_a_task = a->tid != a->pid, is_b_task = b->tid != b->pid;

	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	if (is_a_task != is_b_task)
		return is_a_task - is_b_task;
	if (a->tid != b->tid)
		return a->tid < b->tid ? -1 : 1;
	return (a->fd > b->fd) - (a->fd < b->fd);
}

bool pass_run(struct pass *p, const struct map *wanted, struct passed *out)
{
	struct sink sink = {wanted, out};

	if (p->state == PASS_UNTRIED)
		p->state = taskiter_new(&p->iterator) ? PASS_REFUSED : PASS_WORKS;
	if (p->state == PASS_REFUSED)
		return false;
	out->count = 0;
	if (taskiter_pass(p->iterator, take, &sink)) {
		pass_done(p);
		p->state = PASS_REFUSED;
		out->count = 0;
		return false;
	}
	if (out->count)
		qsort(out->items, out->count, sizeof *out->items, compare);
	return true;
}

void pass_done(struct pass *p)
{
	taskiter_free(p->iterator);
	*p = (struct pass){0};
}
