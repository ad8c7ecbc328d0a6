/* cli/cmd_kill on the scripted platform: targets that mean nobody, and what is said then. (Whom it ends, and
 * what becomes of him, tests/e2e/test_kill_command.c sees on real processes.) */
#include "command.h"

static const char desk[] = "tcp 127.0.0.1:3000 by 7 node alice\n"
			   "tcp 0.0.0.0:8080 by 8 python alice\n"
			   "tcp [::]:9000 v6only no by 9 go alice\n"
			   "time-wait tcp 127.0.0.1:8001 peer 127.0.0.1:40001 expires 41000\n";

static void nobody_is_meant(void **state)
{
	static const struct { const char *target; int status; const char *says; } cases[] = {
		{ "4000", STATUS_NOTHING, "lotop: 4000: nothing is there\n" },
		{ "127.0.0.2:3000", STATUS_NOTHING, "lotop: 127.0.0.2:3000: nothing is there\n" },
		{ "127.0.0.1:8080", STATUS_NOTHING,
		  "lotop: 127.0.0.1:8080: 0.0.0.0:8080 answers there, for every address (lotop kill '0.0.0.0:8080')\n" },
		{ "[::1]:9000", STATUS_NOTHING,
		  "lotop: [::1]:9000: [::]:9000 answers there, for every address (lotop kill '[::]:9000')\n" },
		{ "[::1]:8080", STATUS_NOTHING, "lotop: [::1]:8080: nothing is there\n" },
		{ "8001", STATUS_NOTHING, "lotop: 8001: only remains of connections are there: nobody to signal "
					  "(lotop why tells how long they stay)\n" },
		{ "", STATUS_USAGE, "lotop: '': an empty target would be everything (a port, address:port or a filter)\n" },
		{ "70000", STATUS_USAGE,
		  "lotop: 70000: no port: these are 1 to 65535 (a process is meant by pid:4211)\n" },
	};
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct command said;

		command_begin(&said, desk);
		assert_int_equal(command_run(&said, "kill", "-y", cases[i].target, NULL), cases[i].status);
		assert_string_equal(buf_string(&said.errors), cases[i].says);
		assert_int_equal(said.output.len, 0);
		command_end(&said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(nobody_is_meant) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
