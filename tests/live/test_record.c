/* A recording replays as what was listed when it was made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "run.h"
#include "scene.h"

static const char *const names[] = { "listen_v4",         "listen_dual", "listen_mapped",    "listen_device",
				     "listen_link_local", "reuseport",   "prefork",          "udp_v6",
				     "udp_sharers",       "bound",       "time_wait_server", "fin_wait_2",
				     "close_wait",        "stopped",     "in_flight",        "queue_full",
				     "listen_mptcp",      NULL };

struct world {
	struct scene scene;
	char directory[64], recording[96];
	bool is_ready;
};

static void make_world(struct world *w)
{
	snprintf(w->directory, sizeof w->directory, "/tmp/lotop-record-XXXXXX");
	w->is_ready = scene_enter() && mkdtemp(w->directory);
	snprintf(w->recording, sizeof w->recording, "%s/recording.ndjson", w->directory);
	if (w->is_ready)
		scene_add(&w->scene, names, SCENE_FIRST_PORT, NULL);
}

static void end_world(struct world *w)
{
	if (!w->is_ready)
		return;
	scene_end(&w->scene);
	unlink(w->recording);
	rmdir(w->directory);
}

static json_t *list_with(const char *option, const char *path)
{
	char arguments[160];

	snprintf(arguments, sizeof arguments, "%s %s list --json --all", option, path);
	return scene_list(arguments, NULL);
}

static void test_replay_is_what_was_recorded(void **state)
{
	struct world *w = *state;
	struct stat status;

	if (!w->is_ready)
		skip();
	json_t *live = list_with("--record", w->recording);
	assert_int_equal(stat(w->recording, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	scene_end(&w->scene);
	json_t *replayed = list_with("--replay", w->recording);
	assert_true(json_array_size(json_object_get(live, "listeners")) >= 17);
	assert_string_equal(json_string_value(json_object_get(replayed, "source")), "replay");
	assert_true(json_equal(json_object_get(live, "listeners"), json_object_get(replayed, "listeners")));
	assert_true(json_equal(json_object_get(live, "gaps"), json_object_get(replayed, "gaps")));
	assert_true(json_equal(json_object_get(live, "host"), json_object_get(replayed, "host")));
	assert_true(json_equal(json_object_get(live, "time"), json_object_get(replayed, "time")));
	json_decref(live);
	json_decref(replayed);
}

static void test_a_recording_is_not_overwritten(void **state)
{
	struct world *w = *state;
	struct stat before, after;
	char arguments[160];

	if (!w->is_ready || stat(w->recording, &before))
		skip();
	snprintf(arguments, sizeof arguments, "--record %s list", w->recording);
	struct run r = run_lotop(arguments, NULL);
	assert_int_equal(stat(w->recording, &after), 0);
	assert_int_not_equal(r.status, 0);
	assert_true(r.errors_len > 0);
	assert_int_equal(after.st_size, before.st_size);
	run_done(&r);
}

static void test_no_recording(void **state)
{
	static const char *const paths[] = { "/nonexistent/recording", "/dev/null", "/", LOTOP_BINARY };
	char arguments[256];

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		snprintf(arguments, sizeof arguments, "--replay %s list --json", paths[i]);
		struct run r = run_lotop(arguments, NULL);
		assert_int_equal(r.status, 3);
		assert_int_equal(r.output_len, 0);
		assert_non_null(strstr(r.errors, "lotop: "));
		run_done(&r);
	}
}

int main(void)
{
	struct world world = { 0 };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_replay_is_what_was_recorded, &world),
		cmocka_unit_test_prestate(test_a_recording_is_not_overwritten, &world),
		cmocka_unit_test_prestate(test_no_recording, &world),
	};

	make_world(&world);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	end_world(&world);
	return failed;
}
