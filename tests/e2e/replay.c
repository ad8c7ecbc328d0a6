/* Owns how a recording is started and stepped through (an interval that never ends, and the rescan key), and how a
 * test writes one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "replay.h"

struct term *replay_file(int rows, int cols, const char *path, const char *const env[])
{
	char arguments[512];

	snprintf(arguments, sizeof arguments, "--replay %s -i 60", path);
	struct term *t = term_lotop(rows, cols, arguments, env);
	if (rows > 1)
		term_await(t, "12:03:17");
	term_settle(t);          /* the clock stands above the rows: it arrives before them */
	return t;
}

struct term *replay_start(int rows, int cols, const char *name, const char *const env[])
{
	char path[400];

	snprintf(path, sizeof path, LOTOP_FIXTURES "/%s.ndjson", name);
	return replay_file(rows, cols, path, env);
}

bool replay_step(struct term *t, const char *clock)
{
	term_type(t, "R");
	bool is_there = term_await(t, clock);
	term_settle(t);
	return is_there;
}

void replay_write(const char *path, unsigned frames, void (*add_frame)(struct buf *out, unsigned frame))
{
	struct buf text = { 0 };
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	buf_add_string(&text, "{\"lotop_recording\":1,\"version\":\"0.1.0\"}\n");
	for (unsigned frame = 0; frame < frames; frame++)
		add_frame(&text, frame);
	assert_int_equal(fwrite(buf_string(&text), 1, text.len, file), text.len);
	assert_int_equal(fclose(file), 0);
	buf_done(&text);
}

void replay_begin_frame(struct buf *out, int64_t wall_ms)
{
	buf_printf(out, "{\"wall_ms\":%jd,\"host\":\"devbox\",\"owners_complete\":true,\"has_connections\":true,"
		   "\"sockets\":[", (intmax_t)wall_ms);
}

void replay_add_server(struct buf *out, const char *comma, unsigned port, unsigned inode, unsigned cookie)
{
	buf_printf(out, "%s{\"local\":[\"tcp\",\"127.0.0.1\",%u],\"state\":\"LISTEN\",\"inode\":%u,\"cookie\":%u,"
		   "\"uid\":1000,\"queue_limit\":128}", comma, port, inode, cookie);
}
