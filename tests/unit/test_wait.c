/* cli/cmd_wait on the scripted platform: what is said when it gives up. */
#include "command.h"

static const char desk[] = "tcp 127.0.0.1:3000 by 7 node alice\n"
			   "tcp 127.0.0.1:631 user root\n"
			   "tcp 0.0.0.0:8080 by 8 python alice\n"
			   "tcp [::]:9000 v6only no by 9 go alice\n"
			   "tcp [::]:9001 v6only yes by 9 go alice\n"
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

/* An address is waited for as a client or a server would use it, not as the kernel writes where a socket is bound. */
static void a_wildcard_answers_and_is_in_the_way(void **state)
{
	static const struct { const char *target; bool listens, is_free; } places[] = {
		{ "127.0.0.1:8080", true, false }, { "[::1]:8080", false, true }, { "0.0.0.0:8080", true, false },
		{ "*:8080", true, false }, { "127.0.0.1:9000", true, false }, { "[::1]:9000", true, false },
		{ "127.0.0.1:9001", false, true }, { "[::1]:9001", true, false }, { "0.0.0.0:9001", false, true },
		{ "127.0.0.2:3000", false, true }, { "0.0.0.0:3000", false, false }, { "[::]:3000", false, false },
		{ "*:3000", false, false }, { "[::1]:3000", false, true }, { "localhost:9000", true, false },
		{ "8080", true, false }, { "8081", false, true }, { "127.0.0.1:8081", false, true },
	};
	(void)state;

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct command said;

		command_begin(&said, desk);
		assert_int_equal(command_run(&said, "wait", places[i].target, "--timeout", "0", NULL),
				 places[i].listens ? STATUS_FOUND : STATUS_TIMEOUT);
		assert_int_equal(command_run(&said, "wait", "--free", places[i].target, "--timeout", "0", NULL),
				 places[i].is_free ? STATUS_FOUND : STATUS_TIMEOUT);
		command_end(&said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_in_the_way), cmocka_unit_test(a_wildcard_answers_and_is_in_the_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
