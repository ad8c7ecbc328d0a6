/* Owns when a column may be narrower than it was. Refuses to measure cells and to lay them out
 * (column_layout.c). */
#include "model/column_memory.h"

static unsigned find(const struct column_memory *m, const struct column *c)
{
	unsigned i = 0;

	while (i < m->count && m->held[i].column != c)
		i++;
	return i;
}

uint16_t column_memory_get(const struct column_memory *m, const struct column *c)
{
	unsigned i = find(m, c);

	return i < m->count ? m->held[i].width : 0;
}

uint16_t column_memory_keep(struct column_memory *m, const struct column *c, uint16_t width)
{
	unsigned i = find(m, c);
	struct column_held *held = &m->held[i];

	if (i == m->count) {
		m->count++;
		*held = (struct column_held){ .column = c };
	}
	if (width >= held->width) {
		held->width = width;
		held->since = 0;
		held->needed_ms = m->now_ms;
	} else {
		held->since = width > held->since ? width : held->since;
		if (m->now_ms - held->needed_ms >= COLUMN_CALM_MS)
			*held = (struct column_held){ c, held->since, 0, m->now_ms };
	}
	return held->width;
}
