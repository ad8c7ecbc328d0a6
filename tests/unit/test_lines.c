/* platform/stream/lines: the same frames whatever the pieces are in which they come; garbage and floods end it */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "platform/replay/recording.h"
#include "platform/stream/lines.h"
#include "tests/fake/build.h"

static void add_frame(struct buf *out, int64_t wall_ms, const char *scene)
{
	struct facts *facts = build_facts(wall_ms, scene);

	recording_add_frame(out, facts);
	facts_free(facts);
}

static void add_stream(struct buf *out)
{
	buf_add_string(out, "Welcome to devbox\n\n");
	recording_add_stream_header(out, 250);
	add_frame(out, 1000, "tcp 127.0.0.1:3000\n");
	add_frame(out, 2000, "tcp 127.0.0.1:3000\ntcp 127.0.0.1:4000\n");
	add_frame(out, 3000, "");
}

/* Feeds pieces of `size` bytes; notes the sockets of each frame. */
static int feed(struct lines *l, struct slice bytes, size_t size, size_t *counts, size_t *frames)
{
	int result = 0;

	while (bytes.len && result >= 0) {
		struct slice piece = { bytes.ptr, bytes.len < size ? bytes.len : size };

		bytes = slice_from(bytes, piece.len);
		while (piece.len && result >= 0) {
			struct facts *facts;

			result = lines_take(l, &piece, &facts);
			if (result != 1)
				break;
			counts[(*frames)++] = facts->socket_count;
			facts_free(facts);
		}
	}
	return result;
}

static void pieces_do_not_matter(void **state)
{
	static const size_t sizes[] = { 1, 2, 7, 64, 1000, 1 << 20 };
	struct buf text = { 0 };
	(void)state;

	add_stream(&text);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct lines l = { 0 };
		size_t counts[8] = { 9, 9, 9 }, frames = 0;

		assert_true(feed(&l, buf_slice(&text), sizes[i], counts, &frames) >= 0);
		assert_int_equal(frames, 3);
		assert_int_equal(counts[0], 1);
		assert_int_equal(counts[1], 2);
		assert_int_equal(counts[2], 0);
		assert_int_equal(l.interval_ms, 250);
		lines_done(&l);
	}
	buf_done(&text);
}

static void garbage_ends_it(void **state)
{
	static const char *const garbage[] = {
		"\n", "{}x\n", "[]\n", "{\"sockets\":7}\n", "\xff\xfe\n", "{\"wall_ms\":1e400}\n",
	};
	(void)state;

	for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
		struct lines l = { 0 };
		struct buf text = { 0 };
		size_t counts[8], frames = 0;

		add_stream(&text);
		buf_add_string(&text, garbage[i]);
		add_frame(&text, 4000, "");
		assert_int_equal(feed(&l, buf_slice(&text), 100, counts, &frames), -EINVAL);
		assert_int_equal(frames, 3);
		lines_done(&l);
		buf_done(&text);
	}
}

static void a_later_format_is_told_apart(void **state)
{
	struct slice bytes = slice_of("{\"lotop_recording\":2}\n");
	struct lines l = { 0 };
	struct facts *facts;
	(void)state;

	assert_int_equal(lines_take(&l, &bytes, &facts), -EPROTONOSUPPORT);
	lines_done(&l);
}

static void a_greeting_has_an_end(void **state)
{
	struct lines l = { 0 };
	struct facts *facts;
	int result = 0;
	unsigned lines;
	(void)state;

	for (lines = 0; lines < 100000 && !result; lines++) {
		struct slice bytes = slice_of("yes\n");

		result = lines_take(&l, &bytes, &facts);
	}
	assert_int_equal(result, -EINVAL);
	assert_true(lines < 1000);
	lines_reset(&l);
	for (result = 0, lines = 0; lines < 100000 && !result; lines++) {
		struct slice bytes = slice_of("no end of line ");

		result = lines_take(&l, &bytes, &facts);
	}
	assert_int_equal(result, -EINVAL);
	assert_true(l.line.cap < 1 << 20);
	lines_done(&l);
}

static void a_frame_has_a_largest_size(void **state)
{
	static char bytes[1 << 20];
	struct lines l = { 0 };
	struct buf header = { 0 };
	struct slice rest;
	struct facts *facts;
	int result = 0;
	unsigned pieces;
	(void)state;

	memset(bytes, ' ', sizeof bytes);
	recording_add_stream_header(&header, 1000);
	rest = buf_slice(&header);
	assert_int_equal(lines_take(&l, &rest, &facts), 0);
	for (pieces = 0; pieces < 1000 && !result; pieces++) {
		rest = (struct slice){ bytes, sizeof bytes };
		result = lines_take(&l, &rest, &facts);
	}
	assert_int_equal(result, -EINVAL);
	assert_true(l.line.len <= RECORDING_LINE_MAX);
	assert_int_equal(pieces, RECORDING_LINE_MAX / sizeof bytes + 1);
	lines_done(&l);
	buf_done(&header);
}

static void intervals_are_believed_within_reason(void **state)
{
	static const struct { const char *header; int ms; } cases[] = {
		{ "{\"lotop_recording\":1,\"interval_ms\":250}", 250 },
		{ "{\"lotop_recording\":1}", 1000 },
		{ "{\"lotop_recording\":1,\"interval_ms\":0}", 1000 },
		{ "{\"lotop_recording\":1,\"interval_ms\":-5}", 1000 },
		{ "{\"lotop_recording\":1,\"interval_ms\":99999999999}", 1000 },
		{ "{\"lotop_recording\":1,\"interval_ms\":\"250\"}", 1000 },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(recording_interval_ms(slice_of(cases[i].header), 1000), cases[i].ms);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_do_not_matter),
		cmocka_unit_test(garbage_ends_it),
		cmocka_unit_test(a_later_format_is_told_apart),
		cmocka_unit_test(a_greeting_has_an_end),
		cmocka_unit_test(a_frame_has_a_largest_size),
		cmocka_unit_test(intervals_are_believed_within_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
