/* Owns the iterator and the join of its records with the wanted inodes. Refuses to know when a pass is
 * worth while. */
#include "platform/linux/pass.h"
#include <stdlib.h>
#include "base/array.h"
#include "platform/linux/taskiter.h"

struct sink {
	const struct map *wanted;
	struct finds *out;
};

static void take(void *context, const struct taskiter_record *r)
{
	const struct sink *sink = context;
	struct finds *out = sink->out;

	if (map_has(sink->wanted, r->inode))
		ARRAY_PUSH(out->items, out->count, out->cap) = (struct find){
			.inode = r->inode, .pid = r->pid, .task = r->tid == r->pid ? 0 : r->tid, .fd = r->fd};
}

static int compare(const void *left, const void *right)
{
	const struct find *a = left, *b = right;

	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	if (a->task != b->task)
		return a->task < b->task ? -1 : 1;
	return (a->fd > b->fd) - (a->fd < b->fd);
}

bool pass_run(struct pass *p, const struct map *wanted, struct finds *out)
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
