/* Owns the few words with which a row says what is special about it, the weightiest first, since a narrow
 * screen cuts the rest. Refuses to judge: marks come from health, changes from the tracker. */
#include "model/note.h"

#include "base/clock.h"
#include "model/expect.h"
#include "model/health.h"

/* Marks that another column tells already: the state, the "?" of a hidden owner, the queue's own words. */
static const uint32_t silent_marks =
	1u << MARK_BOUND | 1u << MARK_HIDDEN | 1u << MARK_LEFTOVER | 1u << MARK_FULL |
	1u << MARK_STUCK;

static const struct { char sign; const char *word; } changes[] = {
	[CHANGE_NONE] = { ' ', "" }, [CHANGE_OPENED] = { '+', "new" }, [CHANGE_CLOSED] = { '-', "gone" },
	[CHANGE_REBOUND] = { '~', "rebound" }, [CHANGE_OWNER] = { '~', "new owner" },
};

struct words {
	struct buf *out;
	size_t start;                    /* of the note in `out` */
};

/* Its machine is not heard any more: nothing else that the row says is sure. */
static bool is_stale(const struct row *row)
{
	return row->listener->host && row->listener->host->trouble;
}

char note_sign(const struct row *row)
{
	const struct health_rule *rule = health_main(row_marks(row));

	if (is_stale(row))
		return '#';
	return row->change == CHANGE_NONE && rule ? rule->sign : changes[row->change].sign;
}

unsigned note_weight(const struct row *row)
{
	const struct health_rule *rule = health_main(row_marks(row));

	if (row->change != CHANGE_NONE || is_stale(row))
		return 0;
	return 1 + (rule ? rule->place : UINT8_MAX);
}

static struct buf *next(const struct words *w)
{
	if (w->out->len > w->start)
		buf_add_string(w->out, ", ");
	return w->out;
}

static void add_marks(const struct words *w, const struct row *row)
{
	const struct listener *l = row->listener;
	const struct health_rule *rule;
	uint32_t marks = row_marks(row), told;

	if (row->change == CHANGE_REBOUND)
		marks &= ~(1u << MARK_RESPAWNED);        /* that is told already */
	for (told = marks & ~silent_marks; (rule = health_next(&told));)
		buf_add_string(next(w), rule->id);
	if (marks & 1u << MARK_FULL)
		buf_printf(next(w), "%s %u/%u", marks & 1u << MARK_STUCK ? "stuck" : "queue",
			   l->queue_length, l->queue_limit);
}

static void add_rest(const struct words *w, const struct row *row)
{
	int64_t left_ms = listener_expires_ms(row->listener, row->now_ms);

	if (!listener_is_leftover(row->listener) || left_ms < 0)
		return;
	clock_add_duration(next(w), left_ms);
	buf_add_string(w->out, " left");
}

static void add_fold(const struct words *w, const struct listener *l)
{
	uint32_t count = listener_sockets(l);

	if (l->key.kind == ROW_CLIENT_LEFTOVER)
		buf_printf(next(w), "%u client port%s to :%u", count, count == 1 ? "" : "s", l->key.endpoint.port);
	else if (count > 1)
		buf_printf(next(w), "x%u", count);
}

/* What the project's file calls it; and where it is not as it has it, that comes first. */
static void add_expected(const struct words *w, const struct row *row, bool is_wrong)
{
	const struct expectation *e = row->expected;
	const char *what = "";

	if (!e)
		return;
	if (!expectation_is_there(e, row->listener))
		what = ": other address";
	else if (row->listener->holder_count && !expectation_is_process(e, row->listener))
		what = ": other process";
	if (is_wrong == !!*what)
		buf_printf(next(w), "%s%s", e->name, what);
}

void note_add(struct buf *out, const struct row *row)
{
	const struct words words = { out, out->len };

	if (is_stale(row))
		buf_add_string(out, "stale");
	else
		buf_add_string(out, changes[row->change].word);
	if (row->is_gone)
		return;
	add_expected(&words, row, true);
	add_marks(&words, row);
	add_expected(&words, row, false);
	add_rest(&words, row);
	add_fold(&words, row->listener);
}
