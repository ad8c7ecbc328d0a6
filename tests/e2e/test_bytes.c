/* What a refresh costs on the wire: how many bytes reach the terminal when nothing changed, and when one row did.
 * 50 servers that are days old, in a recording that this test writes: one frame each second, and in the last
 * ones a server more. And 50 real ones that are seconds old, in a network namespace of this test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include "../live/netns.h"
#include "../live/sockets.h"
#include "base/buf.h"
#include "base/clock.h"
#include "replay.h"

enum { ROWS = 50, FRAMES = 16, QUIET_FRAMES = 8, REFRESHES = 4, IDLE_MAX = 100, CHANGED_MAX = 1024,
       REAL_SECONDS = 24, ONE_MAX = 200 };

#define START_MS INT64_C(1795262597000)
#define DAY_MS INT64_C(86400000)

static void add_frame(struct buf *out, unsigned frame)
{
	unsigned rows = ROWS + (frame >= QUIET_FRAMES);

	replay_begin_frame(out, START_MS + frame * 1000);
	for (unsigned i = 0; i < rows; i++)
		replay_add_server(out, i ? "," : "", 20000 + i, 100 + i, 200 + i);
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

static void test_bytes(void **state)
{
	char path[] = "/tmp/lotop-bytes-XXXXXX", arguments[80];
	int fd = mkstemp(path);
	struct term *t;
	size_t bytes;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	replay_write(path, FRAMES, add_frame);
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

static size_t bytes_in(struct term *t, int64_t ms)
{
	int64_t end_ms = clock_monotonic_ms() + ms;

	term_forget(t);
	while (clock_monotonic_ms() < end_ms)
		term_pump(t, 50);
	return term_raw(t).len;
}

/* Their ages are those of this process: the test begins when it is ten seconds old, and ends when some are a minute
 * old. The mean counts, and that no single second writes all of them anew. */
static void test_real(void **state)
{
	size_t total = 0, most = 0;
	struct term *t;

	(void)state;
	if (netns_enter())
		skip();
	for (uint16_t i = 0; i < ROWS; i++)
		socket_listening("127.0.0.1", (uint16_t)(20000 + i), 0, 8);
	t = term_lotop(60, 140, "-i 1", NULL);
	assert_true(term_await(t, "20049"));
	bytes_in(t, 12000);
	for (unsigned i = 0; i < REAL_SECONDS; i++) {
		size_t bytes = bytes_in(t, 1000);

		total += bytes;
		most = bytes > most ? bytes : most;
	}
	print_message("real, idle: %zu bytes a second, at most %zu\n", total / REAL_SECONDS, most);
	assert_true(total > 0 && total / REAL_SECONDS < IDLE_MAX);
	assert_true(most < ONE_MAX);
	term_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_real),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
