/* Owns the form of a line about a change, and which rows are worth one; what is a change, the tracker says.
 * Refuses to know when scans are made and where the lines go. */
#include "cli/changes.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/fatal.h"
#include "base/text.h"
#include "cli/jsonout.h"
#include "cli/print.h"
#include "model/health.h"

static const char *const event_names[] = {     /* by enum change_kind */
	"present", "opened", "closed", "rebound", "owner",
};

struct changes {
	struct changes_style style;
	struct tracker *tracker;
	const struct snapshot *now;      /* borrowed while it is told */
	struct buf *out;                 /* borrowed while it is told */
};

static bool is_shown(const struct changes *c, const struct row *row, const struct listener *l)
{
	struct row seen = *row;

	seen.listener = l;
	return l && l->key.kind <= ROW_BOUND && (c->style.show_all || listener_is_local(l)) &&
	       query_match(c->style.query, &seen);
}

static void open_json(struct changes *c, const char *name)
{
	jsonout_open(c->out, '{');
	jsonout_integer(c->out, "schema", PRINT_SCHEMA);
	jsonout_member(c->out, "event", name);
	jsonout_time(c->out, "time", c->now->facts->wall_ms);
}

static void add_json_row(struct changes *c, const char *key, const struct row *row, const struct listener *l)
{
	struct row shown = *row;

	shown.listener = l;
	jsonout_key(c->out, key);
	print_json_row(c->out, c->now->facts, &shown);
}

static void close_json(struct changes *c)
{
	jsonout_close(c->out, '}');
	buf_add_char(c->out, '\n');
}

static void add_sentence(struct changes *c, const char *sentence)
{
	clock_add_time(c->out, c->now->facts->wall_ms);
	buf_add_char(c->out, ' ');
	if (c->style.is_ascii)
		text_to_ascii(c->out, sentence);
	else
		buf_add_string(c->out, sentence);
	buf_add_char(c->out, '\n');
}

static void add_change(struct changes *c, const struct row *row, const struct change *change)
{
	open_json(c, event_names[change->kind]);
	add_json_row(c, "listener", row, change->after ? change->after : change->before);
	if (change->before && change->after)
		add_json_row(c, "before", row, change->before);
	close_json(c);
}

/* The tracker remembers a row for a while that was told to be closed. Who counts events needs each end
 * once. */
static struct change as_told(const struct changes *c, const struct change *change)
{
	const struct snapshot *last = tracker_snapshot(c->tracker);

	if (change->kind == CHANGE_REBOUND && !snapshot_find(last, &change->after->key))
		return (struct change){ CHANGE_OPENED, NULL, change->after };
	return *change;
}

static void note_change(void *context, const struct row *row, const struct change *change)
{
	const struct change told = as_told(context, change);
	struct changes *c = context;

	if (!is_shown(c, row, change->after) && !is_shown(c, row, change->before))
		return;
	if (c->style.as_json)
		add_change(c, row, &told);
	else
		add_sentence(c, tracker_event(c->tracker, 0)->text);     /* it has just been added */
}

static void add_json_marks(struct buf *out, const char *key, uint32_t marks)
{
	const struct health_rule *rule;

	jsonout_key(out, key);
	jsonout_open(out, '[');
	while ((rule = health_next(&marks)))
		jsonout_text(out, slice_of(rule->id));
	jsonout_close(out, ']');
}

static void add_marks(struct changes *c, const struct row *row, uint32_t before)
{
	uint32_t after = row_marks(row);

	open_json(c, "mark");
	add_json_row(c, "listener", row, row->listener);
	add_json_marks(c->out, "marks_added", after & ~before);
	add_json_marks(c->out, "marks_removed", before & ~after);
	close_json(c);
}

static void note_marks(void *context, const struct row *row, const struct listener *before, uint32_t marks)
{
	struct changes *c = context;

	if (!is_shown(c, row, row->listener) && !is_shown(c, row, before))
		return;
	if (c->style.as_json)
		add_marks(c, row, marks);
	else
		add_sentence(c, tracker_event(c->tracker, 0)->text);
}

static void add_present(struct changes *c, struct events *events, const struct row *row)
{
	const struct change change = { CHANGE_OPENED, NULL, row->listener };
	struct buf sentence = { 0 };

	if (c->style.as_json) {
		open_json(c, event_names[CHANGE_NONE]);
		add_json_row(c, "listener", row, row->listener);
		close_json(c);
		return;
	}
	events_add(events, c->now->facts->wall_ms, &change);
	buf_add_string(&sentence, event_names[CHANGE_NONE]);
	buf_add_string(&sentence, events_get(events, 0)->text + strlen(change_name(CHANGE_OPENED)));
	add_sentence(c, buf_string(&sentence));
	buf_done(&sentence);
}

struct changes *changes_new(const struct changes_style *style)
{
	struct changes *c = fatal_calloc(1, sizeof *c);

	c->style = *style;
	c->tracker = tracker_new();
	tracker_on_change(c->tracker, note_change, c);
	tracker_on_marks(c->tracker, note_marks, c);
	return c;
}

void changes_free(struct changes *c)
{
	if (!c)
		return;
	tracker_free(c->tracker);
	free(c);
}

void changes_tell(struct changes *c, const struct snapshot *s, struct buf *out)
{
	c->now = s;
	c->out = out;
	tracker_update(c->tracker, s);
	c->now = NULL;
}

void changes_tell_present(struct changes *c, struct buf *out)
{
	size_t count;
	const struct row *rows = tracker_rows(c->tracker, &count);
	struct events *events = events_new();

	c->now = tracker_snapshot(c->tracker);
	c->out = out;
	for (size_t i = 0; i < count; i++)
		if (!rows[i].is_gone && is_shown(c, &rows[i], rows[i].listener))
			add_present(c, events, &rows[i]);
	events_free(events);
	c->now = NULL;
}

void changes_tell_began(struct changes *c, struct buf *out)
{
	c->now = tracker_snapshot(c->tracker);
	c->out = out;
	open_json(c, "began");
	close_json(c);
	c->now = NULL;
}
