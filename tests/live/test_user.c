/* The same machine seen with less: as an ordinary user, and without sock_diag. No row may be missing; what
 * is not known is null or marked, and the gaps say so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "deprive.h"
#include "run.h"
#include "scene.h"

static const char *const visible[] = {
	"listen_v4",  "listen_v6",   "listen_any4",      "listen_dual",  "listen_mapped",
	"split",      "reuseport",   "prefork",          "udp_v4",       "udp_v6",
	"udp_any",    "udp_sharers", "time_wait_server", "time_wait_v6", "fin_wait_2",
	"close_wait", NULL
};
static const char *const diag_only[] = { "bound", "listen_device", NULL };
static const char *const own[] = { "listen_v4", "bound", "udp_v6", "zombie_leader", NULL };
static const char *const guarded[] = { "undumpable", NULL };

struct world {
	bool is_ready, is_root;
	struct scene of_root, unlisted, of_nobody, guarded_nobody;
};

static void make_world(struct world *w)
{
	w->is_root = !geteuid();
	w->is_ready = scene_enter();
	if (!w->is_ready)
		return;
	scene_add(&w->of_root, visible, 20000, NULL);
	scene_add(&w->unlisted, diag_only, 21000, NULL);
	if (w->is_root) {
		scene_add(&w->of_nobody, own, 22000, run_as_nobody);
		scene_add(&w->guarded_nobody, guarded, 23000, run_as_nobody);
	}
}

static void end_world(struct world *w)
{
	scene_end(&w->of_root);
	scene_end(&w->unlisted);
	scene_end(&w->of_nobody);
	scene_end(&w->guarded_nobody);
}

static void check_own_hidden(json_t *found, json_t *row)
{
	(void)row;
	assert_int_equal(json_array_size(json_object_get(found, "holders")), 0);
	assert_true(scene_has_mark(found, "hidden"));
}

static void test_ordinary_user(void **state)
{
	struct world *w = *state;

	scene_need(w->is_ready, "no namespace");
	scene_need(w->is_root, "not root: cannot become another user");
	json_t *list = scene_list("list --json --all", run_as_nobody);
	assert_string_equal(json_string_value(json_object_get(list, "source")), "sock_diag");
	scene_each_row(&w->of_root, list, scene_check_hidden);
	scene_each_row(&w->unlisted, list, scene_check_hidden);
	scene_each_row(&w->of_nobody, list, scene_check_holders);
	scene_each_row(&w->guarded_nobody, list, check_own_hidden);
	scene_check_gap(list, "owners");
	assert_true(json_integer_value(json_object_get(scene_gap(list, "owners"), "count")) > 0);
	assert_true(json_string_length(json_object_get(scene_gap(list, "owners"), "remedy")) > 0);
	json_decref(list);
}

/* With the right to use BPF and no other, owners can be found, and their directories cannot be read. */
static void check_told(json_t *found, json_t *row)
{
	json_t *holders = json_object_get(found, "holders"), *holder;
	size_t i;

	if (!json_array_size(holders)) {
		scene_check_hidden(found, row);
		return;
	}
	scene_check_holders(found, row);
	json_array_foreach(holders, i, holder) {
		assert_non_null(json_string_value(json_object_get(holder, "name")));
		assert_true(json_is_null(json_object_get(holder, "cwd")));
	}
}

static void test_bpf_and_nothing_else(void **state)
{
	struct world *w = *state;
	struct run r;
	bool is_made;

	scene_need(w->is_ready && w->is_root, "no namespace, or not root");
	r = run_lotop("--version", deprive_all_but_bpf);
	is_made = !r.status;
	run_done(&r);
	scene_need(is_made, "these capabilities cannot be had");
	json_t *list = scene_list("list --json --all", deprive_all_but_bpf), *row;
	size_t i, hidden = 0;
	scene_each_row(&w->of_root, list, check_told);
	json_array_foreach(json_object_get(list, "listeners"), i, row)
		hidden += scene_has_mark(row, "hidden");
	if (hidden)
		scene_check_gap(list, "owners");
	printf("BPF alone: %zu owners hidden\n", hidden);
	json_decref(list);
}

static void check_key(json_t *with, json_t *without, const char *key)
{
	if (!json_equal(json_object_get(with, key), json_object_get(without, key)))
		fail_msg("%s differs:\n%s\n%s", key, json_dumps(with, 0), json_dumps(without, 0));
}

