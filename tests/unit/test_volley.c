/* action/volley and action/company: who is signalled together, how often, and when nobody is. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "action/volley.h"
#include "tests/fake/machine.h"

static const char two_rows[] =
	"tcp 127.0.0.1:3000 cookie 7 inode 70 by 4211 node alice\n"
	"tcp [::1]:3000 cookie 8 inode 80 by 4211 node alice\n";
static const char family[] =
	"process 10 npm alice start 100 parent 1\n"
	"process 20 node alice start 200 parent 10\n"
	"process 30 worker alice start 300 parent 20\n"
	"process 40 grandchild alice start 400 parent 30\n"
	"process 50 stranger alice start 500 parent 10\n"
	"tcp 127.0.0.1:3000 cookie 7 inode 70 by 20 node alice\n";
static const char family_of_lotop[] =
	"process 20 code alice start 200 parent 1\n"
	"process 1000 lotop alice start 900 parent 20\n"
	"tcp 127.0.0.1:3000 cookie 7 inode 70 by 20 code alice\n";
static const char family_around_lotop[] =
	"process 20 node alice start 200 parent 1\n"
	"process 77 bash alice start 300 parent 20\n"
	"tcp 127.0.0.1:3000 cookie 7 inode 70 by 20 node alice\n";
static const char three_holders[] =
	"tcp 127.0.0.1:3000 cookie 7 inode 70 by 20 node alice by 30 node alice by 40 sleep alice\n"
	"tcp 127.0.0.1:3001 cookie 8 inode 80 by 30 node alice\n";
static const char hidden[] = "gap processes 1\ntcp 127.0.0.1:3000 cookie 7 inode 70 by 20 node alice\n"
			     "tcp [::1]:3000 cookie 8 inode 80 by 20 node alice\n";

static void begin(struct fake_machine *m, struct volley *v, const char *scene, enum volley_scope scope)
{
	struct row_key keys[4];
	size_t count = 0;

	machine_start(m, scene);
	for (size_t i = 0; i < m->snapshot->listener_count; i++)
		keys[count++] = m->snapshot->listeners[i].key;
	*v = (struct volley){ .platform = m->platform, .scope = scope };
	volley_begin(v, m->snapshot, keys, count);
}

static void finish(struct fake_machine *m, struct volley *v)
{
	volley_done(v);
	assert_int_equal(fake_count(m->fake, FAKE_OPEN), fake_count(m->fake, FAKE_CLOSE));
	m->opened = fake_count(m->fake, FAKE_OPEN);
	machine_stop(m);
}

/* Two rows, one process: one signal, and both rows are told. */
static void one_process_is_signalled_once(void **state)
{
	struct fake_machine m;
	struct volley v;
	(void)state;

	begin(&m, &v, two_rows, VOLLEY_PROCESS);
	assert_int_equal(v.count, 2);
	assert_int_equal(v.shots[1].first, 0);
	volley_send(&v, SIGTERM, m.now_ms);
	assert_int_equal(fake_count(m.fake, FAKE_SIGNAL), 1);
	assert_int_equal(v.shots[0].status.phase, KILL_SENT);
	assert_int_equal(v.shots[1].status.phase, KILL_SENT);
	finish(&m, &v);
}

static void a_tree_is_all_below(void **state)
{
	struct fake_machine m;
	struct volley v;
	(void)state;

	begin(&m, &v, family, VOLLEY_TREE);
	assert_int_equal(v.count, 1);
	assert_int_equal(v.shots[0].plan.refusal, KILL_ALLOWED);
	assert_int_equal(v.shots[0].company.count, 2);
	assert_int_equal(v.shots[0].company.members[0].id.pid, 30);      /* oldest first */
	assert_int_equal(v.shots[0].company.members[1].id.pid, 40);
	m.exits = false;
	volley_send(&v, SIGTERM, m.now_ms);
	assert_int_equal(fake_count(m.fake, FAKE_SIGNAL), 3);
	assert_int_equal(volley_running(&v), 3);
	finish(&m, &v);
}

