/* Owns what a command does before it can answer from what is there now. Refuses to know the answer. */
#include "cli/look.h"

#include "base/heap.h"
#include "cli/complain.h"
#include "collector/collector.h"

int look_once(struct platform *p, const struct scan_request *request, const struct snapshot **out)
{
	int error = collector_scan_once(p, request, out);

	if (error)
		complain_blind(error);
	return error;
}

int look(const struct options *o, platform_opener *open, const struct scan_request *request,
	 const struct snapshot **out)
{
	struct scan_request asked = *request;
	struct platform *p;
	int error;

	heap_be_quick();
	error = open(o, &p);
	if (error)
		return error;
	asked.other_netns = o->all_netns;
	error = look_once(p, &asked, out);
	platform_free(p);
	return error;
}
