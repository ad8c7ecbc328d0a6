/* The dashboard over ten minutes, in a recording that this test writes, a frame each half minute: a server that is
 * restarted, one that comes, goes and comes back while its clients change, one at rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/buf.h"
#include "replay.h"

enum { FRAMES = 20, STEP_MS = 30000, QUIET_PORT = 3000, RESTARTED_PORT = 4000, FLEETING_PORT = 5000 };

static const int64_t start_ms = INT64_C(1795262597000);         /* 12:03:17 */

/* Of the fleeting one, by frame; -1: it is not there. */
static const int clients[FRAMES] = { -1, -1, 0, 0, 1, 2, 4, 8, 8, 3, 3, -1, -1, -1, 0, 1, 1, 0, 0, 0 };

static void add_connection(struct buf *out, unsigned port, unsigned i)
{
	buf_printf(out, ",{\"local\":[\"tcp\",\"127.0.0.1\",%u],\"remote\":[\"tcp\",\"127.0.0.1\",%u],"
		   "\"state\":\"ESTABLISHED\",\"inode\":%u,\"cookie\":%u,\"uid\":1000}", port, 50000 + i, 9000 + i,
		   9000 + i);
}

static void add_frame(struct buf *out, unsigned frame)
{
	const unsigned pids[] = { 1000, frame < 12 ? 1001 : 1101, frame < 12 ? 1002 : 1102 };
	const unsigned ports[] = { QUIET_PORT, RESTARTED_PORT, FLEETING_PORT };
	unsigned count = clients[frame] < 0 ? 2 : 3;

	replay_begin_frame(out, start_ms + frame * STEP_MS);
	for (unsigned i = 0; i < count; i++)
		replay_add_server(out, i ? "," : "", ports[i], pids[i], pids[i]);
	for (int i = 0; i < clients[frame]; i++)
		add_connection(out, FLEETING_PORT, (unsigned)i);
	buf_add_string(out, "],\"holders\":[");
	for (unsigned i = 0; i < count; i++)
		buf_printf(out, "%s[%u,%u,3]", i ? "," : "", pids[i], pids[i]);
	buf_add_string(out, "],\"processes\":[");
	for (unsigned i = 0; i < count; i++)
		buf_printf(out, "%s{\"pid\":%u,\"ppid\":1,\"uid\":1000,\"start_time\":%u,\"started_wall_ms\":%jd,"
			   "\"state\":\"S\",\"comm\":\"server%u\"}", i ? "," : "", pids[i], pids[i],
			   (intmax_t)(start_ms - 7200000), i);
	buf_add_string(out, "]}\n");
}

