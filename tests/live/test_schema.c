/* What lotop prints with --json is what docs/schema-1.json describes, on every situation that can be made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "deprive.h"
#include "run.h"
#include "scene.h"
#include "schema.h"

struct world {
	bool may_enter;
	struct scene scene;
	json_t *schema;
};

static void check_value(const struct world *w, const char *name, const char *text)
{
	char problem[512] = "";
	json_error_t error;
	json_t *value = json_loads(text, 0, &error);

	if (!value)
		fail_msg("%s: no JSON: %s: %.200s", name, error.text, text);
	if (!schema_check(w->schema, name, value, problem, sizeof problem))
		fail_msg("%s", problem);
	json_decref(value);
}

static void check(const struct world *w, const char *name, const char *arguments, void (*prepare)(void))
{
	struct run r = run_lotop(arguments, prepare);

	check_value(w, name, r.output);
	run_done(&r);
}

static void make_all(struct world *w)
{
	static const char *const names[] = {
		"listen_v4", "listen_v6", "listen_dual", "listen_device", "udp_v4", "bound",
		"time_wait_server", "time_wait_client", "close_wait", "prefork", "in_flight", "stopped",
		"queue_full", "server", "undumpable", NULL,
	};

	if (!w->may_enter)
		skip();
	if (!w->scene.count)
		scene_add(&w->scene, names, SCENE_FIRST_PORT, NULL);
}

static void test_list(void **state)
{
	make_all(*state);
	check(*state, "list", "list --json --all", NULL);
	check(*state, "list", "list --json", run_as_nobody);
	check(*state, "list", "list --json", deprive_sock_diag);
	check(*state, "list", "list --json port:1", NULL);
}

static void test_why(void **state)
{
	make_all(*state);
	check(*state, "why", "why --json 20000", NULL);
	check(*state, "why", "why --json 1", NULL);
}

static void test_next_and_wait(void **state)
{
	make_all(*state);
	check(*state, "next", "next --json --count 3", NULL);
	check(*state, "wait", "wait --json 20000", NULL);
	check(*state, "wait", "wait --json --free 20000 --timeout 50ms", NULL);
}

static void test_kill(void **state)
{
	make_all(*state);
	check(*state, "kill", "kill --json -n kind:listener", NULL);
	check(*state, "kill", "kill --json -n kind:listener --all-holders", NULL);
	check(*state, "kill", "kill --json -y 20130 --wait 100ms", NULL);
	check(*state, "kill", "kill --json -y 1", NULL);
	check(*state, "remnants", "kill --json --socket -n port:20000-30000", NULL);
	check(*state, "remnants", "kill --json --socket -y 1", NULL);
}

/* What is there, and a change. */
static void test_watch(void **state)
{
	struct world *w = *state;
	const char *const argv[] = {
		"/bin/sh", "-c", "timeout 1 " LOTOP_BINARY " watch --json --snapshot -i 0.1 & sleep 0.3; "
		LOTOP_BINARY " kill -y 20110 -s CONT >&2; wait", NULL
	};
	struct run r;
	char *rest, *line;
	int events = 0;

	make_all(w);
	r = run_program(argv, NULL);
	for (rest = r.output; (line = strsep(&rest, "\n"));)
		if (*line) {
			check_value(w, "event", line);
			events++;
		}
	assert_true(events > 10);
	assert_non_null(r.errors);
	run_done(&r);
}

/* Each line of what `script` prints, in a folder of its own, which is also its home. At least `least` of them. */
static void check_lines(const struct world *w, const char *name, const char *script, int least)
{
	char text[1200];
	const char *const argv[] = { "/bin/sh", "-c", text, NULL };
	struct run r;
	int count = 0;

	if (!w->may_enter)
		skip();
	snprintf(text, sizeof text, "d=$(mktemp -d); trap 'rm -r $d' EXIT; cd $d; export XDG_STATE_HOME=$d; %s", script);
	r = run_program(argv, NULL);
	for (char *line = r.output, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end);
		*end = '\0';
		check_value(w, name, line);
		count++;
	}
	if (count < least)
		fail_msg("%s: %d lines\n%s", script, count, r.errors);
	run_done(&r);
}

static void test_check(void **state)
{
	check_lines(*state, "check", "printf '[web]\\nport = 20000\\n[db]\\nport = 1\\n' >.lotop; " LOTOP_BINARY
		    " check --json | tr -d '\\n'; echo", 1);
}

static void test_log(void **state)
{
	check_lines(*state, "event", "timeout 1 " LOTOP_BINARY " record -i 0.1; " LOTOP_BINARY " log --json", 5);
}

static void test_other_machines(void **state)
{
	check(*state, "list", "list --json --from x=nothing-of-that-name", NULL);
	check_lines(*state, "list", LOTOP_BINARY " list --json --from '" LOTOP_BINARY " stream' | tr -d '\\n'; echo", 1);
}

/* The checker finds what is wrong. */
static void test_checker(void **state)
{
	static const char *const wrong[] = {
		"[]", "{\"schema\":2,\"range\":\"any\",\"ports\":[]}", "{\"schema\":1,\"range\":\"any\"}",
		"{\"schema\":1,\"range\":\"none\",\"ports\":[]}",
		"{\"schema\":1,\"range\":\"any\",\"ports\":[\"1\"]}",
		"{\"schema\":1,\"range\":\"any\",\"ports\":[],\"more\":1}",
	};
	const struct world *w = *state;
	char problem[512];

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		json_t *value = json_loads(wrong[i], 0, NULL);

		assert_false(schema_check(w->schema, "next", value, problem, sizeof problem));
		json_decref(value);
	}
	check_value(w, "next", "{\"schema\":1,\"range\":\"any\",\"ports\":[1]}");
}

int main(void)
{
	struct world world = { .may_enter = scene_enter(), .schema = schema_load() };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_checker, &world),
		cmocka_unit_test_prestate(test_list, &world),
		cmocka_unit_test_prestate(test_why, &world),
		cmocka_unit_test_prestate(test_next_and_wait, &world),
		cmocka_unit_test_prestate(test_kill, &world),
		cmocka_unit_test_prestate(test_watch, &world),
		cmocka_unit_test_prestate(test_check, &world),
		cmocka_unit_test_prestate(test_log, &world),
		cmocka_unit_test_prestate(test_other_machines, &world),
	};

	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	scene_end(&world.scene);
	json_decref(world.schema);
	return failed;
}
