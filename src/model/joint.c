/* Owns how the rows of several machines become one list, ascending by key. Rows are copied, what they point to
 * stays with the machine's own snapshot. Refuses to judge: each machine has been judged by itself. */
#include "model/joint.h"

#include "model/frame.h"

struct merge {
	const struct host *hosts;
	size_t count;
	size_t next[HOSTS_MAX];      /* row of each machine */
};

static const struct listener *head(const struct merge *m, size_t i)
{
	const struct snapshot *s = m->hosts[i].snapshot;

	return s && m->next[i] < s->listener_count ? &s->listeners[m->next[i]] : NULL;
}

/* The machine whose next row comes first; m->count: there is none left. */
static size_t first(const struct merge *m)
{
	size_t best = m->count;

	for (size_t i = 0; i < m->count; i++) {
		const struct listener *l = head(m, i);

		if (l && (best == m->count || row_key_compare(&l->key, &head(m, best)->key) < 0))
			best = i;
	}
	return best;
}

static void merge_rows(struct frame *f, struct merge *m)
{
	size_t i, at = 0;

	while ((i = first(m)) < m->count) {
		f->rows[at] = *head(m, i);
		f->rows[at++].host = &m->hosts[i];
		m->next[i]++;
	}
	f->snapshot.listener_count = at;
}

static const char *copy_text(struct arena *arena, const char *text)
{
	return text ? arena_string(arena, slice_of(text)) : NULL;
}

const struct snapshot *joint_build(const struct host *hosts, size_t count)
{
	struct frame *f = frame_new((struct facts *)hosts[0].snapshot->facts);
	struct host *own = arena_copy(&f->arena, hosts, count * sizeof *own);
	struct merge m = { .hosts = own, .count = count };
	size_t rows = 0;

	for (size_t i = 0; i < count; i++) {
		own[i].name = copy_text(&f->arena, own[i].name);
		own[i].trouble = copy_text(&f->arena, own[i].trouble);
		if (own[i].snapshot)
			rows += snapshot_ref(own[i].snapshot)->listener_count;
	}
	f->rows = arena_alloc(&f->arena, rows * sizeof *f->rows);
	f->snapshot.listeners = f->rows;
	f->snapshot.processes = own[0].snapshot->processes;
	f->snapshot.process_count = own[0].snapshot->process_count;
	f->snapshot.hosts = own;
	f->snapshot.host_count = count;
	merge_rows(f, &m);
	return &f->snapshot;
}
