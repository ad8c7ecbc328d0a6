/* lotop stream: every scan to stdout, for the dashboard of another machine. The opener of platforms has put a
 * recorder on stdout around this machine's (main.c): here is only the loop, and its end. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "cli/complain.h"
#include "cli/follow.h"
#include "cli/options.h"

/* The recorder tells by a gap that it could not write. A reader that went away is no failure. */
static int check(void *context, const struct snapshot *s)
{
	int *status = context;

	for (size_t i = 0; i < s->facts->gap_count; i++) {
		const struct gap_fact *gap = &s->facts->gaps[i];

		if (gap->kind != GAP_RECORDING)
			continue;
		if (gap->error == EPIPE)
			*status = STATUS_FOUND;
		else
			complain_errno("stream", -gap->error, NULL);
		return -EPIPE;
	}
	return 0;
}

int cmd_stream(const struct options *o, platform_opener *open)
{
	int written = STATUS_BLIND, status;
	const struct follower follower = {
		.request = { .bound_only = true, .leftovers = true, .clients = true, .owners = true,
			     .other_netns = o->all_netns },
		.interval_ms = o->interval_ms, .reader_fd = STDOUT_FILENO, .frame = check, .context = &written,
	};
	struct platform *p;

	if (o->word_count) {
		complain("stream", "takes no operand", "the reader filters: lotop --from ... list FILTER");
		return STATUS_USAGE;
	}
	if (open(o, &p))
		return STATUS_BLIND;
	status = follow(p, &follower);
	platform_free(p);
	return status == STATUS_BLIND ? written : status;
}
