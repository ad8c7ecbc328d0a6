/* lotop watch: changes as they come, a line each. Owns the loop and the form of a line; what is a change, the
 * tracker says. One thread does: between two scans nobody waits for anything else. */
#include <poll.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/text.h"
#include "cli/complain.h"
#include "cli/filter.h"
#include "cli/jsonout.h"
#include "cli/output.h"
#include "cli/print.h"
#include "collector/collector.h"
#include "model/health.h"
#include "model/rows.h"

static const char *const event_names[] = {     /* by enum change_kind */
	"present", "opened", "closed", "rebound", "owner",
};

struct watch {
	const struct options *options;
	struct platform *platform;
	struct query *query;
	struct tracker *tracker;
	const struct snapshot *now;      /* borrowed while its frame is told */
	struct buf text;                 /* of this frame */
	bool is_ascii;
};

static bool is_shown(const struct watch *w, const struct row *row, const struct listener *l)
{
	struct row seen = *row;

	seen.listener = l;
	return l && l->key.kind <= ROW_BOUND && (w->options->show_all || listener_is_local(l)) &&
	       query_match(w->query, &seen);
}

static void open_json(struct watch *w, const char *name)
{
	struct buf time = { 0 };

	clock_add_rfc3339(&time, w->now->facts->wall_ms);
	jsonout_open(&w->text, '{');
	jsonout_key(&w->text, "schema");
	jsonout_number(&w->text, PRINT_SCHEMA);
	jsonout_key(&w->text, "event");
	jsonout_text(&w->text, slice_of(name));
	jsonout_key(&w->text, "time");
	jsonout_text(&w->text, buf_slice(&time));
	buf_done(&time);
}

static void add_json_row(struct watch *w, const char *key, const struct row *row, const struct listener *l)
{
	struct row shown = *row;

	shown.listener = l;
	jsonout_key(&w->text, key);
	print_json_row(&w->text, w->now->facts, &shown);
}

static void close_json(struct watch *w)
{
	jsonout_close(&w->text, '}');
	buf_add_char(&w->text, '\n');
}

static void add_sentence(struct watch *w, const char *sentence)
{
	clock_add_time(&w->text, w->now->facts->wall_ms);
	buf_add_char(&w->text, ' ');
	if (w->is_ascii)
		text_to_ascii(&w->text, sentence);
	else
		buf_add_string(&w->text, sentence);
	buf_add_char(&w->text, '\n');
}

static void add_change(struct watch *w, const struct row *row, const struct change *change)
{
	open_json(w, event_names[change->kind]);
	add_json_row(w, "listener", row, change->after ? change->after : change->before);
	if (change->before && change->after)
		add_json_row(w, "before", row, change->before);
	close_json(w);
}

static void note_change(void *context, const struct row *row, const struct change *change)
{
	struct watch *w = context;

	if (!is_shown(w, row, change->after) && !is_shown(w, row, change->before))
		return;
	if (w->options->as_json)
		add_change(w, row, change);
	else
		add_sentence(w, tracker_event(w->tracker, 0)->text);     /* it has just been added */
}

static void add_mark_names(struct buf *out, const char *front, uint32_t marks)
{
	for (unsigned mark = 0; mark < MARK_COUNT; mark++)
		if (marks & 1u << mark)
			buf_printf(out, " %s%s", front, health_rule(mark)->id);
}

static void add_json_marks(struct buf *out, const char *key, uint32_t marks)
{
	jsonout_key(out, key);
	jsonout_open(out, '[');
	for (unsigned mark = 0; mark < MARK_COUNT; mark++)
		if (marks & 1u << mark)
			jsonout_text(out, slice_of(health_rule(mark)->id));
	jsonout_close(out, ']');
}

static void add_marks(struct watch *w, const struct row *row, uint32_t before)
{
	uint32_t after = row->listener->marks;
	struct buf sentence = { 0 };

	if (w->options->as_json) {
		open_json(w, "mark");
		add_json_row(w, "listener", row, row->listener);
		add_json_marks(&w->text, "marks_added", after & ~before);
		add_json_marks(&w->text, "marks_removed", before & ~after);
		close_json(w);
		return;
	}
	buf_add_string(&sentence, "marks ");
	endpoint_add(&sentence, &row->listener->key.endpoint, row->listener->device);
	buf_add_char(&sentence, ':');
	add_mark_names(&sentence, "+", after & ~before);
	add_mark_names(&sentence, "-", before & ~after);
	add_sentence(w, buf_string(&sentence));
	buf_done(&sentence);
}

