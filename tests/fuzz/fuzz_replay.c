/* One line of a recording: whatever decodes is written and read again without a difference, and becomes
 * a snapshot of which everything can be told. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include "model/column.h"
#include "model/tracker.h"
#include "model/why.h"
#include "platform/replay/recording.h"
#include "tests/fake/same.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_again(const struct facts *facts)
{
	struct facts *again = facts_new();
	struct buf line = { 0 };

	recording_add_frame(&line, facts);
	line.len--;
	assert(!recording_decode(buf_slice(&line), again));
	assert(!same_facts(facts, again));
	buf_done(&line);
	facts_free(again);
}

static void tell_row(const struct row *row, const struct snapshot *s)
{
	const struct column *columns[COLUMN_MAX];
	unsigned count = column_all(columns);
	uint32_t marks = row_marks(row);
	const struct health_rule *rule;
	struct buf text = { 0 };

	for (unsigned i = 0; i < count; i++)
		column_format(&text, columns[i], row);
	while ((rule = health_next(&marks)))
		row_explain_mark(row, s, rule, &text);
	why_free(why_new(s, NULL, &row->listener->key.endpoint));
	buf_done(&text);
}

static void tell_all(const struct snapshot *s)
{
	struct tracker *t = tracker_new();
	const struct row *rows;
	size_t count;

	tracker_update(t, s);
	rows = tracker_rows(t, &count);
	for (size_t i = 0; i < count; i++)
		tell_row(&rows[i], s);
	tracker_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct slice line = { len ? (const char *)bytes : NULL, len };
	struct facts *facts = facts_new();
	const struct snapshot *s;

	recording_check_header(line);
	if (recording_decode(line, facts)) {
		facts_free(facts);
		return 0;
	}
	check_again(facts);
	s = snapshot_build(facts);
	tell_all(s);
	snapshot_unref(s);
	return 0;
}
