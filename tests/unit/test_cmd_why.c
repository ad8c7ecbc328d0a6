/* lotop why, run as main.c runs it, on the scripted platform: exit status, text and JSON. */
#include <errno.h>
#include <jansson.h>
#include "tests/unit/command.h"

static const char desk[] =
	"tcp 127.0.0.1:3000 by 7 no\x1b[2Jde alice\n"
	"tcp [fe80::1%eth0]:3001 by 7 node alice\n"
	"udp 127.0.0.1:5353 by 8 mdns root\n"
	"time-wait tcp 127.0.0.1:8000 peer 127.0.0.1:43210 expires 41000\n";

static int setup(void **state)
{
	static struct command said;

	command_begin(&said, desk);
	*state = &said;
	return 0;
}

static int teardown(void **state)
{
	command_end(*state);
	return 0;
}

static void the_answer_comes_first(void **state)
{
	struct command *said = *state;

	assert_int_equal(command_run(said, "why", "3000", NULL), STATUS_FOUND);
	assert_true(slice_starts(buf_slice(&said->output),
				 "127.0.0.1:3000 is in use: no\\x1b[2Jde 7 (alice) listens"));
	assert_true(command_says(&said->output, "\n  -> to reach it: use 127.0.0.1"));
	assert_int_equal(said->errors.len, 0);
	assert_null(memchr(said->output.data, '\x1b', said->output.len));
}

static void exit_status_tells_free_from_taken(void **state)
{
	struct command *said = *state;

	assert_int_equal(command_run(said, "why", "3999", NULL), STATUS_NOTHING);
	assert_true(command_says(&said->output, "port 3999 is free"));
	assert_int_equal(command_run(said, "why", "8000", NULL), STATUS_FOUND);
	assert_true(command_says(&said->output, "TIME-WAIT"));
	assert_int_equal(command_run(said, "why", "5353", "--udp", NULL), STATUS_FOUND);
	assert_int_equal(command_run(said, "why", "[::1]:3999", NULL), STATUS_NOTHING);
	assert_int_equal(command_run(said, "why", "localhost:3000", NULL), STATUS_FOUND);
	assert_int_equal(command_run(said, "why", "*:3000", NULL), STATUS_FOUND);
	assert_int_equal(command_run(said, "why", "[fe80::1%eth0]:3001", NULL), STATUS_FOUND);
}

/* Owners are looked for only where somebody can own something. */
static void a_free_port_needs_no_walk(void **state)
{
	struct command *said = *state;

	command_run(said, "why", "3999", NULL);
	assert_int_equal(fake_count(said->fake, FAKE_SCAN), 1);
	assert_false(fake_last_request(said->fake).owners);
	command_run(said, "why", "3000", NULL);
	assert_true(fake_last_request(said->fake).owners);
}

static void only_on_request_is_there_a_connection(void **state)
{
	struct command *said = *state;

	command_run(said, "why", "3000", NULL);
	assert_int_equal(fake_last_probe(said->fake).connect.family, 0);
	command_run(said, "why", "--connect", "3000", NULL);
	assert_int_equal(fake_last_probe(said->fake).connect.family, FAMILY_IPV4);
}

static json_t *ask(struct command *said, const char *port)
{
	json_t *answer;

	command_run(said, "why", "--json", port, NULL);
	answer = json_loads(buf_string(&said->output), 0, NULL);
	assert_non_null(answer);
	return answer;
}

static void json_has_every_key(void **state)
{
	static const char *const keys[] = { "id", "severity", "question", "answer", "evidence", "remedy" };
	struct command *said = *state;
	json_t *answer = ask(said, "127.0.0.1:3000"),
	       *finding = json_array_get(json_object_get(answer, "findings"), 0);

	assert_int_equal(json_integer_value(json_object_get(answer, "schema")), 1);
	assert_string_equal(json_string_value(json_object_get(answer, "protocol")), "tcp");
	assert_string_equal(json_string_value(json_object_get(answer, "address")), "127.0.0.1");
	assert_int_equal(json_integer_value(json_object_get(answer, "port")), 3000);
	assert_true(json_is_false(json_object_get(answer, "free")));
	assert_int_equal(json_array_size(json_object_get(answer, "reached")), 2);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		assert_non_null(json_object_get(finding, keys[i]));
	assert_string_equal(json_string_value(json_object_get(finding, "id")), "v4_loopback");
	json_decref(answer);
	answer = ask(said, "3999");
	assert_true(json_is_true(json_object_get(answer, "free")));
	assert_true(json_is_null(json_object_get(answer, "address")));
	json_decref(answer);
}

static void mistakes_are_told_before_anything_is_opened(void **state)
{
	static const char *const mistakes[] = { "",	     "x",	 "70000",	  "0",
						"127.0.0.1", "1.2.3.4:", "example.org:80" };
	struct command *said = *state;

	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
		assert_int_equal(command_run(said, "why", mistakes[i], NULL), STATUS_USAGE);
	assert_int_equal(command_run(said, "why", NULL), STATUS_USAGE);
	assert_int_equal(command_run(said, "why", "1", "2", NULL), STATUS_USAGE);
	assert_int_equal(command_run(said, "why", "3000", "--udp", "--connect", NULL), STATUS_USAGE);
	assert_int_equal(said->opened, 0);
	assert_int_equal(command_run(said, "why", "[fe80::1%nowhere]:3000", NULL), STATUS_USAGE);
	assert_true(slice_starts(buf_slice(&said->errors), "lotop: "));
}

static void blindness_is_no_answer(void **state)
{
	struct command *said = *state;

	fake_fail_scans(said->fake, -EPERM, 1);
	assert_int_equal(command_run(said, "why", "3000", NULL), STATUS_BLIND);
	assert_int_equal(said->output.len, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_answer_comes_first),
		TEST(exit_status_tells_free_from_taken),
		TEST(a_free_port_needs_no_walk),
		TEST(only_on_request_is_there_a_connection),
		TEST(json_has_every_key),
		TEST(mistakes_are_told_before_anything_is_opened),
		TEST(blindness_is_no_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
