/* model/health: each rule where it holds, with its evidence, and where it must stay silent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ctype.h>
#include <string.h>
#include <cmocka.h>
#include "base/text.h"
#include "tests/fake/build.h"
#include "model/health.h"

/* Each scene has one row. `marks` are ids with blanks between, `evidence` is that of the first. */
static const struct {
	const char *scene, *marks, *evidence;
} cases[] = {
	{ "tcp 127.0.0.1:80 by 7 node alice", "", "" },
	{ "udp 127.0.0.1:80 by 7 node alice", "", "" },

	{ "tcp 127.0.0.1:80 by 7 node alice\nprocess 8 x alice state T", "", "" },
	{ "process 7 ruby alice state T\ntcp 127.0.0.1:80 by 7 ruby alice", "stopped",
	  "ruby 7: stopped by a signal" },
	{ "process 7 ruby alice state t\ntcp 127.0.0.1:80 by 7 ruby alice", "stopped",
	  "ruby 7: stopped by a debugger" },
	{ "process 7 a alice state T\nprocess 8 a alice state T\nprocess 9 a alice state T\n"
	  "process 10 a alice state T\n"
	  "process 11 a alice state T\ntcp 127.0.0.1:80 by 7 a x by 8 a x by 9 a x by 10 a x by 11 a x",
	  "stopped", "a 7, a 8, a 9 and 2 more: stopped by a signal" },
	{ "process 7 ruby alice state T\ntcp 127.0.0.1:80 by 7 ruby alice by 8 ruby alice", "", "" },
	{ "process 7 ruby alice state T\nbound tcp 127.0.0.1:80 by 7 ruby alice", "stopped bound",
	  "ruby 7: stopped by a signal" },

	{ "tcp 127.0.0.1:80 by 7 node alice\nfrozen 7", "frozen", "node 7: frozen with the control group" },
	{ "tcp 127.0.0.1:80 by 7 node alice by 8 node alice\nfrozen 8\nfrozen 7", "frozen",
	  "node 7, node 8: frozen with the control group" },
	{ "tcp 127.0.0.1:80 by 7 node alice by 8 node alice\nfrozen 8", "", "" },
	{ "tcp 127.0.0.1:80 inode 0\nfrozen 8", "", "" },
	{ "process 7 node alice state T\ntcp 127.0.0.1:80 by 7 node alice\nfrozen 7", "stopped frozen",
	  "node 7: stopped by a signal" },

	{ "process 7 java alice state Z\ntcp 127.0.0.1:80 by 7 java alice", "zombie",
	  "the main thread of java 7 has ended, another of its threads holds the socket" },

	{ "bound tcp 127.0.0.1:80 by 7 node alice", "bound", "node 7: bound to the port, but not listening" },
	{ "bound tcp 0.0.0.0:40000 by 7 node alice", "bound",
	  "node 7: bound to the port, but not listening" },
	{ "bound tcp 127.0.0.1:80 inode 0", "bound", "bound to the port, but not listening" },

	{ "tcp 127.0.0.1:80 queue 128 128 by 7 node alice", "", "" },
	{ "tcp 127.0.0.1:80 queue 129 128 by 7 node alice", "full",
	  "129 connections wait to be accepted, the limit is 128" },
	{ "tcp 127.0.0.1:80 queue 9 4294967295 by 7 node alice", "", "" },
	{ "tcp 127.0.0.1:80 queue 0 511 by 7 a x\ntcp 127.0.0.1:80 queue 6 5 by 8 a x", "full",
	  "6 connections wait to be accepted, the limit is 5" },
	{ "udp 127.0.0.1:80 queue 9 5 by 7 node alice", "", "" },

	{ "tcp 0.0.0.0:80 by 7 node alice", "exposed", "0.0.0.0 answers on every interface of this machine" },
	{ "udp 0.0.0.0:80 by 7 node alice", "exposed", "0.0.0.0 answers on every interface of this machine" },
	{ "tcp [::]:80 v6only yes by 7 node alice", "exposed",
	  ":: answers on every interface of this machine, over IPv6 only" },
	{ "tcp [::]:80 v6only no by 7 node alice", "exposed",
	  ":: answers on every interface of this machine, over IPv6 and IPv4" },
	{ "tcp [::]:80 by 7 node alice", "exposed", ":: answers on every interface of this machine" },
	{ "tcp 0.0.0.0:80 by 7 node alice\naddress 127.0.0.1\naddress 192.168.1.5\naddress 2001:db8::5", "exposed",
	  "0.0.0.0 answers on every interface: 192.168.1.5:80" },
	{ "tcp [::]:80 v6only yes by 7 node alice\naddress 192.168.1.5\naddress 2001:db8::5", "exposed",
	  ":: answers on every interface, over IPv6 only: [2001:db8::5]:80" },
	{ "tcp [::]:80 v6only no by 7 node alice\naddress 192.168.1.5\naddress ::1\naddress 2001:db8::5", "exposed",
	  ":: answers on every interface, over IPv6 and IPv4: 192.168.1.5:80, [2001:db8::5]:80" },
	{ "tcp [::ffff:0.0.0.0]:80 v6only no by 7 node alice\naddress 192.168.1.5\naddress 2001:db8::5", "exposed",
	  "::ffff:0.0.0.0 answers on every interface: 192.168.1.5:80" },
	{ "udp 0.0.0.0:53 by 7 node alice\naddress 10.0.0.1\naddress 10.0.0.2\naddress 10.0.0.3\naddress 10.0.0.4",
	  "exposed", "0.0.0.0 answers on every interface: 10.0.0.1:53, 10.0.0.2:53, 10.0.0.3:53, 10.0.0.4:53" },
	{ "udp 0.0.0.0:53 by 7 node alice\naddress 10.0.0.1\naddress 10.0.0.2\naddress 10.0.0.3\naddress 10.0.0.4\n"
	  "address 2001:db8::5\naddress 10.0.0.5\naddress 10.0.0.6", "exposed",
	  "0.0.0.0 answers on every interface: 10.0.0.1:53, 10.0.0.2:53, 10.0.0.3:53, 10.0.0.4:53 and 2 more" },
	{ "tcp 0.0.0.0:80 by 7 node alice\naddress 127.0.0.1\naddress ::1\naddress fe80::1", "exposed",
	  "0.0.0.0 answers on every interface: now at loopback and link-local addresses only" },
	{ "tcp 192.168.1.5:80 by 7 node alice\naddress 192.168.1.5\naddress 10.0.0.1", "exposed",
	  "192.168.1.5 is an address that others can reach" },
	{ "tcp 0.0.0.0%eth0:80 by 7 node alice\naddress 192.168.1.5", "exposed",
	  "0.0.0.0 answers on the interface eth0" },
	{ "tcp 0.0.0.0%eth0:80 by 7 node alice", "exposed", "0.0.0.0 answers on the interface eth0" },
	{ "tcp 0.0.0.0%lo:80 by 7 node alice", "", "" },
	{ "tcp 10.0.0.1%lo:80 by 7 node alice", "", "" },
	{ "tcp 192.168.1.5:80 by 7 node alice", "exposed",
	  "192.168.1.5 is an address that others can reach" },
	{ "tcp [fe80::1%eth0]:80 by 7 node alice", "exposed",
	  "fe80::1%eth0 is an address that others can reach" },
	{ "tcp 127.0.0.2:80 by 7 node alice", "", "" },
	{ "time-wait tcp 0.0.0.0:80 peer 127.0.0.1:5 expires 1", "leftover",
	  "1 socket in TIME-WAIT, gone in 1 s" },

	{ "tcp 127.0.0.1:80 inode 5", "unheld",
	  "no process has it open: the kernel's own, or on its way between processes" },
	{ "tcp 127.0.0.1:80 user root\ngap owners 6", "hidden",
	  "a socket of root; owners hidden: other users' processes; "
	  "run with sudo to see them" },
	{ "tcp 127.0.0.1:80\ngap processes 0", "hidden",
	  "owners hidden: by hidepid or a pid namespace; "
	  "run with sudo, on the host" },
	{ "tcp 127.0.0.1:80 inode 0", "", "" },
	{ "tcp 127.0.0.1:80\npending", "", "" },
	{ "tcp 127.0.0.1:80 by 7 node alice\ngap owners 6", "", "" },

	{ "tcp 127.0.0.1:80 user root cgroup 5\ncgroup 5 /system.slice/cups.service\ngap owners 6",
	  "inferred",
	  "a socket of root; made in the cgroup /system.slice/cups.service" },
	{ "tcp 127.0.0.1:80 cgroup 5\ncgroup 5 /box 1 12 cupsd\ngap owners 6", "inferred",
	  "made in the cgroup /box, where cupsd 12 is" },
	{ "tcp 127.0.0.1:80 cgroup 5\ncgroup 5 / 1 12 cupsd\ngap owners 6", "hidden",
	  "owners hidden: other users' processes; run with sudo to see them" },
	{ "tcp 127.0.0.1:80 cgroup 5\ncgroup 5 /box 2 12 cupsd\ngap owners 6", "hidden",
	  "owners hidden: other users' processes; run with sudo to see them" },

	{ "tcp 127.0.0.1:80 by 7 sleep alice", "inherited",
	  "sleep 7 never serves: inherited from a process that has ended" },
	{ "tcp 127.0.0.1:80 by 7 node alice by 8 sleep alice", "leaked", "sleep 8 inherited it from node 7" },
	{ "tcp 127.0.0.1:80 by 7 node alice by 8 ffmpeg alice by 9 sleep alice", "leaked",
	  "ffmpeg 8 and 1 more inherited it from node 7" },
	{ "tcp 127.0.0.1:80 by 7 node alice by 8 node alice", "", "" },

	{ "process 7 perl alice group 5\ntcp 127.0.0.1:80 by 7 x x\n"
	  "waits 7 100001 no adopted inheritable yes kind sleep call clock_nanosleep", "inherited",
	  "perl 7 sleeps (clock_nanosleep): no thread waits for connections, and who opened the socket is "
	  "gone" },
	{ "process 7 sh alice group 5\nprocess 8 perl alice group 5 parent 7\n"
	  "process 9 perl alice group 5 parent 7\ntcp 127.0.0.1:80 by 7 x x by 8 x x by 9 x x\n"
	  "waits 7 100001 no adopted inheritable yes kind child call wait4\n"
	  "waits 8 100001 no inheritable yes kind signal\n"
	  "waits 9 100001 no inheritable yes kind read call read", "inherited",
	  "sh 7 waits for a child (wait4), perl 8 waits for a signal and 1 more: "
	  "no thread waits for connections, and who opened the socket is gone" },
	{ "process 7 sleep alice session 4 ties 3\ntcp 127.0.0.1:80 by 7 sleep alice", "inherited",
	  "sleep 7 never serves: inherited from a process that has ended" },

	{ "process 7 node alice session 4 ties 3\ntcp 127.0.0.1:80 by 7 node alice", "orphan",
	  "node 7 has no terminal, the leader of its session (4) is gone, its parent is 1" },
	{ "process 7 node alice session 4 ties 1\ntcp 127.0.0.1:80 by 7 node alice", "", "" },
	{ "process 7 node alice session 4 ties 3 device 34816\ntcp 127.0.0.1:80 by 7 node alice", "", "" },
	{ "process 7 node alice session 4 ties 3 cgroup /system.slice/x.service\n"
	  "tcp 127.0.0.1:80 by 7 node alice", "", "" },

	{ "time-wait tcp 127.0.0.1:80 peer 127.0.0.1:5 expires 40001", "leftover",
	  "1 socket in TIME-WAIT, gone in 41 s" },
	{ "time-wait tcp 127.0.0.1:80 peer 127.0.0.1:5 expires 7\n"
	  "time-wait tcp 127.0.0.1:80 peer 127.0.0.1:6 expires 60000",
	  "leftover", "2 sockets, the longest-lived in TIME-WAIT, the last is gone in 60 s" },
	{ "time-wait tcp 127.0.0.1:40000 peer 127.0.0.1:80 expires 7", "leftover",
	  "1 socket in TIME-WAIT, gone in 1 s" },
	{ "close-wait tcp 127.0.0.1:80 peer 127.0.0.1:5 by 7 node alice", "leftover",
	  "node 7: 1 socket in CLOSE-WAIT: the peer has closed, this side never did" },
	{ "last-ack tcp 127.0.0.1:80 peer 127.0.0.1:5 inode 0", "leftover",
	  "1 socket in LAST-ACK: waits for its peer" },

	{ "tcp 127.0.0.1:40000 by 7 node alice", "ephemeral",
	  "the kernel gives ports from 32768 to 60999 to outgoing connections" },
	{ "udp 127.0.0.1:40000 by 7 node alice", "", "" },
	{ "tcp 0.0.0.0:40000 by 7 node alice", "exposed ephemeral",
	  "0.0.0.0 answers on every interface of this machine" },
	{ "ephemeral 0 0\ntcp 127.0.0.1:40000 by 7 node alice", "", "" },
};