static void who_has_joined_stops_it(void **state)
{
	static const char grown[] =
		"process 60 newcomer alice start 600 parent 40\n"
		"process 30 worker alice start 300 parent 20\nprocess 40 grandchild alice start 400 parent 30\n"
		"tcp 127.0.0.1:3000 cookie 7 inode 70 by 20 node alice\n";
	struct fake_machine m;
	struct volley v;
	(void)state;

	begin(&m, &v, family, VOLLEY_TREE);
	m.scene = grown;
	volley_send(&v, SIGTERM, m.now_ms);
	assert_int_equal(fake_count(m.fake, FAKE_SIGNAL), 0);
	assert_int_equal(v.shots[0].status.phase, KILL_CHANGED);
	assert_non_null(strstr(v.shots[0].status.text, "another process has joined"));
	finish(&m, &v);
}

static void every_holder_is_signalled_once(void **state)
{
	static const int32_t pids[] = { 20, 30, 40, 30 };
	struct fake_machine m;
	struct volley v;
	(void)state;

	begin(&m, &v, three_holders, VOLLEY_HOLDERS);
	assert_int_equal(v.count, 4);
	for (size_t i = 0; i < v.count; i++)
		assert_int_equal(v.shots[i].plan.id.pid, pids[i]);
	assert_int_equal(v.shots[3].first, 1);
	m.exits = false;
	volley_send(&v, SIGTERM, m.now_ms);
	assert_int_equal(fake_count(m.fake, FAKE_SIGNAL), 3);
	assert_int_equal(volley_running(&v), 3);
	finish(&m, &v);
}

/* The first signal ends all of them: a worker goes with its master. */
static void who_ends_with_another_needs_no_signal(void **state)
{
	struct fake_machine m;
	struct volley v;
	(void)state;

	begin(&m, &v, three_holders, VOLLEY_HOLDERS);
	volley_send(&v, SIGTERM, m.now_ms);
	assert_int_equal(fake_count(m.fake, FAKE_SIGNAL), 1);
	for (size_t i = 0; i < v.count; i++)
		assert_int_equal(v.shots[i].status.phase, KILL_SENT);
	finish(&m, &v);
}

static void a_change_is_told_of_every_row(void **state)
{
	struct fake_machine m;
	struct volley v;
	(void)state;

	begin(&m, &v, two_rows, VOLLEY_PROCESS);
	machine_turn(&m, (struct target_status){ .is_same_process = true, .may_signal = true });
	volley_send(&v, SIGTERM, m.now_ms);
	assert_int_equal(fake_count(m.fake, FAKE_SIGNAL), 0);
	for (size_t i = 0; i < v.count; i++) {
		assert_int_equal(v.shots[i].status.phase, KILL_CHANGED);
		assert_true(v.shots[i].status.is_final);
	}
	assert_true(volley_step(&v, NULL, m.now_ms));
	finish(&m, &v);
}

static void what_lotop_runs_under_is_asked_for_twice(void **state)
{
	struct fake_machine m;
	struct volley v;
	(void)state;

	begin(&m, &v, family_around_lotop, VOLLEY_TREE);
	assert_string_equal(v.shots[0].plan.confirm_twice, "lotop itself runs under a process of it");
	finish(&m, &v);
	begin(&m, &v, family, VOLLEY_TREE);
	assert_string_equal(v.shots[0].plan.confirm_twice, "");
	finish(&m, &v);
}

static void check_refused(const char *scene, const char *why)
{
	struct fake_machine m;
	struct volley v;

	begin(&m, &v, scene, VOLLEY_TREE);
	for (size_t i = 0; i < v.count; i++) {
		assert_int_equal(v.shots[i].plan.refusal, KILL_NOT_WHOLE);
		assert_non_null(strstr(v.shots[i].plan.refusal_text, why));
		assert_null(v.shots[i].kill);
	}
	volley_send(&v, SIGTERM, m.now_ms);
	assert_int_equal(fake_count(m.fake, FAKE_SIGNAL), 0);
	assert_true(volley_step(&v, NULL, m.now_ms));
	finish(&m, &v);
}

static void all_or_nobody(void **state)
{
	(void)state;
	check_refused(family_of_lotop, "lotop itself");
	check_refused(hidden, "not every process can be seen");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_process_is_signalled_once), cmocka_unit_test(a_tree_is_all_below),
		cmocka_unit_test(who_has_joined_stops_it), cmocka_unit_test(all_or_nobody),
		cmocka_unit_test(every_holder_is_signalled_once),
		cmocka_unit_test(who_ends_with_another_needs_no_signal),
		cmocka_unit_test(a_change_is_told_of_every_row),
		cmocka_unit_test(what_lotop_runs_under_is_asked_for_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
