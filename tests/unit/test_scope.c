/* action/scope: which sets of processes can be chosen, who is told to be in them, and what is told afterwards. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "action/scope.h"
#include "base/buf.h"
#include "tests/fake/machine.h"

#define NPM "process 10 npm alice start 100 parent 1 group 10\n"
#define SHELL "process 15 sh alice start 150 parent 10 group 10\n"
#define NODE "process 20 node alice start 200 parent 15 group 10\n"
#define TOOL "process 30 tsc alice start 300 parent 20 group 10\n"
#define STRANGER "process 40 vim alice start 400 parent 1 group 40\n"
#define AT_3000 "tcp 127.0.0.1:3000 cookie 7 inode 70 by 20 node alice\n"

struct desk {
	struct fake_machine machine;
	struct company companies[SCOPE_MAX];
	struct scopes scopes;
};

static void begin(struct desk *d, const char *scene)
{
	*d = (struct desk){ .scopes.count = 0 };
	machine_aim(&d->machine, scene, "127.0.0.1:3000", 0);
	scope_arm(d->machine.platform, d->machine.snapshot, &d->machine.plan, d->companies, &d->scopes);
}

static void finish(struct desk *d)
{
	for (size_t i = 0; i < SCOPE_MAX; i++)
		company_done(&d->companies[i]);
	d->machine.opened = fake_count(d->machine.fake, FAKE_OPEN);
	machine_stop(&d->machine);
}

static void who_can_be_chosen(void **state)
{
	static const struct {
		const char *scene, *scopes;
	} cases[] = {
		{ NODE AT_3000, "" },
		{ NODE STRANGER AT_3000, "" },
		{ NODE TOOL AT_3000, "it and 1 below it: node, tsc = node 20, tsc 30;" },
		{ NPM SHELL NODE AT_3000, "group 10: npm, sh, node = npm 10, sh 15, node 20;" },
		{ NPM NODE TOOL STRANGER AT_3000 "tcp [::1]:3001 cookie 8 inode 80 by 30 tsc alice\n",
		  "it and 1 below it: node, tsc = node 20, tsc 30 (and [::1]:3001);"
		  "group 10: npm, node, tsc = npm 10, node 20, tsc 30 (and [::1]:3001);" },
		/* of the same tick: in the order of their numbers */
		{ "process 19 sh alice start 200 parent 1 group 10\n" NODE AT_3000, "group 10: sh, node = sh 19, node 20;" },
		/* what the process itself holds too is told by its plan */
		{ NODE TOOL AT_3000 "tcp [::1]:3001 cookie 8 inode 80 by 20 node alice by 30 tsc alice\n",
		  "it and 1 below it: node, tsc = node 20, tsc 30;" },
		/* who hides might belong to it */
		{ "gap processes 1\n" NODE TOOL AT_3000, "" },
		{ NODE TOOL "process 1000 lotop alice start 900 parent 1 group 10\n" AT_3000,
		  "it and 1 below it: node, tsc = node 20, tsc 30;"
		  "! its process group cannot be chosen: lotop 1000 belongs to it, and is lotop itself" },
		{ NODE "process 77 sh alice start 210 parent 1 group 10\n" AT_3000, "group 10: node, sh = node 20, sh 77*;" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf told = { 0 };
		struct desk d;

		begin(&d, cases[i].scene);
		for (unsigned k = 0; k < d.scopes.count; k++) {
			const struct scope *scope = &d.scopes.list[k];

			assert_int_equal(scope->count, d.companies[k].count + 1);
			assert_int_equal(scope->kind, d.companies[k].kind);
			buf_printf(&told, "%s: %s = %s%s", scope->name, scope->brief, scope->who,
				   scope->has_ancestor ? "*" : "");
			buf_printf(&told, *scope->held ? " (and %s);" : ";", scope->held);
		}
		if (*d.scopes.refusal)
			buf_printf(&told, "! %s", d.scopes.refusal);
		assert_string_equal(buf_string(&told), cases[i].scopes);
		buf_done(&told);
		finish(&d);
	}
}

/* Nobody is offered who cannot be listed. */
static void what_cannot_be_read_is_no_choice(void **state)
{
	struct buf scene = { 0 };
	struct desk d;

	(void)state;
	buf_add_string(&scene, NODE AT_3000);
	for (int i = 0; i < 300; i++)
		buf_printf(&scene, "process %d worker alice start %d parent 20\n", 2000 + i, 1000 + i);
	begin(&d, buf_string(&scene));
	assert_int_equal(d.scopes.count, 0);
	assert_string_equal(d.scopes.refusal,
			    "those below it cannot be chosen: 301 processes are too many to be shown");
	finish(&d);
	buf_done(&scene);
}

static void what_is_told_afterwards(void **state)
{
	static const struct {
		enum kill_phase phase;
		const char *text;
		unsigned running;                /* of the two others */
		const char *told;
	} cases[] = {
		{ KILL_SENT, "TERM sent to node 20", 2, "TERM sent to node 20 and 2 more" },
		{ KILL_SENT, "TERM sent to node 20, it has released port 3000", 2,
		  "TERM sent to node 20 and 2 more, it has released port 3000" },
		{ KILL_RELEASED, "node 20 exited after 12 ms, port 3000 is free", 0,
		  "node 20 and 2 more exited after 12 ms, port 3000 is free" },
		{ KILL_RELEASED, "node 20 exited after 12 ms, port 3000 is free", 1,
		  "tsc 30 is still running; node 20 exited after 12 ms, port 3000 is free" },
		{ KILL_EXITED, "node 20 exited after 12 ms", 2, "2 others are still running; node 20 exited after 12 ms" },
		{ KILL_STILL_RUNNING, "node 20 is still running after 5 s: K to kill", 0,
		  "node 20 is still running after 5 s: K to kill" },
		{ KILL_CAME_BACK, "port 3000 is back: node 99", 0, "port 3000 is back: node 99" },
		{ KILL_CHANGED, "changed since you looked", 2, "changed since you looked" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct companion others[2] = { { .name = "npm", .id.pid = 10 }, { .name = "tsc", .id.pid = 30 } };
		const struct kill_plan plan = { .name = "node", .id.pid = 20 };
		struct company c = { .kind = COMPANY_GROUP, .members = others, .count = 2, .was_sent = true };
		struct kill_status status = { .phase = cases[i].phase };

		for (unsigned k = 0; k < 2; k++) {
			others[k].was_sent = true;
			others[k].has_exited = 2 - k > cases[i].running;
		}
		snprintf(status.text, sizeof status.text, "%s", cases[i].text);
		scope_tell(&c, &plan, &status);
		assert_string_equal(status.text, cases[i].told);
		assert_int_equal(status.is_left_behind, strstr(cases[i].told, "; ") != NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_can_be_chosen),
		cmocka_unit_test(what_cannot_be_read_is_no_choice),
		cmocka_unit_test(what_is_told_afterwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
