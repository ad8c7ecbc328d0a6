/* Owns what it means that a port is as expected. Judges by listeners only: what is bound and does not
 * listen, and what connections left behind, serves nobody. Refuses to print and to know where the file was
 * found. */
#include "model/verdict.h"

#include <stdlib.h>
#include "base/array.h"

static void add(struct verdicts *v, enum verdict_kind kind, const struct expectation *e,
		const struct row *row)
{
	ARRAY_PUSH(v->items, v->count, v->cap) = (struct verdict){ (uint8_t)kind, e, row };
}

static bool is_open_to_network(const struct listener *l)
{
	return l->marks >> MARK_EXPOSED & 1;
}

/* Does the file itself ask for an address that others reach? */
static bool may_be_open(const struct expectation *e)
{
	return e->place.kind == PLACE_WILDCARD ||
	       (e->place.kind == PLACE_ADDRESS && !endpoint_is_loopback(&e->place.address));
}

static void judge_row(struct verdicts *v, const struct expectation *e, const struct row *row)
{
	const struct listener *l = row->listener;
	size_t before = v->count;

	if (e->process && !l->holder_count)
		add(v, VERDICT_UNSEEN, e, row);
	else if (e->process && !expectation_is_process(e, l))
		add(v, VERDICT_WRONG, e, row);
	if (is_open_to_network(l) && !may_be_open(e))
		add(v, VERDICT_EXPOSED, e, row);
	if (v->count == before)
		add(v, VERDICT_OK, e, row);
}

static void judge(struct verdicts *v, const struct expectation *e, const struct row *rows, size_t count)
{
	const struct row *elsewhere = NULL;
	size_t before = v->count;

	for (size_t i = 0; i < count; i++) {
		if (!expectation_has_port(e, rows[i].listener))
			continue;
		if (expectation_is_there(e, rows[i].listener))
			judge_row(v, e, &rows[i]);
		else
			elsewhere = &rows[i];
	}
	if (v->count == before)
		add(v, VERDICT_MISSING, e, elsewhere);
}

static bool is_within(struct slice path, struct slice directory)
{
	struct slice front = { path.ptr, directory.len };

	if (slice_is(directory, "/") || path.len < directory.len)
		return path.len >= directory.len;
	return slice_equal(front, directory) && (path.len == directory.len || path.ptr[directory.len] == '/');
}

static bool is_extra(const struct expect *e, struct slice directory, const struct listener *l)
{
	if (l->key.kind != ROW_LISTENER || l->is_ephemeral)
		return false;
	for (size_t i = 0; i < e->count; i++)
		if (expectation_has_port(&e->items[i], l))
			return false;
	for (uint32_t i = 0; i < l->holder_count; i++)
		if (is_within(l->holders[i].process->fact->cwd, directory))
			return true;
	return false;
}

void verdicts_judge(struct verdicts *v, const struct expect *e, struct slice directory,
		    const struct row *rows, size_t row_count)
{
	for (size_t i = 0; i < e->count; i++)
		judge(v, &e->items[i], rows, row_count);
	for (size_t i = 0; i < row_count; i++)
		if (is_extra(e, directory, rows[i].listener))
			add(v, VERDICT_EXTRA, NULL, &rows[i]);
}

void verdicts_done(struct verdicts *v)
{
	free(v->items);
	*v = (struct verdicts){ 0 };
}

const char *verdict_name(enum verdict_kind kind)
{
	static const char *const names[VERDICT_COUNT] = { "ok", "missing", "wrong", "unseen", "exposed", "extra" };

	return names[kind];
}
