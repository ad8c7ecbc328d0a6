/* Owns who holds what: for each row the processes that have one of its sockets open. Knows no sockets beyond
 * their inode. */
#include "model/owners.h"

#include <stdlib.h>
#include "base/fatal.h"
#include "model/crowd.h"
#include "model/order.h"
#include "model/role.h"

/* One descriptor of one process that belongs to a row. */
struct link {
	uint32_t row, process;   /* indices */
	uint32_t inode;
	int32_t fd;
};

/* Leaves out holders of sockets that are no rows, and those whose process has ended in between. */
static size_t make_links(const struct frame *f, const struct map *rows_by_inode, struct link *links)
{
	const struct snapshot *s = &f->snapshot;
	const struct process *process = NULL;
	size_t count = 0;

	for (size_t i = 0; i < s->facts->holder_count; i++) {
		const struct holder_fact *h = &s->facts->holders[i];
		uint64_t row;

		if (!map_get(rows_by_inode, h->inode, &row))
			continue;
		if (!process || process->fact->pid != h->pid)    /* they come process by process */
			process = snapshot_process(s, h->pid);
		if (!process)
			continue;
		links[count++] = (struct link){
			.row = (uint32_t)row, .process = (uint32_t)(process - s->processes),
			.inode = h->inode, .fd = h->fd,
		};
	}
	return count;
}

/* By row, then process, then descriptor, then inode. */
static void sort_links(struct order *o, const struct link *links, size_t count)
{
	for (size_t i = 0; i < count; i++)
		order_add(o, (uint64_t)(uint32_t)links[i].fd << 32 | links[i].inode, (uint32_t)i, 0);
	order_sort(o);
	for (size_t i = 0; i < count; i++) {
		const struct link *l = &links[o->items[i].index];

		o->items[i].key = (uint64_t)l->row << 32 | l->process;
	}
	order_sort(o);
}

static bool is_same_link(const struct link *a, const struct link *b)
{
	return a->row == b->row && a->process == b->process && a->fd == b->fd && a->inode == b->inode;
}

/* Who had a socket alone, and served, has no other role to keep. */
static bool has_roles_to_keep(const struct listener *row)
{
	return row->holder_count > 1 || (row->holder_count && row->holders->role == ROLE_LEAKED);
}

/* The row with that key; NULL. Keys come in ascending order, and so do the rows: *at is where it goes on. */
static const struct listener *next_row(const struct snapshot *s, const struct row_key *key, size_t *at)
{
	int order = 1;

	while (*at < s->listener_count && (order = row_key_compare(&s->listeners[*at].key, key)) < 0)
		(*at)++;
	return order ? NULL : &s->listeners[*at];
}

static void assign_roles(struct frame *f, const struct frame *before, struct holder *holders)
{
	size_t at = 0;

	for (size_t i = 0; i < f->snapshot.listener_count; i++) {
		const struct listener *row = &f->rows[i];
		const struct listener *old = before ? next_row(&before->snapshot, &row->key, &at) : NULL;
		const struct heir_case c = {
			f->snapshot.facts, row, old && has_roles_to_keep(old) ? old : NULL,
		};

		if (row->holder_count)
			role_assign(&c, holders + (row->holders - holders));
	}
}

static void fill_holders(struct frame *f, const struct frame *before, const struct order *order,
			 const struct link *links)
{
	struct holder *holders = arena_alloc(&f->arena, order->count * sizeof *holders), *next_holder = holders;
	int32_t *next_fd = arena_alloc(&f->arena, order->count * sizeof *next_fd);
	struct holder *holder = NULL;
	const struct link *last = NULL;

	for (size_t i = 0; i < order->count; i++) {
		const struct link *l = &links[order->items[i].index];
		struct listener *row = &f->rows[l->row];

		if (last && is_same_link(last, l))
			continue;
		if (!last || last->row != l->row || last->process != l->process) {
			holder = next_holder++;
			holder->process = &f->snapshot.processes[l->process];
			holder->fds = next_fd;
			if (!row->holder_count++)
				row->holders = holder;
		}
		*next_fd++ = l->fd;
		holder->fd_count++;
		last = l;
	}
	assign_roles(f, before, holders);
}

void owners_join(struct frame *f, const struct frame *before, const struct map *rows_by_inode)
{
	size_t holder_count = f->snapshot.facts->holder_count;
	struct link *links = fatal_alloc(holder_count * sizeof *links);
	struct order order;

	f->crowd = crowd_get(before ? before->crowd : NULL, f->snapshot.facts);
	f->snapshot.processes = f->crowd->processes;
	f->snapshot.process_count = f->crowd->count;
	order_init(&order, holder_count);
	sort_links(&order, links, make_links(f, rows_by_inode, links));
	fill_holders(f, before, &order, links);
	order_done(&order);
	free(links);
}
