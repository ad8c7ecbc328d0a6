/* lotop list and lotop help, run as main.c runs them, on the scripted platform: exit status, standard
 * output and standard error. */
#include <errno.h>
#include "tests/unit/command.h"

static const char desk[] =
	"tcp 127.0.0.1:3000 by 4211 node alice\n"
	"tcp 127.0.0.1:5432 by 911 postgres postgres\n"
	"tcp 192.168.1.7:9000 by 6120 java alice\n"
	"time-wait tcp 127.0.0.1:8000 peer 127.0.0.1:43210 expires 41000\n"
	"gap owners 6\n";

static struct command said;

static void rows_are_printed_and_gaps_told(void **state)
{
	(void)state;
	assert_int_equal(command_run(&said, "list", NULL), STATUS_FOUND);
	assert_int_equal(command_lines(&said.output), 4);
	assert_true(command_says(&said.output, "PORT "));
	assert_true(command_says(&said.output, "3000"));
	assert_true(command_says(&said.output, "TIME-WAIT"));
	assert_false(command_says(&said.output, "192.168.1.7"));
	assert_int_equal(command_lines(&said.errors), 1);
	assert_true(command_says(&said.errors, "lotop: 6 owners hidden: "));
	assert_int_equal(fake_count(said.fake, FAKE_FREE), 1);
}

static void options_choose_the_rows(void **state)
{
	(void)state;
	assert_int_equal(command_run(&said, "list", "--all", NULL), STATUS_FOUND);
	assert_int_equal(command_lines(&said.output), 5);
	assert_true(fake_last_request(said.fake).leftovers && fake_last_request(said.fake).bound_only);
	assert_int_equal(command_run(&said, "list", "--no-leftovers", NULL), STATUS_FOUND);
	assert_int_equal(command_lines(&said.output), 3);
	assert_false(fake_last_request(said.fake).leftovers);
}

static void words_are_one_filter(void **state)
{
	(void)state;
	assert_int_equal(command_run(&said, "list", "state:listen", "alice", NULL), STATUS_FOUND);
	assert_int_equal(command_lines(&said.output), 2);
	assert_int_equal(command_run(&said, "list", "3000", "or", "5432", NULL), STATUS_FOUND);
	assert_int_equal(command_lines(&said.output), 3);
}

static void nothing_found_is_status_1_and_no_output(void **state)
{
	(void)state;
	assert_int_equal(command_run(&said, "list", "6666", NULL), STATUS_NOTHING);
	assert_int_equal(said.output.len, 0);
	assert_int_equal(command_run(&said, "list", "--json", "6666", NULL), STATUS_NOTHING);
	assert_true(command_says(&said.output, "\"listeners\":[]"));
}

static void json_tells_the_gaps_itself(void **state)
{
	(void)state;
	assert_int_equal(command_run(&said, "list", "--json", "node", NULL), STATUS_FOUND);
	assert_true(command_says(&said.output, "{\"schema\":1,"));
	assert_true(command_says(&said.output, "\"what\":\"owners\""));
	assert_int_equal(said.errors.len, 0);
}

static void a_bad_filter_has_a_caret_and_no_scan(void **state)
{
	(void)state;
	assert_int_equal(command_run(&said, "list", "node", "prt:3000", NULL), STATUS_USAGE);
	assert_int_equal(said.opened, 0);
	assert_int_equal(said.output.len, 0);
	assert_true(command_says(&said.errors, "lotop: filter: "));
	assert_true(command_says(&said.errors, "\n  node prt:3000\n       ^\n"));
	assert_int_equal(command_run(&said, "list", "\033[2J\xff", "prt:3000", NULL), STATUS_USAGE);
	assert_true(command_says(&said.errors, "\n  \\x1b[2J\\xff prt:3000\n"));
	assert_false(command_says(&said.errors, "\033"));
}

