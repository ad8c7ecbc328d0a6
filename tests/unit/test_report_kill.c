/* cli/report_kill: what is said before anything is signalled. */
#include <setjmp.h>
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

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(who_else_has_the_socket) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