static void add_marks(struct buf *out, uint32_t marks)
{
	const struct health_rule *rule;

	while ((rule = health_next(&marks)))
		buf_printf(out, "%s%s", out->len ? " " : "", rule->id);
}

/* Silent where it does not hold, with one safe line where it does. */
static void check_rules(const struct snapshot *s, const struct listener *l)
{
	const struct health_rule *rule;

	for (uint32_t all = UINT32_MAX; (rule = health_next(&all));) {
		struct buf evidence = { 0 };
		bool holds = rule->holds && rule->holds(s, l, &evidence);      /* else it needs a memory */

		assert_int_equal(holds, l->marks >> health_number(rule) & 1);
		assert_int_equal(holds, evidence.len > 0);
		assert_true(text_is_safe(buf_slice(&evidence)));
		buf_done(&evidence);
	}
}

static void each_rule_where_it_holds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct snapshot *s = build_snapshot(1, cases[i].scene);
		const struct listener *l = &s->listeners[0];
		const struct health_rule *rule = health_main(l->marks);
		struct buf marks = { 0 }, evidence = { 0 };

		assert_int_equal(s->listener_count, 1);
		add_marks(&marks, l->marks);
		assert_string_equal(buf_string(&marks), cases[i].marks);
		if (rule)
			rule->holds(s, l, &evidence);
		assert_string_equal(buf_string(&evidence), cases[i].evidence);
		check_rules(s, l);
		buf_done(&marks);
		buf_done(&evidence);
		snapshot_unref(s);
	}
}

