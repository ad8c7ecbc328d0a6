/* lotop watch: changes as they come, a line each. Owns where they go and when they end; what stands in a line
 * is changes.c's. */
#include <unistd.h>
#include "cli/changes.h"
#include "cli/filter.h"
#include "cli/follow.h"
#include "cli/output.h"
#include "cli/print.h"

struct watch {
	const struct options *options;
	struct changes *changes;
	struct buf text;                 /* of this frame */
	bool is_begun;
};

static void tell_gaps(const struct options *o, const struct snapshot *s)
{
	struct buf text = { 0 };

	if (!o->as_json)
		print_gaps(&text, s);
	output_write(STDERR_FILENO, &text);
	buf_done(&text);
}

static int tell(void *context, const struct snapshot *s)
{
	struct watch *w = context;
	int error;

	if (!w->is_begun)
		tell_gaps(w->options, s);
	changes_tell(w->changes, s, &w->text);
	if (!w->is_begun && w->options->wants_snapshot)
		changes_tell_present(w->changes, &w->text);
	w->is_begun = true;
	error = output_write(STDOUT_FILENO, &w->text);
	buf_clear(&w->text);
	return error;
}

static int watch(struct watch *w, struct platform *p, const struct query *query)
{
	const struct follower follower = {
		.request = { .bound_only = true, .clients = true, .owners = true,
			     .other_netns = w->options->all_netns },
		.interval_ms = w->options->interval_ms, .reader_fd = STDOUT_FILENO, .frame = tell, .context = w,
	};
	const struct changes_style style = {
		.query = query, .show_all = w->options->show_all, .as_json = w->options->as_json,
		.is_ascii = output_probe(STDOUT_FILENO).is_ascii,
	};
	int status;

	w->changes = changes_new(&style);
	status = follow(p, &follower);
	changes_free(w->changes);
	buf_done(&w->text);
	return status;
}

int cmd_watch(const struct options *o, platform_opener *open)
{
	struct watch w = { .options = o };
	struct query *query;
	struct platform *p;
	int status = STATUS_BLIND;

	if (filter_parse_words(o, &query))
		return STATUS_USAGE;
	if (open(o, &p) == 0) {
		status = watch(&w, p, query);
		platform_free(p);
	}
	query_free(query);
	return status;
}
