/* Owns the rules as a whole: the numbers of their marks, their order by weight, and that each is asked
 * once. What a rule says is health_socket's and health_process'. */
#include "model/health.h"

#include <assert.h>

static const struct health_rule *const tables[] = { health_sockets, health_processes };

enum { TABLE_COUNT = sizeof tables / sizeof *tables };

struct walk {                            /* over all rules; zeroed = before the first */
	unsigned table, entry;
	unsigned unnamed;                /* how many of those came so far */
	unsigned number;                 /* of the mark of the one that came last */
};

static const struct health_rule *next(struct walk *w)
{
	const struct health_rule *rule;

	while (w->table < TABLE_COUNT && !tables[w->table][w->entry].id) {
		w->table++;
		w->entry = 0;
	}
	if (w->table == TABLE_COUNT)
		return NULL;
	rule = &tables[w->table][w->entry++];
	w->number = rule->mark < MARK_UNNAMED ? rule->mark : MARK_UNNAMED + w->unnamed++;
	assert(w->number < MARKS_MAX);
	return rule;
}

const struct health_rule *health_rule(unsigned number)
{
	const struct health_rule *rule;

	for (struct walk w = { 0 }; (rule = next(&w));)
		if (w.number == number)
			return rule;
	return NULL;
}

unsigned health_number(const struct health_rule *rule)
{
	struct walk w = { 0 };

	while (next(&w) != rule)
		continue;
	return w.number;
}

const struct health_rule *health_next(uint32_t *marks)
{
	const struct health_rule *rule, *weightiest = NULL;
	unsigned number = 0;

	if (!*marks)
		return NULL;
	for (struct walk w = { 0 }; (rule = next(&w));) {
		if (!(*marks >> w.number & 1) || (weightiest && weightiest->place < rule->place))
			continue;
		weightiest = rule;
		number = w.number;
	}
	*marks = weightiest ? *marks & ~(1u << number) : 0;
	return weightiest;
}

const struct health_rule *health_main(uint32_t marks)
{
	return health_next(&marks);
}

uint32_t health_judge(const struct snapshot *s, const struct listener *l)
{
	const struct health_rule *rule;
	uint32_t marks = 0;

	for (struct walk w = { 0 }; (rule = next(&w));)
		if (rule->holds && rule->holds(s, l, NULL))
			marks |= 1u << w.number;
	return marks;
}
