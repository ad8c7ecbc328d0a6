/* Who may restart a process: by its ancestors' command lines, its unit, its container. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>
#include "tests/fake/machine.h"

static void units_and_containers_are_named(void **state)
{
	static const struct {
		const char *process, *supervisor, *confirm;
	} cases[] = {
		{ "cgroup /system.slice/nginx.service",
		  "nginx.service may restart it: to end it for good: systemctl stop nginx.service",
		  "it is the service nginx.service" },
		{ "cgroup /user.slice/user-1000.slice/user@1000.service/app.slice/web.service",
		  "web.service may restart it: to end it for good: systemctl --user stop web.service",
		  "it is the service web.service" },
		/* started by hand in a terminal that is a unit itself */
		{ "tty pts/3 cgroup /user.slice/user-1000.slice/user@1000.service/app.slice/terminal.service", "", "" },
		{ "cgroup /user.slice/user-1000.slice/session-3.scope", "", "" },
		{ "cgroup /system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope",
		  "docker container 0123456789ab may restart it: to end it for good: docker stop 0123456789ab",
		  "it is in docker container 0123456789ab" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char scene[400];
		struct fake_machine m;

		snprintf(scene, sizeof scene, "process 5 web alice %s\ntcp 127.0.0.1:80 by 5 web alice", cases[i].process);
		machine_start(&m, scene);
		machine_begin(&m, ROW_LISTENER, "127.0.0.1:80", 0);
		assert_string_equal(m.plan.supervisor, cases[i].supervisor);
		assert_string_equal(m.plan.confirm_twice, cases[i].confirm);
		machine_stop(&m);
	}
}

static void restarters_are_known_by_their_command_lines(void **state)
{
	static const struct {
		const char *ancestors, *expected;
	} cases[] = {
		{ "process 4 node alice command /usr/bin/node /x/nodemon/bin/nodemon.js app.js",
		  "nodemon 4 may restart it" },
		{ "process 4 node alice command node --watch server.js", "node --watch 4 may restart it" },
		{ "process 4 node alice command node server.js", "" },
		{ "process 4 pm2 alice command PM2 v5.3.0: God Daemon (/home/alice/.pm2)", "" },
		{ "process 4 python3 alice command /usr/bin/python3.11 -u /usr/bin/supervisord -n",
		  "supervisord 4 may restart it" },
		{ "process 4 runsv alice command runsv web", "runsv 4 may restart it" },
		{ "process 4 runsv alice", "runsv 4 may restart it" },
		{ "process 4 gunicorn alice command python /venv/bin/gunicorn api:app", "gunicorn 4 may restart it" },
		{ "process 4 sh alice command sh -c while true; do ./web; done", "" },
		{ "process 4 vim alice command vim nodemon", "" },
		{ "process 4 cat alice command cat air", "" },
		{ "process 4 bash alice command -bash", "" },
		{ "process 3 air alice command air\nprocess 4 sh alice parent 3 command /bin/sh -c ./web",
		  "air 3 may restart it" },
		{ "process 3 air alice command air\nprocess 4 bash alice parent 3 tty pts/3 command -bash", "" },
		{ "process 3 x alice command supervisord\nprocess 4 npm alice parent 3 command npm start",
		  "supervisord 3 may restart it" },               /* detached: leads a session without a terminal */
		{ "process 4 a alice parent 5", "" },                /* a circle of parents ends */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char scene[400];
		struct fake_machine m;

		snprintf(scene, sizeof scene, "%s\nprocess 5 web alice parent 4\ntcp 127.0.0.1:80 by 5 web alice",
			 cases[i].ancestors);
		machine_start(&m, scene);
		machine_begin(&m, ROW_LISTENER, "127.0.0.1:80", 0);
		assert_string_equal(m.plan.supervisor, cases[i].expected);
		machine_stop(&m);
	}
}

/* Command lines with blanks within an argument, which a scene cannot have. */
static void fill_titled(void *context, struct facts *facts)
{
	const struct slice *command = context;
	const struct process_fact parent = {
		.pid = 4, .ppid = 1, .uid = 1000, .comm = slice_of("x"), .command = *command
	};

	facts->limits.self_uid = 1000;
	facts_add_process(facts, &parent);
	build_add(facts, "process 5 web alice parent 4\ntcp 127.0.0.1:80 by 5 web alice");
}

static void restarters_with_titles_and_scripts(void **state)
{
	static const struct {
		const char *command;
		size_t len;
		const char *expected;
	} cases[] = {
#define COMMAND(bytes, expected) { bytes, sizeof bytes, expected }
		COMMAND("PM2 v5.3.0: God Daemon (/home/alice/.pm2)", "pm2 4 may restart it"),
		COMMAND("gunicorn: master [api:app]", "gunicorn 4 may restart it"),
		COMMAND("sh\0-c\0while :; do ./web; done", "a shell loop 4 may restart it"),
		COMMAND("/bin/bash\0-c\0until ./web; do sleep 1; done", "a shell loop 4 may restart it"),
		COMMAND("sh\0-c\0./web", ""),
		COMMAND("awk\0-c\0while (1) print", ""),
#undef COMMAND
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct slice command = { cases[i].command, cases[i].len };
		struct facts *f = facts_new();
		struct fake *fake = fake_new();
		const struct snapshot *s;
		struct kill_plan plan;
		struct kill *kill;

		fill_titled(&command, f);
		s = snapshot_build(f);
		kill_begin(fake_platform(fake), s, &build_find(s, ROW_LISTENER, "127.0.0.1:80")->key, 0, &plan, &kill);
		assert_string_equal(plan.supervisor, cases[i].expected);
		kill_free(kill);
		snapshot_unref(s);
		fake_free(fake);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_and_containers_are_named),
		cmocka_unit_test(restarters_are_known_by_their_command_lines),
		cmocka_unit_test(restarters_with_titles_and_scripts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