/* Everything that both sources can know is the same. */
static void check_same(json_t *with, json_t *without)
{
	static const char *const row_keys[] = { "family", "uid", "exposure", "range" };
	static const char *const holder_keys[] = { "pid", "fds", "name",       "command",
						   "uid", "cwd", "start_ticks", "start_time" };
	json_t *holder, *holders = json_object_get(without, "holders");
	size_t i;

	for (size_t k = 0; k < sizeof row_keys / sizeof *row_keys; k++)
		check_key(with, without, row_keys[k]);
	assert_int_equal(json_array_size(json_object_get(with, "holders")), json_array_size(holders));
	json_array_foreach(json_object_get(with, "holders"), i, holder)
		for (size_t k = 0; k < sizeof holder_keys / sizeof *holder_keys; k++)
			check_key(holder, json_array_get(holders, i), holder_keys[k]);
	assert_true(json_is_null(json_object_get(without, "cookie")));
}

static void test_without_sock_diag(void **state)
{
	struct world *w = *state;
	json_t *row, *found;
	size_t i;

	scene_need(w->is_ready, "no namespace");
	json_t *with = scene_list("list --json --all", NULL),
	       *without = scene_list("list --json --all", deprive_sock_diag);
	assert_string_equal(json_string_value(json_object_get(with, "source")), "sock_diag");
	assert_null(scene_gap(with, "sock_diag"));
	assert_string_equal(json_string_value(json_object_get(without, "source")), "procfs");
	scene_check_gap(without, "sock_diag");
	scene_each_row(&w->of_root, without, scene_check_holders);
	json_array_foreach(json_object_get(with, "listeners"), i, row) {
		if (!json_is_null(json_object_get(row, "device")))      /* /proc/net does not tell it */
			continue;
		found = situation_find(json_object_get(without, "listeners"), row);
		if (found)
			check_same(row, found);
		else
			assert_string_equal(json_string_value(json_object_get(row, "state")), "BOUND");
	}
	json_decref(with);
	json_decref(without);
}

/* The JSON rule: what is not known is null, never 0 or "". */
static void test_unknown_is_null(void **state)
{
	struct world *w = *state;
	json_t *row;
	size_t i;

	scene_need(w->is_ready, "no namespace");
	json_t *list = scene_list("list --json --all", deprive_sock_diag);
	json_array_foreach(json_object_get(list, "listeners"), i, row) {
		const char *state_name = json_string_value(json_object_get(row, "state"));
		if (!strcmp(json_string_value(json_object_get(row, "family")), "ipv6"))
			assert_true(json_is_null(json_object_get(row, "v6only")));
		if (!strcmp(state_name, "TIME-WAIT"))
			assert_true(json_is_null(json_object_get(row, "uid")));
	}
	json_decref(list);
}

/* Owners cannot be seen at all: every row stays, and those that somebody may hold are marked. */
static void check_blind(struct world *w, void (*prepare)(void), const char *gap)
{
	struct run probe = run_lotop("--version", prepare);
	int status = probe.status;

	run_done(&probe);
	scene_need(w->is_ready, "no namespace");
	scene_need(w->is_root, "not root: cannot mount");
	scene_need(!status, "this build does not run without /proc (a sanitizer needs it)");
	json_t *list = scene_list("list --json --all", prepare);
	scene_check_gap(list, gap);
	scene_each_row(&w->of_root, list, scene_check_hidden);
	scene_each_row(&w->unlisted, list, scene_check_hidden);
	json_decref(list);
}

static void test_without_proc(void **state)
{
	check_blind(*state, deprive_proc, "proc");
}

static void test_hidepid(void **state)
{
	check_blind(*state, deprive_by_hidepid_2, "processes");
}

int main(void)
{
	struct world world = { 0 };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_ordinary_user, &world),
		cmocka_unit_test_prestate(test_without_sock_diag, &world),
		cmocka_unit_test_prestate(test_unknown_is_null, &world),
		cmocka_unit_test_prestate(test_without_proc, &world),
		cmocka_unit_test_prestate(test_bpf_and_nothing_else, &world),
		cmocka_unit_test_prestate(test_hidepid, &world),
	};

	make_world(&world);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	end_world(&world);
	return failed;
}
