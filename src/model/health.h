/* Judgements on one row: a table of rules -> marks with evidence. Pure; never guesses: a rule
 * that cannot know stays silent. */
#ifndef MODEL_HEALTH_H
#define MODEL_HEALTH_H

#include <stdint.h>
#include "model/health_rule.h"

const struct health_rule *health_rule(unsigned number);                /* static; NULL = no mark has it */
unsigned health_number(const struct health_rule *rule);
const struct health_rule *health_main(uint32_t marks);                 /* the weightiest, NULL when none */
/* The same, and takes it out of the set: so one goes through all of a set. */
const struct health_rule *health_next(uint32_t *marks);
uint32_t health_judge(const struct snapshot *s, const struct listener *l);

#endif