static void what_was_deleted(void **state)
{
	static const struct {
		const char *exe, *cwd, *evidence;        /* "" where nothing was */
	} links[] = {
		{ "/usr/bin/node", "/home/alice", "" },
		{ "/usr/bin/node (deleted)", "/home/alice", "node 7 runs /usr/bin/node (deleted)" },
		{ "/usr/bin/node", "/tmp/x (deleted)", "node 7 works in /tmp/x (deleted)" },
		{ "/usr/bin/node (deleted)", "/tmp/x (deleted)", "node 7 runs /usr/bin/node (deleted)" },
		{ "/tmp/\x1b[2Jx (deleted)", "/", "node 7 runs /tmp/\\x1b[2Jx (deleted)" },
		{ "/memfd:runc_cloned:/proc/self/exe (deleted)", "/", "" },
		{ "/usr/bin/(deleted)", "/", "" },
		{ "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		struct facts *f = build_facts(1, "tcp 127.0.0.1:80 inode 70");
		struct buf evidence = { 0 };
		const struct snapshot *s;

		facts_add_holder(f, 70, 7, 3);
		facts_add_process(f, &(struct process_fact){
			.pid = 7, .comm = slice_of("node"), .state = 'S',
			.exe = slice_of(links[i].exe), .cwd = slice_of(links[i].cwd),
		});
		s = snapshot_build(f);
		assert_int_equal(s->listeners[0].marks, links[i].evidence[0] ? 1u << MARK_DELETED : 0);
		health_rule(MARK_DELETED)->holds(s, &s->listeners[0], &evidence);
		assert_string_equal(buf_string(&evidence), links[i].evidence);
		buf_done(&evidence);
		snapshot_unref(s);
	}
}

static const struct health_rule *rule_called(const char *id)
{
	const struct health_rule *rule;

	for (uint32_t all = UINT32_MAX; (rule = health_next(&all));)
		if (!strcmp(rule->id, id))
			return rule;
	fail_msg("no rule is called %s", id);
	return NULL;
}

/* One row of the scene, by its address, and what the rule says of it; "" = nothing. */
static void two_servers_at_one_port_of_localhost(void **state)
{
	static const struct {
		const char *scene, *at, *evidence;
	} pairs[] = {
		{ "tcp 127.0.0.1:80 by 7 node alice\ntcp [::1]:80 by 8 vite alice", "127.0.0.1:80",
		  "127.0.0.1 reaches node 7, ::1 reaches vite 8" },
		{ "tcp 127.0.0.1:80 by 7 node alice\ntcp [::1]:80 by 8 vite alice", "[::1]:80",
		  "127.0.0.1 reaches node 7, ::1 reaches vite 8" },
		{ "tcp 127.0.0.1:80 by 7 node alice\ntcp [::]:80 v6only no by 8 vite alice", "127.0.0.1:80",
		  "127.0.0.1 reaches node 7, ::1 reaches vite 8" },
		{ "tcp 127.0.0.1:80 by 7 node alice\ntcp [::1]:80 user root", "127.0.0.1:80",
		  "127.0.0.1 reaches node 7, ::1 reaches a server that could not be seen" },
		{ "tcp 127.0.0.1:80 by 7 node alice\ntcp [::1]:80 by 7 node alice", "127.0.0.1:80", "" },
		{ "tcp 127.0.0.1:80 by 7 node alice by 9 node alice\ntcp [::1]:80 by 9 node alice", "[::1]:80", "" },
		{ "tcp 127.0.0.1:80 user root\ntcp [::1]:80 user root", "127.0.0.1:80", "" },
		{ "tcp 127.0.0.1:80 by 7 node alice\ntcp [::1]:81 by 8 vite alice", "127.0.0.1:80", "" },
		{ "tcp 127.0.0.1:80 by 7 node alice\nudp [::1]:80 by 8 vite alice", "127.0.0.1:80", "" },
		{ "udp 127.0.0.1:80 by 7 node alice\nudp [::1]:80 by 8 vite alice", "udp 127.0.0.1:80", "" },
		{ "tcp 127.0.0.2:80 by 7 node alice\ntcp 127.0.0.1:80 by 7 node alice\ntcp [::1]:80 by 8 vite alice",
		  "127.0.0.2:80", "" },
		{ "tcp [::]:80 v6only no by 8 vite alice", "[::]:80", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		const struct snapshot *s = build_snapshot(1, pairs[i].scene);
		const struct listener *l = build_find(s, ROW_LISTENER, pairs[i].at);
		struct buf evidence = { 0 };
		const struct health_rule *rule = rule_called("split");

		assert_int_equal(rule->holds(s, l, &evidence), *pairs[i].evidence != 0);
		assert_int_equal(l->marks >> health_number(rule) & 1, *pairs[i].evidence != 0);
		assert_string_equal(buf_string(&evidence), pairs[i].evidence);
		buf_done(&evidence);
		snapshot_unref(s);
	}
}

/* A row that nobody holds is explained by what hides most. */
static void why_an_owner_is_hidden(void **state)
{
	static const enum gap_kind order[] = {
		GAP_PROC_MISSING,     GAP_OWNERS_DENIED,         GAP_OWNERS_FOREIGN,
		GAP_PROCESSES_HIDDEN, GAP_DESCRIPTORS_EXHAUSTED,
	};
	enum { COUNT = sizeof order / sizeof *order };

	(void)state;
	for (size_t first = 0; first < COUNT; first++) {
		struct facts *f = build_facts(1, "tcp 127.0.0.1:80");
		struct buf evidence = { 0 };
		const struct snapshot *s;

		for (size_t i = COUNT; i > first; i--)
			facts_add_gap(f, order[i - 1], 1, 0);
		s = snapshot_build(f);
		assert_true(health_rule(MARK_HIDDEN)->holds(s, &s->listeners[0], &evidence));
		assert_non_null(strstr(buf_string(&evidence), gap_text(order[first])->reason));
		if (gap_text(order[first])->remedy)
			assert_non_null(strstr(buf_string(&evidence), gap_text(order[first])->remedy));
		buf_done(&evidence);
		snapshot_unref(s);
	}
}

static void check_rule(const struct health_rule *rule)
{
	assert_true(isgraph(rule->sign));
	assert_null(strchr("+-~", rule->sign));          /* new, gone and changed rows */
	assert_int_equal(strspn(rule->id, "abcdefghijklmnopqrstuvwxyz"), strlen(rule->id));
	assert_in_range(strlen(rule->title), 10, 78);
	if (rule->remedy)
		assert_in_range(strlen(rule->remedy), 10, 90);
}

static void check_apart(const struct health_rule *a, const struct health_rule *b)
{
	assert_string_not_equal(a->id, b->id);
	assert_int_not_equal(a->place, b->place);
	if (a->sign != '?' || b->sign != '?')            /* inferred and hidden: nobody was seen */
		assert_int_not_equal(a->sign, b->sign);
}

/* Numbers without a gap, those that code names first; each rule is had by its own. */
static void the_tables_are_sound(void **state)
{
	const struct health_rule *rule;
	unsigned count;

	(void)state;
	for (count = 0; (rule = health_rule(count)); count++) {
		check_rule(rule);
		assert_int_equal(health_number(rule), count);
		assert_int_equal(rule->mark, count < MARK_UNNAMED ? count : MARK_UNNAMED);
		for (unsigned other = 0; other < count; other++)
			check_apart(rule, health_rule(other));
	}
	assert_in_range(count, MARK_UNNAMED + 1, MARKS_MAX);
	for (uint32_t all = UINT32_MAX; health_next(&all); count--)
		continue;
	assert_int_equal(count, 0);
}

static void the_weightiest_comes_first(void **state)
{
	uint32_t marks = 1u << MARK_EPHEMERAL | 1u << MARK_EXPOSED | 1u << (MARKS_MAX - 1);

	(void)state;
	assert_string_equal(health_next(&marks)->id, "exposed");
	assert_string_equal(health_next(&marks)->id, "ephemeral");
	assert_null(health_next(&marks));
	assert_int_equal(marks, 0);
	assert_null(health_main(0));
	assert_string_equal(health_main(1u << MARK_EPHEMERAL)->id, "ephemeral");
	assert_string_equal(health_main(1u << MARK_EPHEMERAL | 1u << MARK_EXPOSED)->id, "exposed");
	assert_string_equal(health_main(UINT32_MAX)->id, "stopped");
	assert_null(health_main(1u << (MARKS_MAX - 1)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_where_it_holds),
		cmocka_unit_test(what_was_deleted),
		cmocka_unit_test(two_servers_at_one_port_of_localhost),
		cmocka_unit_test(why_an_owner_is_hidden),
		cmocka_unit_test(the_tables_are_sound),
		cmocka_unit_test(the_weightiest_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
