/* lotop log on lines that somebody wrote: which of them answer the question, and that none does harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "cli/journal.h"
#include "tests/unit/command.h"

#define LISTENER(port, cookie) \
	"\"listener\":{\"port\":" port ",\"address\":\"::1\",\"protocol\":\"tcp\",\"state\":\"LISTEN\",\"cookie\":" cookie \
	",\"user\":\"alice\",\"holders\":[{\"pid\":7,\"name\":\"node\"},{\"pid\":8,\"name\":\"node\"}]}"

static char base[64];
static struct command said;

/* lotop log with up to three words on these lines, alone in a journal; it needs no platform. */
static int ask(const char *lines, const char *a, const char *b, const char *c)
{
	char directory[96];
	struct journal *j;
	int status;

	snprintf(directory, sizeof directory, "%s/lotop", base);
	assert_int_equal(journal_open(directory, &j), 0);
	assert_int_equal(journal_append(j, slice_of(lines)), 0);
	status = command_run(&said, "log", a, b, c, NULL);
	assert_int_equal(said.opened, 0);
	journal_close(j);
	snprintf(directory, sizeof directory, "%s/lotop/events.ndjson", base);
	unlink(directory);
	return status;
}

static void an_event(struct buf *out, const char *name, int64_t ago_ms, const char *rest)
{
	buf_printf(out, "{\"schema\":1,\"event\":\"%s\",\"time\":\"", name);
	clock_add_rfc3339(out, clock_wall_ms() - ago_ms);
	buf_printf(out, "\"%s%s}\n", *rest ? "," : "", rest);
}

static void a_line_is_a_sentence(void **state)
{
	struct buf lines = { 0 };
	(void)state;

	an_event(&lines, "opened", 1000, LISTENER("3000", "1"));
	an_event(&lines, "mark", 900, LISTENER("3000", "1") ",\"marks_added\":[\"full\"],\"marks_removed\":[]");
	assert_int_equal(ask(buf_string(&lines), NULL, NULL, NULL), STATUS_FOUND);
	assert_true(command_says(&said.output, " opened [::1]:3000 tcp node 7 +1 (alice)\n"));
	assert_true(command_says(&said.output, " mark [::1]:3000 tcp node 7 +1 (alice) +full\n"));
	assert_int_equal(ask(buf_string(&lines), "3001", NULL, NULL), STATUS_NOTHING);
	assert_int_equal(said.output.len, 0);
	buf_done(&lines);
}

/* lotop record --all-netns: the same port here and there are two. */
static void each_namespace_has_the_port(void **state)
{
	static const char there[] = "\"listener\":{\"port\":3000,\"address\":\"::1\",\"protocol\":\"tcp\",\"state\":\"LISTEN\","
				    "\"cookie\":2,\"netns\":{\"label\":\"web\",\"inode\":7},\"holders\":[]}";
	struct buf lines = { 0 };
	(void)state;

	an_event(&lines, "opened", 9000, LISTENER("3000", "1"));
	an_event(&lines, "opened", 8000, there);
	an_event(&lines, "closed", 7000, there);
	assert_int_equal(ask(buf_string(&lines), "3000", NULL, NULL), STATUS_FOUND);
	assert_true(command_says(&said.output, " opened [::1]:3000 tcp in web ?\n"));
	assert_int_equal(ask(buf_string(&lines), "3000", "--since", "5s"), STATUS_FOUND);
	assert_int_equal(command_lines(&said.output), 1);
	assert_true(command_says(&said.output, " opened [::1]:3000 tcp node 7 +1 (alice)\n"));
	buf_done(&lines);
}

static void who_is_present_again_is_told_once(void **state)
{
	struct buf lines = { 0 };
	(void)state;

	an_event(&lines, "opened", 5000, LISTENER("3000", "1"));
	an_event(&lines, "present", 4000, LISTENER("3000", "1"));
	assert_int_equal(ask(buf_string(&lines), "3000", NULL, NULL), STATUS_FOUND);
	assert_int_equal(command_lines(&said.output), 1);
	an_event(&lines, "present", 3000, LISTENER("3000", "2"));
	assert_int_equal(ask(buf_string(&lines), "3000", NULL, NULL), STATUS_FOUND);
	assert_int_equal(command_lines(&said.output), 2);
	buf_done(&lines);
}

