/* model/inference: who owns a row, how surely, and that a guess is never more than that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "action/lineage.h"
#include "action/objection.h"
#include "action/plan.h"
#include "model/inference.h"
#include "tests/fake/build.h"

#define UNIT "/system.slice/cups.service"
#define DOCKER "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Each scene has one row; NULL = not known. */
static const struct {
	const char *scene, *certainty, *name, *unit, *container;
	int32_t pid;
} cases[] = {
	{ "tcp 127.0.0.1:80 by 7 node alice", "certain", "node", NULL, NULL, 7 },
	{ "process 7 cupsd root cgroup " UNIT "\ntcp 127.0.0.1:80 by 7 x x", "certain", "cupsd", "cups.service",
	  NULL, 7 },
	{ "tcp 127.0.0.1:80 cgroup 5 by 1 systemd root\ncgroup 5 /system.slice/cups.socket", "certain", "systemd",
	  "cups.socket", NULL, 1 },
	{ "tcp 127.0.0.1:80 cgroup 5 by 1 systemd root by 8 cupsd root\ncgroup 5 /system.slice/cups.socket",
	  "certain", "cupsd", NULL, NULL, 8 },
	{ "tcp 127.0.0.1:80 cgroup 5\ngap owners 1\ncgroup 5 " UNIT, "inferred", NULL, "cups.service", NULL, 0 },
	{ "tcp 127.0.0.1:80 cgroup 5\ngap owners 1\ncgroup 5 " UNIT " 1 77 cupsd", "inferred", "cupsd",
	  "cups.service", NULL, 77 },
	{ "tcp 127.0.0.1:80 cgroup 5\ngap owners 1\ncgroup 5 " UNIT " 2 77 cupsd", "inferred", NULL,
	  "cups.service", NULL, 0 },
	{ "tcp 127.0.0.1:80 cgroup 5\ngap owners 1\ncgroup 5 /system.slice/docker-" DOCKER ".scope",
	  "inferred", NULL, "docker-" DOCKER ".scope", "0123456789ab", 0 },
	{ "tcp 127.0.0.1:80 cgroup 5\ngap owners 1\ncgroup 5 /own 1 77 cupsd", "inferred", "cupsd", NULL, NULL, 77 },
	{ "tcp 127.0.0.1:80 cgroup 5\ngap owners 1\ncgroup 5 / 1 77 cupsd", "hidden", NULL, NULL, NULL, 0 },
	{ "tcp 127.0.0.1:80 cgroup 5\ngap owners 1\ncgroup 5 / 2 77 cupsd", "hidden", NULL, NULL, NULL, 0 },
	{ "tcp 127.0.0.1:80 cgroup 5\ngap owners 1\ncgroup 6 " UNIT, "hidden", NULL, NULL, NULL, 0 },
	{ "tcp 127.0.0.1:80 cgroup 5\npending\ncgroup 5 " UNIT, "hidden", NULL, NULL, NULL, 0 },
	{ "tcp 127.0.0.1:80", "none", NULL, NULL, NULL, 0 },
	{ "tcp 127.0.0.1:80 inode 0\ngap owners 1", "none", NULL, NULL, NULL, 0 },
	{ "time-wait tcp 127.0.0.1:80 peer 127.0.0.1:5 expires 9", "none", NULL, NULL, NULL, 0 },
};

static void assert_text(const char *text, const char *expected)
{
	assert_string_equal(text ? text : "null", expected ? expected : "null");
}

static void each_row_has_an_owner_or_a_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct snapshot *s = build_snapshot(1000, cases[i].scene);
		const struct owner *owner = &s->listeners[0].owner;

		assert_string_equal(certainty_name(owner->certainty), cases[i].certainty);
		assert_text(owner->name, cases[i].name);
		assert_text(owner->unit, cases[i].unit);
		assert_text(owner->container, cases[i].container);
		assert_int_equal(owner->pid, cases[i].pid);
		assert_true((owner->certainty == OWNER_CERTAIN) == !owner->reason);
		snapshot_unref(s);
	}
}

/* Who holds it is certain, and that nobody serves. */
static void what_is_left_says_so(void **state)
{
	const struct snapshot *s = build_snapshot(1000, "tcp 127.0.0.1:80 by 7 sleep alice\n"
						  "tcp 127.0.0.1:81 by 8 sleep alice by 9 cat alice");

	(void)state;
	assert_string_equal(s->listeners[0].owner.reason,
			    "nobody serves it: sleep 7 merely holds it since it inherited it; "
			    "end it to free the port");
	assert_string_equal(s->listeners[1].owner.reason,
			    "nobody serves it: sleep 8 and 1 more merely hold it since they inherited it; "
			    "end them to free the port");
	assert_int_equal(s->listeners[1].owner.certainty, OWNER_CERTAIN);
	snapshot_unref(s);
}

static void a_guess_is_no_target(void **state)
{
	const struct snapshot *s = build_snapshot(1000, "tcp 127.0.0.1:80 user alice cgroup 5\ngap owners 1\n"
						  "cgroup 5 " UNIT " 1 77 cupsd");
	const struct listener *l = &s->listeners[0];
	const struct lineage nobody = { .count = 0 };
	struct kill_plan plan = { 0 };
	(void)state;

	assert_null(plan_choose(l, 0));
	assert_null(plan_choose(l, 77));
	assert_false(plan_holds(l, 77));
	plan_describe(&plan, s, &nobody, l, NULL);
	objection_find(&plan, s, &nobody, l, NULL);
	assert_int_equal(plan.refusal, KILL_NO_HOLDER);
	assert_int_equal(plan.id.pid, 0);
	snapshot_unref(s);
}

static void a_copy_outlives_its_snapshot(void **state)
{
	struct arena arena = { 0 };
	const struct snapshot *s = build_snapshot(1000, "process 7 node alice cwd /home/a/shop\n"
						  "project /home/a/shop alice /home/a/shop main\n"
						  "tcp 127.0.0.1:80 by 7 x x");
	const struct listener *l = listener_copy(&arena, &s->listeners[0]);
	(void)state;

	snapshot_unref(s);
	assert_string_equal(l->owner.name, "node");
	assert_string_equal(l->holders[0].process->project, "shop (main)");
	assert_true(slice_is(l->holders[0].process->directory->project.branch, "main"));
	arena_done(&arena);
}

static void a_project_needs_the_same_mounts_and_user(void **state)
{
	struct facts *f = build_facts(1000, "tcp 127.0.0.1:80 by 7 node alice by 8 node bob by 9 node alice\n"
				      "project /srv/x alice /srv/x main");
	const struct snapshot *s;
	(void)state;

	for (size_t i = 0; i < f->process_count; i++)
		f->processes[i].cwd = slice_of("/srv/x");
	f->processes[2].in_other_mounts = true;
	s = snapshot_build(f);
	assert_string_equal(snapshot_process(s, 7)->project, "x (main)");
	assert_null(snapshot_process(s, 8)->project);
	assert_null(snapshot_process(s, 9)->project);
	snapshot_unref(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_has_an_owner_or_a_reason),
		cmocka_unit_test(what_is_left_says_so),
		cmocka_unit_test(a_guess_is_no_target),
		cmocka_unit_test(a_copy_outlives_its_snapshot),
		cmocka_unit_test(a_project_needs_the_same_mounts_and_user),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
