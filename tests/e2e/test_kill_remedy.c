/* lotop kill --unit and --container: a cgroup with a unit's name, a server in it, and programs called systemctl and docker
 * that are ours: PATH has no other folder. */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "../live/process.h"
#include "../live/run.h"
#include "../live/scene.h"
#include "../live/sockets.h"
#include "shot.h"

enum { PORT = 25000, BACKLOG = 8 };

/* A unit as systemd makes it, but for systemd: a cgroup with its name, and a server without a terminal in it. */
struct unit {
	char cgroup[160], folder[32];
	pid_t server;
};

static struct unit unit;                 /* `prepare` has no argument */

static void end_unit(void)
{
	char command[128];

	if (!*unit.folder)
		return;
	kill(unit.server, SIGKILL);
	waitpid(unit.server, NULL, 0);
	rmdir(unit.cgroup);
	snprintf(command, sizeof command, "rm -r '%s'", unit.folder);
	assert_int_equal(system(command), 0);
	unit = (struct unit){ .server = 0 };
}

static int end(void **state)
{
	(void)state;
	end_unit();
	return 0;
}

static bool make_cgroup(const char *name)
{
	static const char *const roots[] = { "/sys/fs/cgroup/unified", "/sys/fs/cgroup" };     /* hybrid, v2 */

	for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
		snprintf(unit.cgroup, sizeof unit.cgroup, "%s/cgroup.procs", roots[i]);
		if (access(unit.cgroup, W_OK))
			continue;
		snprintf(unit.cgroup, sizeof unit.cgroup, "%s/%s", roots[i], name);
		return mkdir(unit.cgroup, 0755) == 0;
	}
	return false;
}

static void write_text(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(path, mode), 0);
}

/* Whatever is run finds this and nothing else: PATH has no other folder. */
static void make_fake(const char *program, const char *script)
{
	char path[96], text[400];

	snprintf(path, sizeof path, "%s/%s", unit.folder, program);
	snprintf(text, sizeof text, "#!/bin/sh\necho \"%s $*\" >>%s/log\n%s\n", program, unit.folder, script);
	write_text(path, text, 0755);
}

static void use_fakes(void)
{
	setenv("PATH", unit.folder, 1);
}

static void start_in_cgroup(void)
{
	char path[192], pid[16];

	unit.server = fork();
	if (!unit.server) {
		setsid();
		signal(SIGTERM, SIG_DFL);
		socket_listening("127.0.0.1", PORT, SOCK_REUSE_ADDRESS, BACKLOG);
		for (;;)
			pause();
	}
	snprintf(path, sizeof path, "%s/cgroup.procs", *unit.cgroup ? unit.cgroup : unit.folder);
	snprintf(pid, sizeof pid, "%d", (int)unit.server);
	write_text(path, pid, 0644);
	for (int tries = 0; tries < 500 && !scene_count_listeners(PORT); tries++)
		poll(NULL, 0, 10);
}

static void begin_unit(const bool *may_enter, const char *cgroup)
{
	if (!*may_enter || !make_cgroup(cgroup))
		skip();
	snprintf(unit.folder, sizeof unit.folder, "/tmp/lotop-unit-XXXXXX");
	assert_non_null(mkdtemp(unit.folder));
	start_in_cgroup();
}

static void assert_ran(const char *line)
{
	char path[64], text[256] = "";
	FILE *file;

	snprintf(path, sizeof path, "%s/log", unit.folder);
	file = fopen(path, "r");
	if (file) {
		text[fread(text, 1, sizeof text - 1, file)] = '\0';
		fclose(file);
	}
	assert_string_equal(text, line);
}

static void test_the_unit_is_stopped(void **state)
{
	char script[64];

	begin_unit(*state, "lotop-test.service");
	snprintf(script, sizeof script, "kill %d", (int)unit.server);
	make_fake("systemctl", script);
	json_t *plan = shot_fire("-n --unit 25000", use_fakes, SHOT_DONE);
	assert_string_equal(scene_text(shot_kill(plan, 0), "remedy"), "systemctl stop lotop-test.service");
	json_decref(plan);
	assert_ran("");
	json_decref(shot_fire("-y --container 25000", use_fakes, SHOT_REFUSED));
	assert_ran("");
	json_t *answer = shot_fire("-y --unit 25000", use_fakes, SHOT_DONE);
	assert_string_equal(scene_text(shot_kill(answer, 0), "outcome"), "released");
	assert_int_equal(scene_number(shot_kill(answer, 0), "pid"), unit.server);
	json_decref(answer);
	assert_ran("systemctl stop lotop-test.service\n");
}

static void test_a_stop_that_fails_is_told(void **state)
{
	begin_unit(*state, "lotop-test.service");
	make_fake("systemctl", "exit 4");
	json_t *answer = shot_fire("-y --unit 25000", use_fakes, SHOT_REFUSED);
	assert_string_equal(scene_text(shot_kill(answer, 0), "outcome"), "failed");
	assert_non_null(strstr(scene_text(shot_kill(answer, 0), "text"),
			       "systemctl stop lotop-test.service: it failed"));
	json_decref(answer);
	assert_true(process_is_alive(unit.server));
}

static void test_the_container_is_stopped(void **state)
{
	char script[64];

	begin_unit(*state, "docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope");
	snprintf(script, sizeof script, "kill %d", (int)unit.server);
	make_fake("docker", script);
	json_decref(shot_fire("-y --unit 25000", use_fakes, SHOT_REFUSED));
	json_t *answer = shot_fire("-y --container 25000", use_fakes, SHOT_DONE);
	assert_string_equal(scene_text(shot_kill(answer, 0), "outcome"), "released");
	json_decref(answer);
	assert_ran("docker stop 0123456789ab\n");
}

/* Where the tests run in a unit themselves, that one must not be stopped: here, too, only our own systemctl is found. */
static void test_no_unit_no_stop(void **state)
{
	if (!*(const bool *)*state)
		skip();
	snprintf(unit.folder, sizeof unit.folder, "/tmp/lotop-unit-XXXXXX");
	assert_non_null(mkdtemp(unit.folder));
	make_fake("systemctl", "exit 0");
	start_in_cgroup();
	struct run plan = run_lotop("kill --json -n 25000", use_fakes);
	json_t *json = json_loads(plan.output, 0, NULL);
	bool has_unit = json_is_string(json_object_get(shot_kill(json, 0), "remedy"));

	json_decref(json);
	run_done(&plan);
	if (has_unit)
		skip();
	json_t *answer = shot_fire("-y --unit 25000", use_fakes, SHOT_REFUSED);
	assert_non_null(strstr(scene_text(shot_kill(answer, 0), "text"), "no systemd unit"));
	json_decref(answer);
	assert_ran("");
	assert_int_equal(scene_count_listeners(PORT), 1);
}

int main(void)
{
	bool may_enter = scene_enter();
	const struct CMUnitTest tests[] = {
		{ "the_unit_is_stopped", test_the_unit_is_stopped, NULL, end, &may_enter },
		{ "a_stop_that_fails_is_told", test_a_stop_that_fails_is_told, NULL, end, &may_enter },
		{ "the_container_is_stopped", test_the_container_is_stopped, NULL, end, &may_enter },
		{ "no_unit_no_stop", test_no_unit_no_stop, NULL, end, &may_enter },
	};

	return cmocka_run_group_tests_name("kill_remedy", tests, NULL, NULL);
}
