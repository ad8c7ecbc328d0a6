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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holders_have_roles),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
