/* What another machine sends: bytes in pieces, the frames among them beside this machine's in one table, twice; and an
 * answer to a kill. The first byte says how large the pieces are. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "base/text.h"
#include "collector/source.h"
#include "model/column.h"
#include "model/joint.h"
#include "model/tracker.h"
#include "platform/stream/demand.h"
#include "platform/stream/lines.h"
#include "tests/fake/build.h"

enum { FRAMES_MAX = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

struct script {
	struct stream stream;            /* first */
	struct lines lines;
	struct slice rest;
	size_t piece;
};

static enum stream_event script_step(struct stream *stream, struct facts **out)
{
	struct script *s = (struct script *)stream;

	while (s->rest.len) {
		struct slice piece = { s->rest.ptr, s->rest.len < s->piece ? s->rest.len : s->piece }, before = piece;
		int result = lines_take(&s->lines, &piece, out);

		s->rest = slice_from(s->rest, before.len - piece.len);
		if (result > 0)
			return STREAM_FRAME;
		if (result < 0) {
			s->rest.len = 0;
			return STREAM_ENDED;
		}
	}
	return STREAM_NOTHING;
}

static int script_start(struct stream *s)
{
	(void)s;
	return 0;
}

static bool script_is_running(const struct stream *s)
{
	(void)s;
	return true;
}

static const char *script_why(struct stream *s)
{
	(void)s;
	return "";
}

static int script_interval_ms(const struct stream *s)
{
	return ((const struct script *)s)->lines.interval_ms;
}

static void script_free(struct stream *s)
{
	lines_done(&((struct script *)s)->lines);
}

static const struct stream_ops ops = {
	.start = script_start, .step = script_step, .is_running = script_is_running, .why = script_why,
	.interval_ms = script_interval_ms, .free = script_free,
};

static void show(struct tracker *t)
{
	struct buf cell = { 0 };
	size_t count;
	const struct row *rows = tracker_rows(t, &count);
	const struct column *all[COLUMN_MAX];
	unsigned columns = column_all(all);

	for (size_t i = 0; i < count; i++)
		for (unsigned c = 0; c < columns; c++) {
			buf_clear(&cell);
			column_format(&cell, all[c], &rows[i]);
			assert(text_is_safe(buf_slice(&cell)));
		}
	buf_done(&cell);
}

static void track(struct tracker *t, const struct snapshot *local, const struct source *source)
{
	const struct host hosts[] = {
		{ "here", NULL, local }, { "there", *source->trouble ? source->trouble : NULL, source->newest },
	};
	const struct snapshot *s = joint_build(hosts, 2);

	tracker_update(t, s);
	snapshot_unref(s);
	show(t);
}

static void read_stream(struct slice bytes, size_t piece)
{
	const struct snapshot *local = build_snapshot(1795000000000, "tcp 127.0.0.1:3000 by 7 node alice\n");
	struct script script = { .stream.ops = &ops, .rest = bytes, .piece = piece };
	struct tracker *t = tracker_new();
	struct source source;
	int64_t now_ms = 1000;

	source_init(&source, &script.stream, NULL, 1);
	source_start(&source, now_ms);
	for (unsigned i = 0; i < FRAMES_MAX && script.rest.len; i++) {
		source_step(&source, now_ms += SOURCE_APART_MS, 1795000000000);
		track(t, local, &source);
	}
	source_step(&source, now_ms + 3600 * 1000, 1795000000000);
	track(t, local, &source);
	tracker_free(t);
	source_done(&source);
	snapshot_unref(local);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct slice rest = { (const char *)bytes + (len > 0), len > 0 ? len - 1 : 0 };
	struct stream_result result;

	if (!len)
		return 0;
	read_stream(rest, (size_t)bytes[0] + 1);
	if (demand_read(rest, &result)) {
		assert(*result.outcome && text_is_safe(slice_of(result.outcome)));
		assert(text_is_safe(slice_of(result.text)) && result.new_pid >= 0);
	}
	return 0;
}
