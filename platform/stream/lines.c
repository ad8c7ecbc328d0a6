/* Owns where a frame begins and ends in a stream, and how much of one may wait. Refuses to know where the bytes
 * come from (child.c) and how a frame is written (platform/replay/recording.h). */
#include "platform/stream/lines.h"

#include <errno.h>
#include <string.h>
#include "platform/replay/recording.h"

enum { GREETING_LINES_MAX = 200, GREETING_LINE_MAX = 4096 };

/* Messages of the day, banners: shells print them in front of what was asked for. */
static int take_header(struct lines *l, struct slice line)
{
	int error = recording_check_header(line);

	if (!error)
		l->interval_ms = recording_interval_ms(line, LINES_INTERVAL_DEFAULT_MS);
	return error == -EINVAL && l->number < GREETING_LINES_MAX ? 0 : error;
}

static int take_frame(struct slice line, struct facts **out)
{
	struct facts *facts = facts_new();
	int error = recording_decode(line, facts);

	if (error) {
		facts_free(facts);
		return error;
	}
	*out = facts;
	return 1;
}

static int take_line(struct lines *l, struct facts **out)
{
	int result = l->interval_ms ? take_frame(buf_slice(&l->line), out) : take_header(l, buf_slice(&l->line));

	buf_clear(&l->line);
	if (result >= 0)
		l->number++;
	return result;
}

static size_t longest(const struct lines *l)
{
	return l->interval_ms ? RECORDING_LINE_MAX : GREETING_LINE_MAX;
}

int lines_take(struct lines *l, struct slice *bytes, struct facts **out)
{
	int result = 0;

	while (bytes->len && !result) {
		const char *end = memchr(bytes->ptr, '\n', bytes->len);
		size_t len = end ? (size_t)(end - bytes->ptr) : bytes->len;

		if (l->line.len + len > longest(l))
			return -EINVAL;
		buf_add(&l->line, bytes->ptr, len);
		*bytes = slice_from(*bytes, len + (end != NULL));
		if (end)
			result = take_line(l, out);
	}
	return result;
}

void lines_reset(struct lines *l)
{
	buf_clear(&l->line);
	l->number = 0;
	l->interval_ms = 0;
}

void lines_done(struct lines *l)
{
	buf_done(&l->line);
}