static void a_window_begins_with_who_was_there(void **state)
{
	struct buf lines = { 0 };
	(void)state;

	an_event(&lines, "opened", 90000, LISTENER("3000", "1"));
	an_event(&lines, "opened", 80000, LISTENER("3001", "2"));
	an_event(&lines, "closed", 70000, LISTENER("3001", "2"));
	assert_int_equal(ask(buf_string(&lines), "--since", "1m", NULL), STATUS_FOUND);
	assert_int_equal(command_lines(&said.output), 1);
	assert_true(command_says(&said.output, ":3000 "));
	an_event(&lines, "closed", 30000, LISTENER("3000", "1"));
	assert_int_equal(ask(buf_string(&lines), "--since", "1m", "3000"), STATUS_FOUND);
	assert_int_equal(command_lines(&said.output), 2);
	assert_int_equal(ask(buf_string(&lines), "--since", "10s", "3000"), STATUS_NOTHING);
	buf_done(&lines);
}

static void nobody_is_kept_over_a_time_without_recorder(void **state)
{
	struct buf lines = { 0 };
	(void)state;

	an_event(&lines, "opened", 90000, LISTENER("3000", "1"));
	an_event(&lines, "began", 70000, "");
	assert_int_equal(ask(buf_string(&lines), "--since", "1m", "3000"), STATUS_NOTHING);
	buf_done(&lines);
}

static void check_printable(const struct buf *text)
{
	for (size_t i = 0; i < text->len; i++)
		assert_true(text->data[i] == '\n' || (text->data[i] >= ' ' && text->data[i] <= '~'));
}

static void hostile_lines_do_no_harm(void **state)
{
	static const char lines[] =
		"not json\n[]\n3\n\"x\"\n{}\n{\"event\":1,\"time\":2}\n{\"event\":\"opened\",\"time\":\"x\",\"listener\":[]}\n"
		"{\"event\":\"closed\",\"time\":\"9\",\"listener\":{\"address\":{},\"port\":\"x\",\"holders\":[1,{\"pid\":[]}]}}\n"
		"{\"event\":\"\\u001b[2J\",\"time\":\"2026-11-21T12:03:22.123Z\",\"listener\":{\"address\":\"\\u202e\\n\","
		"\"port\":3000,\"holders\":[{\"name\":\"a\\u009b\\nb\"}],\"user\":\"\\u0007\"}}\n{\"event\":\"torn";
	(void)state;

	assert_int_equal(ask(lines, NULL, NULL, NULL), STATUS_FOUND);
	assert_int_equal(command_lines(&said.output), 2);
	check_printable(&said.output);
	assert_int_equal(ask(lines, "--json", NULL, NULL), STATUS_FOUND);
	assert_int_equal(command_lines(&said.output), 2);
	check_printable(&said.output);
}

static int set_up(void **state)
{
	(void)state;
	command_begin(&said, "");
	snprintf(base, sizeof base, "/tmp/lotop-log-XXXXXX");
	return !mkdtemp(base) || setenv("XDG_STATE_HOME", base, 1);
}

static int tear_down(void **state)
{
	char path[96];
	(void)state;

	command_end(&said);
	snprintf(path, sizeof path, "%s/lotop/lock", base);
	unlink(path);
	snprintf(path, sizeof path, "%s/lotop", base);
	rmdir(path);
	return rmdir(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_a_sentence), cmocka_unit_test(each_namespace_has_the_port),
		cmocka_unit_test(who_is_present_again_is_told_once),
		cmocka_unit_test(a_window_begins_with_who_was_there),
		cmocka_unit_test(nobody_is_kept_over_a_time_without_recorder),
		cmocka_unit_test(hostile_lines_do_no_harm),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
