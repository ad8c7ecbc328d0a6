/* model/role, as a snapshot shows it: who serves, who works, who merely inherited; and which process stands
 * for the row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "model/snapshot.h"
#include "model/role.h"
#include "tests/fake/build.h"

/* Each scene has one row. The roles go by pid; `stands` is who is shown. */
static const struct {
	const char *scene, *roles;
	int32_t stands;
} cases[] = {
	{ "tcp 127.0.0.1:80 by 7 node alice", "server", 7 },
	{ "tcp 127.0.0.1:80 by 7 sleep alice", "leaked", 7 },
	{ "process 7 server.sh alice exe /usr/bin/dash\ntcp 127.0.0.1:80 by 7 x x", "leaked", 7 },
	{ "process 7 sleep alice exe /bin/busybox\ntcp 127.0.0.1:80 by 7 x x", "leaked", 7 },
	{ "process 7 httpd alice exe /bin/busybox\ntcp 127.0.0.1:80 by 7 x x", "server", 7 },

	/* a family: forked, in a group or with the same parent */
	{ "process 8 nginx a parent 7\nprocess 9 nginx a parent 7\n"
	  "tcp 127.0.0.1:80 by 7 nginx a by 8 x x by 9 x x", "server worker worker", 7 },
	{ "process 7 node a parent 5\nprocess 8 node a parent 5\ntcp 127.0.0.1:80 by 7 x x by 8 x x",
	  "server worker", 7 },
	{ "process 7 node a group 7\nprocess 8 node a group 7\ntcp 127.0.0.1:80 by 7 x x by 8 x x",
	  "server worker", 7 },
	{ "process 7 node a start 90\nprocess 8 node a start 10\ntcp 127.0.0.1:80 by 7 x x by 8 x x",
	  "server server", 8 },
	{ "process 7 nginx a exe /usr/sbin/nginx group 7\nprocess 8 worker a exe /usr/sbin/nginx group 7\n"
	  "tcp 127.0.0.1:80 by 7 x x by 8 x x", "server worker", 7 },

	/* another program */
	{ "process 8 ffmpeg a parent 7\ntcp 127.0.0.1:80 by 7 node a by 8 x x", "server leaked", 7 },
	{ "process 7 sleep a start 5\ntcp 127.0.0.1:80 by 7 x x by 8 node a", "leaked server", 8 },
	{ "tcp 127.0.0.1:80 by 7 nginx a\ntcp 127.0.0.1:80 by 8 haproxy a", "server server", 7 },
	{ "process 8 haproxy a parent 7\ntcp 127.0.0.1:80 by 7 nginx a\ntcp 127.0.0.1:80 by 8 x x",
	  "server leaked", 7 },

	/* who opens sockets for others */
	{ "tcp 127.0.0.1:80 by 1 systemd root", "activator", 1 },
	{ "tcp 127.0.0.1:80 by 1 systemd root by 8 cupsd root", "activator server", 8 },
	{ "tcp 127.0.0.1:80 by 1 systemd root by 8 sleep root", "activator leaked", 1 },
	/* left behind: what the threads wait for */
#define PERL(pid, more) "process " #pid " perl a group 5 parent 1" more "\n"
#define ALONE PERL(7, "") "tcp 127.0.0.1:80 by 7 x x"
#define DEAF(pid) "\nwaits " #pid " 100001 no adopted inheritable yes kind sleep call nanosleep"
	{ ALONE DEAF(7), "leaked", 7 },
	{ ALONE, "server", 7 },
	{ ALONE "\nwaits 7 100001 yes adopted inheritable yes kind connection", "server", 7 },
	{ ALONE "\nwaits 7 100001 unknown adopted inheritable yes kind perhaps", "server", 7 },
	{ ALONE "\nwaits 7 100001 unknown adopted inheritable yes error 13", "server", 7 },
	{ ALONE "\nwaits 7 100001 no inheritable yes kind sleep", "server", 7 },
	{ ALONE "\nwaits 7 100001 no adopted inheritable no kind sleep", "server", 7 },
	{ ALONE "\nwaits 7 100001 no adopted inheritable yes kind disk", "server", 7 },
	{ ALONE "\nwaits 7 100001 no adopted inheritable yes kind lock", "server", 7 },
	{ ALONE "\nwaits 7 100001 no adopted inheritable no kind events", "leaked", 7 },
	{ ALONE "\nwaits 7 5 no adopted inheritable yes kind sleep", "server", 7 },
	{ "process 7 perl a group 7\ntcp 127.0.0.1:80 by 7 x x" DEAF(7), "server", 7 },
	{ PERL(7, "") PERL(8, "") "tcp 127.0.0.1:80 by 7 x x by 8 x x" DEAF(7) DEAF(8), "leaked leaked", 7 },

	/* its parent holds the socket, too */
	{ "process 7 make a group 5\nprocess 8 perl a group 5 parent 7\n"
	  "tcp 127.0.0.1:80 by 7 x x by 8 x x" DEAF(7) "\nwaits 8 100001 no inheritable yes kind sleep",
	  "leaked leaked", 7 },

	/* a master waits for its workers, and workers for each other */
	{ PERL(7, "") "process 8 perl a group 5 parent 7\ntcp 127.0.0.1:80 by 7 x x by 8 x x" DEAF(7)
	  "\nwaits 8 100001 yes inheritable yes", "server worker", 7 },
	{ PERL(7, "") "process 8 perl a group 5 parent 7\ntcp 127.0.0.1:80 by 7 x x by 8 x x" DEAF(7)
	  "\nwaits 8 100001 unknown inheritable yes", "server worker", 7 },
	{ PERL(7, "") "process 8 perl a group 5 parent 7\ntcp 127.0.0.1:80 by 7 x x by 8 x x" DEAF(7),
	  "server worker", 7 },

	/* one serves, though another program is older: by chance, or because it opened the socket for it */
	{ PERL(7, "") "process 8 ruby a group 5 start 90\ntcp 127.0.0.1:80 by 7 x x by 8 x x" DEAF(7)
	  "\nwaits 8 100001 yes adopted inheritable yes", "leaked server", 8 },
	{ PERL(7, "") "process 8 ruby a group 5 parent 7 start 90\ntcp 127.0.0.1:80 by 7 x x by 8 x x" DEAF(7)
	  "\nwaits 8 100001 yes inheritable yes", "activator server", 8 },
	{ "process 7 watchexec a group 5\ntcp 127.0.0.1:80 by 7 x x" DEAF(7), "activator", 7 },
};

