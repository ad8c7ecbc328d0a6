/* Owns the scripted machine that a kill runs on. Knows no story: those are the tests'. */
#include "machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

const char machine_node[] =
	"process 4200 node alice start 42000 since 1000 command node /home/alice/.bin/nodemon --exec next\n"
	"process 4211 node alice start 42110 since 5000 parent 4200 cwd /home/alice/shop command next dev\n"
	"tcp 127.0.0.1:3000 cookie 7 inode 70 by 4211 node alice\n"
	"connections\n";

static void fill(void *context, struct facts *facts)
{
	const struct fake_machine *m = context;

	facts->wall_ms = 725000;
	facts->limits.self_pid = 1000;
	facts->limits.self_uid = 1000;
	facts_add_ancestor(facts, 1000);
	facts_add_ancestor(facts, 77);
	build_add(facts, "%s", m->scene);
}

static void react(void *context, struct fake *f, int signal)
{
	struct fake_machine *m = context;
	struct fake_target target;

	(void)signal;
	if (m->after_signal)
		m->scene = m->after_signal;
	if (!m->exits)
		return;
	fake_get_target(f, &target);
	target.status.has_exited = true;
	fake_set_target(f, &target);
}

void machine_scan(struct fake_machine *m)
{
	const struct scan_request request = {
		.bound_only = true, .leftovers = true, .connections = true, .owners = true
	};
	struct facts *f = facts_new();

	assert_int_equal(platform_scan_begin(m->platform, &request, f), 0);
	assert_int_equal(platform_scan_step(m->platform, 2000), 0);
	snapshot_unref(m->snapshot);
	m->snapshot = snapshot_build(f);
}

void machine_start(struct fake_machine *m, const char *scene)
{
	*m = (struct fake_machine){ .fake = fake_new(), .scene = scene, .exits = true, .now_ms = 100000 };
	m->platform = fake_platform(m->fake);
	fake_add_frame(m->fake, fill, m);
	fake_on_signal(m->fake, react, m);
	machine_scan(m);
}

void machine_stop(struct fake_machine *m)
{
	kill_free(m->kill);
	snapshot_unref(m->snapshot);
	assert_int_equal(fake_count(m->fake, FAKE_CLOSE), m->opened);
	fake_free(m->fake);
}

void machine_turn(struct fake_machine *m, struct target_status status)
{
	const struct fake_target target = { .status = status };

	fake_set_target(m->fake, &target);
}

void machine_turn_as_holder(struct fake_machine *m, struct target_status status)
{
	status.is_same_process = status.holds_socket = true;
	status.socket_exists = status.may_signal = true;
	machine_turn(m, status);
}

void machine_begin(struct fake_machine *m, enum row_kind kind, const char *endpoint, int32_t pid)
{
	struct row_key key = build_find(m->snapshot, kind, endpoint)->key;
	struct fake_target target;

	fake_get_target(m->fake, &target);
	kill_begin(m->platform, m->snapshot, &key, pid, &m->plan, &m->kill);
	m->opened = target.open_error ? 0 : fake_count(m->fake, FAKE_OPEN);
	assert_int_equal(m->plan.refusal != KILL_ALLOWED, *m->plan.refusal_text != 0);
	assert_int_equal(m->plan.refusal == KILL_ALLOWED, m->kill != NULL);
}

void machine_send(struct fake_machine *m, int signal)
{
	kill_send(m->kill, signal, m->now_ms, &m->status);
}

bool machine_step(struct fake_machine *m, int64_t ms, bool with_scan)
{
	m->now_ms += ms;
	if (with_scan)
		machine_scan(m);
	return kill_step(m->kill, with_scan ? m->snapshot : NULL, m->now_ms, &m->status);
}

void machine_expect(const struct fake_machine *m, enum kill_phase phase, bool is_final, const char *text)
{
	assert_string_equal(m->status.text, text);
	assert_int_equal(m->status.phase, phase);
	assert_int_equal(m->status.is_final, is_final);
}

void machine_aim(struct fake_machine *m, const char *scene, const char *endpoint, int32_t pid)
{
	machine_start(m, scene);
	machine_begin(m, ROW_LISTENER, endpoint, pid);
}

void machine_shoot(struct fake_machine *m, const char *scene, const char *endpoint, const char *after,
		   int signal)
{
	machine_aim(m, scene, endpoint, 0);
	m->after_signal = after;
	machine_send(m, signal);
	assert_int_equal(fake_last_signal(m->fake), signal);
}