static void a_refusal_is_status_3_with_what_to_try(void **state)
{
	(void)state;
	fake_fail_scans(said.fake, -EPERM, 1);
	assert_int_equal(command_run(&said, "list", NULL), STATUS_BLIND);
	assert_int_equal(said.output.len, 0);
	assert_true(command_says(&said.errors, "lotop: cannot see any socket: Operation not permitted ("));
	said.open_error = -ENOENT;
	assert_int_equal(command_run(&said, "list", NULL), STATUS_BLIND);
	assert_int_equal(said.errors.len, 0);     /* who opens has said it */
}

static void help_names_every_option(void **state)
{
	size_t count;
	const struct option_entry *table = options_table(&count);
	(void)state;

	assert_int_equal(command_run(&said, "help", NULL), STATUS_FOUND);
	for (size_t i = 0; i < count; i++) {
		char option[64];

		snprintf(option, sizeof option, " --%s%s%s ", table[i].name, table[i].argument ? " " : "",
			 table[i].argument ? table[i].argument : "");
		if (!command_says(&said.output, option))
			fail_msg("no%s", option);
	}
	assert_true(command_says(&said.output, "lotop list [FILTER...]"));
	assert_true(command_says(&said.output, "\nOptions (those of one command: lotop help COMMAND):\n"));
	assert_true(command_says(&said.output, "  3  could not look"));
	assert_int_equal(said.opened, 0);
}

static void help_of_a_command_leaves_out_the_rest(void **state)
{
	(void)state;
	assert_int_equal(command_run(&said, "help", "list", NULL), STATUS_FOUND);
	assert_true(command_says(&said.output, "--json"));
	assert_true(command_says(&said.output, "Fields: port"));
	assert_true(command_says(&said.output, "Columns, for --format and --sort:\n  host port address"));
	assert_false(command_says(&said.output, "--interval"));
	assert_int_equal(command_run(&said, "list", "--help", NULL), STATUS_FOUND);
	assert_int_equal(command_run(&said, "help", "lst", NULL), STATUS_USAGE);
	assert_true(command_says(&said.errors, "lotop: lst: no such command"));
}

static int set_up(void **state)
{
	(void)state;
	command_begin(&said, desk);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	command_end(&said);
	return 0;
}

#define LIST_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* Nobody has to guess which of several words was wrong, and nothing of an answer is printed. */
static void a_mistake_is_named_with_its_option(void **state)
{
	static const struct { const char *words[3], *says; } cases[] = {
		{ { "list", "--sort", "-prt" }, "lotop: --sort prt: no such column (did you mean port?)\n" },
		{ { "list", "-o", "port,pidd" }, "lotop: --format pidd: no such column (did you mean pid?)\n" },
		{ { "list", "--format=" }, "lotop: --format '': no such column (the names: lotop help list)\n" },
		{ { "list", "-o", "json" }, "lotop: --format json: no such column (as json: lotop list --json)\n" },
		{ { "next", "--range", "low" }, "lotop: --range low: no such range (registered, dynamic or any)\n" },
		{ { "help", "lsit" }, "lotop: lsit: no such command (did you mean lotop help list?)\n" },
		{ { "help", "list", "kill" }, "lotop: help: one command at a time (lotop help list)\n" },
		{ { "kill", "" }, "lotop: '': an empty target would be everything (a port, address:port or a filter)\n" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *const *w = cases[i].words;

		assert_int_equal(command_run(&said, w[0], w[1], w[2], NULL), STATUS_USAGE);
		assert_string_equal(buf_string(&said.errors), cases[i].says);
		assert_int_equal(said.output.len, 0);
		assert_int_equal(said.opened, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIST_TEST(rows_are_printed_and_gaps_told),
		LIST_TEST(options_choose_the_rows),
		LIST_TEST(words_are_one_filter),
		LIST_TEST(nothing_found_is_status_1_and_no_output),
		LIST_TEST(json_tells_the_gaps_itself),
		LIST_TEST(a_bad_filter_has_a_caret_and_no_scan),
		LIST_TEST(a_refusal_is_status_3_with_what_to_try),
		LIST_TEST(help_names_every_option),
		LIST_TEST(help_of_a_command_leaves_out_the_rest),
		LIST_TEST(a_mistake_is_named_with_its_option),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