#define BOTH "tcp 127.0.0.1:80 cookie 3 by 7 node a by 8 ffmpeg a"
#define REST "tcp 127.0.0.1:80 cookie 3 by 8 ffmpeg a"
#define FAMILY "process 8 node a group 7\ntcp 127.0.0.1:80 cookie 3 by 7 node a by 8 x x"
#define WORKER "process 8 node a group 7\ntcp 127.0.0.1:80 cookie 3 by 8 x x"

/* Who is left when another one has ended: by what it was before. */
static const struct {
	const char *before, *after, *roles;
} pairs[] = {
	{ BOTH, REST, "leaked" },
	{ BOTH, BOTH, "server leaked" },
	{ BOTH, REST "\nwaits 8 100001 no adopted inheritable yes", "leaked" },
	{ BOTH, REST "\nwaits 8 100001 unknown adopted", "leaked" },
	{ BOTH, REST "\nwaits 8 100001 yes adopted", "server" },
	{ BOTH, REST "\nwaits 8 100001 unknown adopted kind perhaps", "server" },
	{ BOTH, "process 8 ffmpeg a start 500\n" REST, "server" },                      /* another process */
	{ BOTH, "tcp 127.0.0.1:80 cookie 4 by 8 ffmpeg a", "server" },                  /* another socket */
	{ FAMILY, WORKER, "server" },
	{ FAMILY, WORKER "\nwaits 8 100001 yes adopted", "server" },
	{ FAMILY, WORKER "\nwaits 8 100001 no adopted inheritable no kind read", "leaked" },
	{ "process 8 node a\n" BOTH, "process 8 node a\n" REST "\nwaits 8 100001 no adopted kind read",
	  "server" },
};

static void add_roles(char *out, size_t size, const struct listener *l)
{
	*out = '\0';
	for (uint32_t i = 0; i < l->holder_count; i++)
		snprintf(out + strlen(out), size - strlen(out), "%s%s", i ? " " : "",
			 role_name(l->holders[i].role));
}

static void holders_have_roles(void **state)
{
	char roles[200];
	(void)state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct snapshot *s = build_snapshot(1000, cases[i].scene);

		assert_int_equal(s->listener_count, 1);
		add_roles(roles, sizeof roles, &s->listeners[0]);
		if (strcmp(roles, cases[i].roles))
			fail_msg("%s\nis: %s\nnot: %s", cases[i].scene, roles, cases[i].roles);
		assert_int_equal(listener_eldest(&s->listeners[0])->process->fact->pid, cases[i].stands);
		snapshot_unref(s);
	}
}

static void check_roles(const struct snapshot *s, const char *wanted)
{
	char roles[200];

	assert_int_equal(s->listener_count, 1);
	add_roles(roles, sizeof roles, &s->listeners[0]);
	assert_string_equal(roles, wanted);
}

/* Two scans later it is no other than one scan later. */
static void who_is_left_keeps_its_role(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		const struct snapshot *before = build_snapshot(1000, pairs[i].before);
		struct facts *then = build_facts(2000, pairs[i].after);
		struct facts *again = build_facts(3000, pairs[i].after);
		const struct snapshot *after = snapshot_build_after(then, before);
		const struct snapshot *later = snapshot_build_after(again, after);

		check_roles(after, pairs[i].roles);
		check_roles(later, pairs[i].roles);
		snapshot_unref(before);
		snapshot_unref(after);
		snapshot_unref(later);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holders_have_roles),
		cmocka_unit_test(who_is_left_keeps_its_role),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