static const char *clock_at(unsigned frame)
{
	static char text[16];
	unsigned seconds = 12 * 3600 + 3 * 60 + 17 + frame * (STEP_MS / 1000);

	snprintf(text, sizeof text, "%02u:%02u:%02u", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
	return text;
}

static void step_to(struct term *t, unsigned from, unsigned to)
{
	for (unsigned frame = from + 1; frame <= to; frame++)
		assert_true(replay_step(t, clock_at(frame)));
}

static const struct { int rows, cols; } sizes[] = { { 24, 80 }, { 40, 140 } };

enum { SIZES = sizeof sizes / sizeof *sizes };

/* What is looked for stands on one line, in that order. */
static void expect(struct term *t, const char *line)
{
	if (!term_await(t, line))
		fail_msg("no line has: %s\n%s", line, vscreen_text(term_screen(t)));
}

static void test_past(void **state)
{
	for (int i = 0; i < SIZES; i++) {
		struct term *t = replay_file(sizes[i].rows, sizes[i].cols, *state, NULL);

		step_to(t, 0, FRAMES - 1);
		term_type(t, KEY_END);
		if (sizes[i].rows > 30)
			expect(t, " last 10m ▁+▆▆▆-▁+▆▆ · clients ▁▁▃██▄▁▂▂▁ up to 8");
		term_type(t, KEY_ENTER KEY_PAGE_DOWN);
		expect(t, "The last ten minutes");
		expect(t, "port             ▁▁▁▁▁▁+▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆-▁▁▁▁▁▁▁▁+▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆");
		expect(t, "10m ago                                                  now");
		expect(t, "clients          ▁▁▁▁▁▁▁▁▁▁▁▁▂▂▂▃▃▃▅▅▅███████▄▄▄▄▄▄▁▁▁▁▁▁▁▁▁▁▁▂▂▂▂▂▂▂▁▁▁▁▁▁");
		expect(t, "now 0, at most 8");
		term_free(t);
	}
}

/* Without UTF-8 the same in plain characters. */
static void test_ascii(void **state)
{
	static const char *const env[] = { "LANG=C", NULL };
	struct term *t = replay_file(24, 80, *state, env);

	step_to(t, 0, FRAMES - 1);
	term_type(t, KEY_END KEY_ENTER KEY_PAGE_DOWN);
	expect(t, "port             ______+==========================-________+===============");
	expect(t, "clients          ____________...:::+++#######------___________.......______");
	term_free(t);
}

/* As a column, where it is chosen: empty for the port at rest; sorted by, what moved last comes first. */
static void test_column(void **state)
{
	static const char config[] = "columns = port, process, history\nsort = history\n";
	char folder[] = "/tmp/lotop-column-XXXXXX", path[80], entry[80];
	const char *const env[] = { entry, NULL };
	FILE *file;

	assert_non_null(mkdtemp(folder));
	snprintf(entry, sizeof entry, "XDG_CONFIG_HOME=%s", folder);
	snprintf(path, sizeof path, "%s/lotop", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/lotop/lotop.conf", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(config, file);
	assert_int_equal(fclose(file), 0);
	for (int i = 0; i < SIZES; i++) {
		struct term *t = replay_file(sizes[i].rows, sizes[i].cols, *state, env);

		step_to(t, 0, FRAMES - 1);
		expect(t, "LAST 10m");
		assert_int_equal(vscreen_find(term_screen(t), " 5000 server2  ▁+▆▆▆-▁+▆▆"), 2);
		assert_int_equal(vscreen_find(term_screen(t), " 4000 server1  ▆▆▆▆▆▆~▆▆▆"), 3);
		assert_string_equal(vscreen_line(term_screen(t), 4), "  3000 server0");
		term_free(t);
	}
	unlink(path);
	snprintf(path, sizeof path, "%s/lotop", folder);
	rmdir(path);
	rmdir(folder);
}

/* Newest first, filtered by the table's own language; Enter leads to the row. */
static void test_events(void **state)
{
	for (int i = 0; i < SIZES; i++) {
		struct term *t = replay_file(sizes[i].rows, sizes[i].cols, *state, NULL);

		step_to(t, 0, FRAMES - 1);
		term_type(t, KEY_BACK_TAB);
		expect(t, "12:10:17  opened 127.0.0.1:5000 tcp server2 1102 (1000)");
		expect(t, "12:09:17  rebound 127.0.0.1:4000 tcp: server1 1001 -> server1 1101 (1000)");
		expect(t, "12:08:47  closed 127.0.0.1:5000 tcp server2 1002 (1000)");
		expect(t, " 1/4 ");
		term_type(t, "/port:4000" KEY_ENTER);
		expect(t, "filter: port:4000 · 3 hidden");
		assert_true(term_await_gone(t, "127.0.0.1:5000"));
		assert_int_equal(vscreen_find(term_screen(t), "12:09:17  rebound"), 2);
		assert_true(vscreen_look(term_screen(t), 2, 12).is_reverse);
		term_type(t, KEY_ENTER);
		assert_true(term_await(t, "ADDRESS"));
		term_settle(t);
		assert_int_equal(vscreen_find(term_screen(t), " 4000 127.0.0.1"), 2);
		assert_true(vscreen_look(term_screen(t), 2, 12).is_reverse);
		term_free(t);
	}
}

/* What closes under the cursor stays, marked, through the minutes; when the cursor has left it, it goes. */
static void test_gone_under_the_cursor(void **state)
{
	struct term *t = replay_file(24, 80, *state, NULL);

	step_to(t, 0, 9);
	term_type(t, KEY_END);
	step_to(t, 9, 13);
	expect(t, "- 5000 127.0.0.1");
	assert_int_equal(vscreen_find(term_screen(t), "- 5000 127.0.0.1"), 4);
	assert_true(vscreen_look(term_screen(t), 4, 12).is_reverse);
	term_type(t, KEY_UP KEY_UP);
	term_settle(t);
	assert_true(vscreen_find(term_screen(t), " 5000 ") >= 0);
	term_type(t, "R");
	assert_true(term_await_gone(t, "- 5000 127.0.0.1"));
	expect(t, "+ 5000 127.0.0.1");          /* as where nobody held it */
	term_free(t);
}

int main(void)
{
	char path[] = "/tmp/lotop-time-XXXXXX";
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_past, path),
		cmocka_unit_test_prestate(test_ascii, path),
		cmocka_unit_test_prestate(test_column, path),
		cmocka_unit_test_prestate(test_events, path),
		cmocka_unit_test_prestate(test_gone_under_the_cursor, path),
	};
	int failed, fd = mkstemp(path);

	close(fd);
	replay_write(path, FRAMES, add_frame);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
