/* What a refresh costs on the wire: how many bytes reach the terminal when nothing changed, and when one row did.
 * 50 servers that are days old, in a recording that this test writes: one frame each second, and in the last
 * ones a server more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/buf.h"
#include "term.h"

enum { ROWS = 50, FRAMES = 16, QUIET_FRAMES = 8, REFRESHES = 4, IDLE_MAX = 100, CHANGED_MAX = 1024 };

#define START_MS INT64_C(1795262597000)
#define DAY_MS INT64_C(86400000)

static void add_socket(struct buf *out, unsigned i)
{
	buf_printf(out, "%s{\"local\":[\"tcp\",\"127.0.0.1\",%u],\"state\":\"LISTEN\",\"inode\":%u,\"cookie\":%u,"
		   "\"uid\":1000,\"queue_limit\":128}", i ? "," : "", 20000 + i, 100 + i, 200 + i);
}

static void add_frame(struct buf *out, unsigned frame)
{
	unsigned rows = ROWS + (frame >= QUIET_FRAMES);

	buf_printf(out, "{\"wall_ms\":%jd,\"host\":\"devbox\",\"owners_complete\":true,\"has_connections\":true,"
		   "\"sockets\":[", (intmax_t)(START_MS + frame * 1000));
	for (unsigned i = 0; i < rows; i++)
		add_socket(out, i);
	buf_add_string(out, "],\"holders\":[");
	for (unsigned i = 0; i < rows; i++)
		buf_printf(out, "%s[%u,%u,3]", i ? "," : "", 100 + i, 1000 + i);
	buf_add_string(out, "],\"processes\":[");
	for (unsigned i = 0; i < rows; i++)
		buf_printf(out, "%s{\"pid\":%u,\"ppid\":1,\"uid\":1000,\"start_time\":%u,\"started_wall_ms\":%jd,"
			   "\"state\":\"S\",\"comm\":\"node\"}", i ? "," : "", 1000 + i, 50 + i,
			   (intmax_t)(START_MS - 3 * DAY_MS));
	buf_add_string(out, "]}\n");
}

static void write_recording(const char *path)
{
	struct buf text = { 0 };
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	buf_add_string(&text, "{\"lotop_recording\":1,\"version\":\"0.1.0\"}\n");
	for (unsigned frame = 0; frame < FRAMES; frame++)
		add_frame(&text, frame);
	assert_int_equal(fwrite(buf_string(&text), 1, text.len, file), text.len);
	assert_int_equal(fclose(file), 0);
	buf_done(&text);
}

static void test_bytes(void **state)
{
	char path[] = "/tmp/lotop-bytes-XXXXXX", arguments[80];
	int fd = mkstemp(path);
	struct term *t;
	size_t bytes;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	write_recording(path);
	snprintf(arguments, sizeof arguments, "--replay %s -i 1", path);
	t = term_lotop(60, 140, arguments, NULL);
	assert_true(term_await(t, "20049"));
	assert_true(term_await(t, "12:03:19"));
	term_forget(t);
	for (int i = 0; i < REFRESHES * 10; i++)
		term_pump(t, 100);
	bytes = term_raw(t).len / REFRESHES;
	print_message("idle: %zu bytes per refresh\n", bytes);
	assert_true(bytes > 0 && bytes < IDLE_MAX);
	assert_true(term_await(t, "12:03:24"));
	term_settle(t);
	term_forget(t);
	assert_true(term_await(t, "20050"));
	term_settle(t);
	bytes = term_raw(t).len;
	print_message("one new row: %zu bytes\n", bytes);
	assert_true(bytes < CHANGED_MAX);
	term_free(t);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
