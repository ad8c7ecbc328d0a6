/* model/cgroup on any path: what it borrows lies within it, and a command that it shows is one line that a
 * shell reads as one command. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "model/cgroup.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void demand(bool claim)
{
	if (!claim)
		abort();
}

static void demand_within(struct slice part, struct slice whole)
{
	demand(!part.len || (part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len));
}

/* Outside of quotes only what no shell takes for its own. */
static void demand_harmless(struct slice command)
{
	bool is_quoted = false;

	for (size_t i = 0; i < command.len; i++) {
		char c = command.ptr[i];

		demand(c >= ' ' && c <= '~');
		if (c == '\'')
			is_quoted = !is_quoted;
		else if (!is_quoted)
			demand(!strchr("\\\"$`;&|<>(){}[]*?!#~%^", c));
	}
	demand(!is_quoted);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct slice path = { (const char *)bytes, len };
	struct cgroup c;
	struct buf stop = { 0 };

	if (!cgroup_parse(path, &c))
		return 0;
	demand(c.kind || c.engine);
	demand(!c.engine == !c.container.len);
	demand(!c.kind == !c.unit.len);
	demand_within(c.unit, path);
	demand_within(c.container, path);
	demand_within(c.pod, path);
	demand(!memchr(c.unit.len ? c.unit.ptr : "", '/', c.unit.len));
	demand(cgroup_add_stop(&stop, &c) == (stop.len > 0));
	demand_harmless(buf_slice(&stop));
	buf_done(&stop);
	return 0;
}