/* Of rows that were there before and are there still. */
static void note_marks(struct watch *w, const struct snapshot *before)
{
	size_t count;
	const struct row *rows = tracker_rows(w->tracker, &count);

	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];
		const struct listener *was = row->is_gone ? NULL : snapshot_find(before, &row->listener->key);

		if (was && was->marks != row->listener->marks &&
		    (is_shown(w, row, row->listener) || is_shown(w, row, was)))
			add_marks(w, row, was->marks);
	}
}

static void add_present(struct watch *w, struct events *events, const struct row *row)
{
	const struct change change = { CHANGE_OPENED, NULL, row->listener };
	struct buf sentence = { 0 };

	if (w->options->as_json) {
		open_json(w, event_names[CHANGE_NONE]);
		add_json_row(w, "listener", row, row->listener);
		close_json(w);
		return;
	}
	events_add(events, w->now->facts->wall_ms, &change);
	buf_add_string(&sentence, event_names[CHANGE_NONE]);
	buf_add_string(&sentence, events_get(events, 0)->text + strlen(change_name(CHANGE_OPENED)));
	add_sentence(w, buf_string(&sentence));
	buf_done(&sentence);
}

static void note_present(struct watch *w)
{
	size_t count;
	const struct row *rows = tracker_rows(w->tracker, &count);
	struct events *events = events_new();

	for (size_t i = 0; w->options->wants_snapshot && i < count; i++)
		if (is_shown(w, &rows[i], rows[i].listener))
			add_present(w, events, &rows[i]);
	events_free(events);
}

/* One frame: what changed since the one before, or of the first what is there. */
static int tell(struct watch *w, const struct snapshot *s)
{
	const struct snapshot *before = tracker_snapshot(w->tracker);
	int error;

	w->now = s;
	if (before)
		snapshot_ref(before);
	tracker_update(w->tracker, s);
	if (before)
		note_marks(w, before);
	else
		note_present(w);
	if (before)
		snapshot_unref(before);
	error = output_write(STDOUT_FILENO, &w->text);
	buf_clear(&w->text);
	return error;
}

static void tell_gaps(const struct watch *w, const struct snapshot *s)
{
	struct buf text = { 0 };

	if (!w->options->as_json)
		print_gaps(&text, s);
	output_write(STDERR_FILENO, &text);
	buf_done(&text);
}

/* Until the next scan is due. False: nobody reads any more. */
static bool rest(const struct watch *w, int64_t due_us)
{
	int64_t left_us = due_us - clock_monotonic_us();
	struct pollfd fds[] = {
		{ .fd = STDOUT_FILENO }, { .fd = w->platform->ops->wake_fd(w->platform), .events = POLLIN },
	};

	if (poll(fds, 2, left_us > 0 ? (int)((left_us + 999) / 1000) : 0) > 0 && fds[1].revents)
		w->platform->ops->wake_drain(w->platform);
	return !(fds[0].revents & (POLLERR | POLLNVAL));
}

static int watch(struct watch *w)
{
	const struct scan_request request = { .bound_only = true, .connections = true, .owners = true };
	bool is_first = true;

	for (;;) {
		int64_t due_us = clock_monotonic_us() + (int64_t)w->options->interval_ms * 1000;
		const struct snapshot *s;
		int error = collector_scan_once(w->platform, &request, &s);

		if (error) {
			complain_blind(error);
			return STATUS_BLIND;
		}
		if (is_first)
			tell_gaps(w, s);
		is_first = false;
		error = tell(w, s);
		snapshot_unref(s);
		if (error)
			return STATUS_BLIND;
		if (!rest(w, due_us))
			return STATUS_FOUND;
	}
}

int cmd_watch(const struct options *o, platform_opener *open)
{
	struct watch w = { .options = o, .is_ascii = output_probe(STDOUT_FILENO).is_ascii };
	int status = STATUS_USAGE;

	if (filter_parse_words(o, &w.query) == 0) {
		status = STATUS_BLIND;
		if (open(o, &w.platform) == 0) {
			w.tracker = tracker_new();
			tracker_on_change(w.tracker, note_change, &w);
			status = watch(&w);
			tracker_free(w.tracker);
			platform_free(w.platform);
		}
		query_free(w.query);
	}
	buf_done(&w.text);
	return status;
}
