/* cli/report_kill: what is said before anything is signalled, and of who has not ended. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "cli/report_kill.h"

static void plan_says(struct kill_plan *plan, const char *expected)
{
	struct volley_shot shot = { .plan = *plan };
	struct volley v = { .shots = &shot, .count = 1 };
	struct buf out = { 0 };

	report_kill_plan(&out, &v);
	assert_string_equal(buf_string(&out), expected);
	buf_done(&out);
}

/* A dry run asks nobody, so that a question cannot tell it. */
static void who_else_has_the_socket(void **state)
{
	struct kill_plan plan = {
		.id.pid = 7, .up_ms = 9000, .address = "127.0.0.1:3000", .name = "node", .user = "alice",
		.command = "~/shop: node server.js",
	};
	(void)state;

	plan_says(&plan, "127.0.0.1:3000  node 7 (alice), up 9s\n  ~/shop: node server.js\n");
	snprintf(plan.others, sizeof plan.others, "sleep 8 holds the same socket, too: the port stays taken");
	plan_says(&plan, "127.0.0.1:3000  node 7 (alice), up 9s\n  ~/shop: node server.js\n"
			 "  sleep 8 holds the same socket, too: the port stays taken\n");
}

/* A server that finishes what it has begun gives its port back long before it ends. */
static void who_runs_on_and_what_has_become_of_the_port(void **state)
{
	struct volley_shot shot = {
		.plan = { .id.pid = 7, .address = "127.0.0.1:3000", .name = "node" },
		.status = { .phase = KILL_SENT, .signal = SIGTERM },
		.sent_ms = 1000,
	};
	struct buf out = { 0 };
	(void)state;

	report_kill_end(&out, &shot, 3000);
	shot.status.has_released = true;
	report_kill_end(&out, &shot, 3000);
	assert_string_equal(buf_string(&out),
			    "node 7 is still running 2.0 s after TERM (try --force-after 5s, or -s KILL)\n"
			    "node 7 is still running 2.0 s after TERM, but has released 127.0.0.1:3000 "
			    "(try --force-after 5s, or -s KILL)\n");
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_else_has_the_socket),
		cmocka_unit_test(who_runs_on_and_what_has_become_of_the_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
