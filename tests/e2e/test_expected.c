/* The ports of a project in the dashboard: as its .lotop names them, what is not as it says, and what is missing;
 * and a file that is wrong is told, and hinders nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "replay.h"

static const char project[] =
	"[web]\nport = 3000\nprocess = node*\n"
	"[store]\nport = 5432\nprocess = mysql*\n"
	"[assets]\nport = 5173\naddress = 127.0.0.1\n"
	"[api]\nport = 4001\n"
	"[mail\x1b[31m]\nport = 1025\n";

static void write_file(const char *text)
{
	FILE *file = fopen(".lotop", "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static const char *line_with(struct term *t, const char *text)
{
	int row = vscreen_find(term_screen(t), text);

	if (row < 0)
		fail_msg("no line has: %s\n%s", text, vscreen_text(term_screen(t)));
	return vscreen_line(term_screen(t), row);
}

static void expect(struct term *t, const char *row, const char *note)
{
	if (!strstr(line_with(t, row), note))
		fail_msg("\"%s\" should have: %s\n%s", row, note, vscreen_text(term_screen(t)));
}

static void test_project(void **state)
{
	static const struct { int rows, cols; } sizes[] = { { 24, 80 }, { 40, 140 } };

	(void)state;
	write_file(project);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct term *t = replay_start(sizes[i].rows, sizes[i].cols, "desk", NULL);

		expect(t, " 3000 127.0.0.1", " web");
		expect(t, " 5432 127.0.0.1", "store: ");
		expect(t, "not there:", "not there: assets :5173, api :4001, mail\\x1b[31m :1025");
		assert_true(replay_step(t, "12:03:18"));
		assert_true(replay_step(t, "12:03:19"));         /* 5173 opens, but on ::1 */
		expect(t, "5173 ::1", "new, …");
		expect(t, "not there:", "not there: assets :5173, api :4001");
		term_type(t, "/port:5432" KEY_ENTER KEY_ENTER);
		assert_true(term_await(t, "store, by mysql*: no, another process has it"));
		term_free(t);
	}
}

static void test_mistake(void **state)
{
	struct term *t;

	(void)state;
	write_file("[web]\nport = no\n");
	t = replay_start(24, 80, "desk", NULL);
	assert_true(term_await(t, ".lotop:2: port: a number from 1 to 65535"));
	line_with(t, " 3000 127.0.0.1");
	assert_int_equal(vscreen_find(term_screen(t), "not there:"), -1);
	term_free(t);
}

int main(void)
{
	char directory[] = "/tmp/lotop-expected-XXXXXX";
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_project),
		cmocka_unit_test(test_mistake),
	};
	int failed;

	if (!mkdtemp(directory) || chdir(directory))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(".lotop");
	rmdir(directory);
	return failed;
}
