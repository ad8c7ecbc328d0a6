/* Owns what a row tells that no single member of it does. Refuses to know how rows come
 * and go (tracker.c). */
#include "model/row.h"

const struct history *row_history(const struct row *row)
{
	const struct history *h = row->history;

	return h && row_key_compare(&h->key, &row->listener->key) == 0 ? h : NULL;
}

uint32_t row_marks(const struct row *row)
{
	return row->is_gone ? row->listener->marks : recall_marks(&row->recall, row->listener, row->now_ms);
}

void row_explain_mark(const struct row *row, const struct snapshot *s, const struct health_rule *rule,
		      struct buf *evidence)
{
	if (rule->holds)
		rule->holds(s, row->listener, evidence);
	else
		recall_explain(&row->recall, rule->mark, row->listener, row->now_ms, evidence);
}
