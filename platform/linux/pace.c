/* Owns one rule: what is dear is looked at seldom. Knows neither clock nor what is looked at. */
#include "platform/linux/pace.h"

bool pace_is_due(const struct pace *p, int64_t now_us, bool something_changed)
{
	int64_t pause = p->cost_us * PACE_SHARE;

	if (!p->looked_us)
		return true;
	if (!something_changed && pause < PACE_CALM_US)
		pause = PACE_CALM_US;
	return now_us - p->looked_us >= pause;
}

void pace_looked(struct pace *p, int64_t began_us, int64_t ended_us)
{
	p->looked_us = ended_us ? ended_us : 1;
	p->cost_us = ended_us - began_us;
}
