/* cli/cmd_wait on the scripted platform: what is said when it gives up. */
#include "command.h"

static const char desk[] = "tcp 127.0.0.1:3000 by 7 node alice\n"
			   "tcp 127.0.0.1:631 user root\n"
			   "gap owners 1\n";

static const struct {
	const char *port, *says;
} cases[] = {
	{ "3000", "lotop: 3000: 127.0.0.1:3000 is held by node 7 (lotop kill ends it)\n" },
	{ "631", "lotop: 631: 127.0.0.1:631 is held by a process of root that is not seen "
		 "(sudo lotop kill may see and end it)\n" },
};

static void who_is_in_the_way(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct command said;

		command_begin(&said, desk);
		assert_int_equal(command_run(&said, "wait", "--free", cases[i].port, "--timeout", "10ms", NULL),
				 STATUS_TIMEOUT);
		assert_string_equal(buf_string(&said.errors), cases[i].says);
		assert_int_equal(said.output.len, 0);
		command_end(&said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(who_is_in_the_way) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
