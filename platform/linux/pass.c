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

	if (r->fd == TASKITER_DOUBTFUL || map_has(sink->wanted, r->inode))
		ARRAY_PUSH(out->items, out->count, out->cap) = *r;
}

/* Of those who hold something wanted: their records came just before. */
static void take_facts(void *context, const struct taskiter_facts *facts)
{
	const struct sink *sink = context;
	struct passed *out = sink->out;

	if (!out->count || out->items[out->count - 1].pid != facts->pid)
		return;
	ARRAY_PUSH(out->facts, out->fact_count, out->fact_cap) = *facts;
	buf_add_slice(&out->commands, facts->command);
}

/* In the order in which they were added; they do not move any more. */
static void find_commands(struct passed *p)
{
	size_t at = 0;

	for (size_t i = 0; i < p->fact_count; i++) {
		p->facts[i].command.ptr = p->facts[i].command.len ? p->commands.data + at : NULL;
		at += p->facts[i].command.len;
	}
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

static int compare_facts(const void *left, const void *right)
{
	const struct taskiter_facts *a = left, *b = right;

	return (a->pid > b->pid) - (a->pid < b->pid);
}

const struct taskiter_facts *passed_find(const struct passed *p, int32_t pid)
{
	const struct taskiter_facts key = {.pid = pid};

	return p->fact_count ? bsearch(&key, p->facts, p->fact_count, sizeof key, compare_facts) : NULL;
}

void passed_done(struct passed *p)
{
	free(p->items);
	free(p->facts);
	buf_done(&p->commands);
	*p = (struct passed){0};
}

static void clear(struct passed *p)
{
	p->count = p->fact_count = 0;
	buf_clear(&p->commands);
}

bool pass_run(struct pass *p, const struct map *wanted, struct passed *out)
{
	struct sink sink = {wanted, out};
	const struct taskiter_visitor visitor = {take, take_facts, &sink};

	if (p->state == PASS_UNTRIED)
		p->state = taskiter_new(&p->iterator) ? PASS_REFUSED : PASS_WORKS;
	if (p->state == PASS_REFUSED)
		return false;
	clear(out);
	if (taskiter_pass(p->iterator, &visitor)) {
		pass_done(p);
		p->state = PASS_REFUSED;
		clear(out);
		return false;
	}
	find_commands(out);
	if (out->count)
		qsort(out->items, out->count, sizeof *out->items, compare);
	if (out->fact_count)
		qsort(out->facts, out->fact_count, sizeof *out->facts, compare_facts);
	return true;
}

void pass_done(struct pass *p)
{
	taskiter_free(p->iterator);
	*p = (struct pass){0};
}
