/* Owns what "not tried" looks like. */
#include "model/probe.h"

void probe_init(struct probe *p)
{
	*p = (struct probe){
		.loopback_is_up = TRISTATE_UNKNOWN,
		.is_reserved = TRISTATE_UNKNOWN,
		.rules_error = PROBE_UNTRIED,
		.any_port = PROBE_UNTRIED,
		.process = { .is_frozen = TRISTATE_UNKNOWN },
	};
	for (int form = 0; form < FORM_COUNT; form++)
		p->binds[form] = (struct bind_trial){ PROBE_UNTRIED, PROBE_UNTRIED };
	for (int target = 0; target < TARGET_COUNT; target++)
		p->lookups[target].error = PROBE_UNTRIED;
}
