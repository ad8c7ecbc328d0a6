/* lotop record: the flight recorder. Owns what is written when: first what is there, then each change, and
 * what is there again at the head of each new file, so that each can be understood without the others. */
#include <errno.h>
#include "cli/changes.h"
#include "cli/complain.h"
#include "cli/follow.h"
#include "cli/journal.h"
#include "cli/options.h"

struct record {
	struct changes *changes;
	struct journal *journal;
	struct buf text;                 /* of this frame */
	bool is_begun;
};

static int write_text(struct record *r)
{
	int error = r->text.len ? journal_append(r->journal, buf_slice(&r->text)) : 0;

	buf_clear(&r->text);
	return error;
}

static int begin_file(struct record *r)
{
	int error;

	changes_tell_present(r->changes, &r->text);
	error = write_text(r);
	journal_mark_head(r->journal);
	return error;
}

static int write_frame(struct record *r, const struct snapshot *s)
{
	bool is_first = !r->is_begun;
	int error;

	r->is_begun = true;
	changes_tell(r->changes, s, &r->text);
	if (is_first)
		changes_tell_began(r->changes, &r->text);
	error = write_text(r);
	if (!error && journal_is_full(r->journal)) {
		error = journal_rotate(r->journal);
		is_first = true;
	}
	return !error && is_first ? begin_file(r) : error;
}

static int frame(void *context, const struct snapshot *s)
{
	int error = write_frame(context, s);

	if (error)
		complain_errno("record", error, "nothing is recorded any more; the lines so far are whole");
	return error;
}

static int open_journal(struct journal **out)
{
	struct buf directory = { 0 };
	int error = journal_add_directory(&directory);

	if (error) {
		complain("record", "neither XDG_STATE_HOME nor HOME is set", NULL);
	} else if ((error = journal_open(buf_string(&directory), out))) {
		if (error == -EBUSY)
			complain(buf_string(&directory), "another lotop record writes there", "lotop log reads it");
		else
			complain_errno(buf_string(&directory), error, "it has to be a directory of your own");
	}
	buf_done(&directory);
	return error;
}

static int record(const struct options *o, struct platform *p, struct journal *journal)
{
	const struct changes_style style = { .show_all = true, .as_json = true };
	struct record r = { .changes = changes_new(&style), .journal = journal };
	const struct follower follower = {
		.request = { .bound_only = true, .clients = true, .owners = true, .other_netns = o->all_netns },
		.interval_ms = o->interval_ms, .reader_fd = -1, .frame = frame, .context = &r,
	};
	int status = follow(p, &follower);

	changes_free(r.changes);
	buf_done(&r.text);
	return status;
}

int cmd_record(const struct options *o, platform_opener *open)
{
	struct journal *journal;
	struct platform *p;
	int status = STATUS_BLIND;

	if (o->word_count) {
		complain("record", "takes no operand", "to write every scan to a file: lotop --record FILE");
		return STATUS_USAGE;
	}
	if (open_journal(&journal))
		return STATUS_BLIND;
	if (open(o, &p) == 0) {
		status = record(o, p, journal);
		platform_free(p);
	}
	journal_close(journal);
	return status;
}
