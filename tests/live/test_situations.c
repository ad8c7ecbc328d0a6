/* Every situation of the helper, made side by side in one private network namespace and listed once: each
 * must be a row with the right address, state, holders, descriptors and marks. The helper knows what is
 * there, this table knows what lotop should say about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "scene.h"

enum { ROWS_MAX = 2 };

struct expected {
	const char *exposure;
	const char *with, *without;  /* marks, by blanks; NULL = none */
	int expires_from_ms, expires_to_ms;     /* 0,0 = null */
	bool needs_root;             /* the root of an own user namespace does not see it */
};

struct situation_case {
	const char *name;
	struct expected rows[ROWS_MAX];         /* as the helper orders them */
};

#define LOOPBACK(...) { .exposure = "loopback", __VA_ARGS__ }
#define WILDCARD(...) { .exposure = "wildcard", __VA_ARGS__ }
#define LAN(...) { .exposure = "lan", __VA_ARGS__ }
#define QUIET .without = "stopped zombie bound full exposed deleted hidden leftover ephemeral"
#define LEFTOVER .with = "leftover", .without = "bound exposed hidden stopped full"

static const struct situation_case cases[] = {
	{ "listen_v4", { LOOPBACK(QUIET) } },
	{ "listen_v4_other", { LOOPBACK(QUIET) } },
	{ "listen_v6", { LOOPBACK(QUIET) } },
	{ "listen_any4", { WILDCARD(.with = "exposed", .without = "hidden bound full") } },
	{ "listen_dual", { WILDCARD(.with = "exposed", .without = "hidden") } },
	{ "listen_any6_only", { WILDCARD(.with = "exposed", .without = "hidden") } },
	{ "listen_mapped", { LOOPBACK(QUIET) } },
	{ "listen_device", { LOOPBACK(QUIET) } },
	{ "listen_link_local", { LAN(.without = "hidden") } },
	{ "listen_foreign_address", { LAN(.without = "hidden") } },
	{ "listen_mptcp", { LOOPBACK(QUIET) } },
	{ "listen_unbound", { WILDCARD(.with = "exposed ephemeral") } },
	{ "reuseport", { LOOPBACK(QUIET) } },
	{ "shadow", { WILDCARD(.with = "exposed"), LOOPBACK(QUIET) } },
	{ "split", { LOOPBACK(QUIET), LOOPBACK(QUIET) } },
	{ "queue_waiting", { LOOPBACK(QUIET) } },
	{ "queue_full", { LOOPBACK(.with = "full") } },
	{ "udp_v4", { LOOPBACK(QUIET) } },
	{ "udp_v6", { LOOPBACK(QUIET) } },
	{ "udp_any", { WILDCARD(.with = "exposed") } },
	{ "udp_sharers", { LOOPBACK(.without = "hidden bound") } },
	{ "udp_full", { LOOPBACK(.without = "hidden") } },
	{ "udp_kernel", { WILDCARD(.with = "exposed") } },
	{ "bound", { LOOPBACK(.with = "bound", .without = "leftover hidden exposed") } },
	{ "bound_v6", { LOOPBACK(.with = "bound", .without = "leftover hidden exposed") } },
	{ "shutdown", { LOOPBACK(.with = "bound", .without = "leftover hidden") } },
	{ "destroyed", { LOOPBACK(.with = "bound", .without = "leftover hidden") } },
	{ "bound_beside_listener", { LOOPBACK(QUIET), LOOPBACK(.with = "bound", .without = "hidden") } },
	{ "time_wait_server", { LOOPBACK(LEFTOVER, .expires_from_ms = 30000, .expires_to_ms = 60000) } },
	{ "time_wait_client", { LOOPBACK(LEFTOVER, .expires_from_ms = 30000, .expires_to_ms = 60000) } },
	{ "time_wait_v6", { LOOPBACK(LEFTOVER, .expires_from_ms = 30000, .expires_to_ms = 60000) } },
	{ "fin_wait_1", { LOOPBACK(LEFTOVER) } },
	{ "fin_wait_2", { LOOPBACK(LEFTOVER, .expires_from_ms = 30000, .expires_to_ms = 60000) } },
	{ "close_wait", { LOOPBACK(LEFTOVER) } },
	{ "last_ack", { LOOPBACK(LEFTOVER) } },
	{ "closing", { LOOPBACK(LEFTOVER) } },
	{ "inherited", { LOOPBACK(QUIET) } },
	{ "prefork", { LOOPBACK(QUIET) } },
	{ "two_descriptors", { LOOPBACK(QUIET) } },
	{ "in_flight", { LOOPBACK(.with = "hidden") } },
	{ "io_uring", { LOOPBACK(.with = "hidden") } },
	{ "zombie_leader", { LOOPBACK(.with = "zombie", .without = "hidden") } },
	{ "thread_table", { LOOPBACK(.without = "hidden zombie") } },
	{ "stopped", { LOOPBACK(.with = "stopped", .without = "zombie hidden") } },
	{ "deleted_directory", { LOOPBACK(.with = "deleted") } },
	{ "deleted_program", { LOOPBACK(.with = "deleted") } },
	{ "undumpable", { LOOPBACK(QUIET, .needs_root = true) } },
	{ "moved_namespace", { LOOPBACK(.without = "hidden") } },
	{ "foreign_namespace", { { 0 } } },
};

enum { CASES = sizeof cases / sizeof *cases };
_Static_assert((int)CASES <= (int)SCENE_MAX, "the scene is too small");

struct world {
	struct scene scene;          /* in the order of `cases` */
	json_t *list;                /* what `lotop list --json --all` said; NULL without a namespace */
	bool is_root;
	int made;
};

static void make_world(struct world *w)
{
	const char *names[CASES + 1] = { NULL };

	if (!scene_enter())
		return;
	for (int i = 0; i < CASES; i++)
		names[i] = cases[i].name;
	scene_add(&w->scene, names, SCENE_FIRST_PORT, NULL);
	w->list = scene_list("list --json --all", NULL);
}

/* Are all of `marks` (a list by blanks) there, or none of them? */
static void check_marks(json_t *row, const char *marks, bool wanted)
{
	char mark[16];

	for (int length; marks && sscanf(marks, " %15s%n", mark, &length) == 1; marks += length)
		if (scene_has_mark(row, mark) != wanted)
			fail_msg("mark %s should%s be there: %s", mark, wanted ? "" : " not",
				 json_dumps(row, 0));
}

static void check_equal(json_t *found, json_t *row, const char *key)
{
	json_t *wanted = json_object_get(row, key), *is = json_object_get(found, key);

	if (wanted && !json_equal(wanted, is))
		fail_msg("%s: made %s, listed %s", key, json_dumps(wanted, JSON_ENCODE_ANY),
			 is ? json_dumps(is, JSON_ENCODE_ANY) : "nothing");
}

static void check_expiry(json_t *found, const struct expected *e)
{
	json_t *expires = json_object_get(found, "expires_ms");

	if (!e->expires_to_ms) {
		assert_true(json_is_null(expires));
		return;
	}
	assert_true(json_is_integer(expires));
	assert_in_range(json_integer_value(expires), (uintmax_t)e->expires_from_ms,
			(uintmax_t)e->expires_to_ms);
}

static void check_row(json_t *listeners, json_t *row, const struct expected *e)
{
	json_t *found = situation_find(listeners, row);

	if (!found)
		fail_msg("no such row: %s", json_dumps(row, 0));
	if (json_integer_value(json_object_get(row, "inode")) &&
	    json_integer_value(json_object_get(row, "sockets")) == 1)
		check_equal(found, row, "inode");
	check_equal(found, row, "sockets");
	check_equal(found, row, "device");
	check_equal(found, row, "v6only");
	check_equal(found, row, "queue");
	if (!situation_same_holders(found, row))
		fail_msg("holders: made %s, listed %s", json_dumps(json_object_get(row, "holders"), 0),
			 json_dumps(json_object_get(found, "holders"), 0));
	assert_string_equal(json_string_value(json_object_get(found, "exposure")), e->exposure);
	check_marks(found, e->with, true);
	check_marks(found, e->without, false);
	check_expiry(found, e);
}

static void check_absent(json_t *listeners, json_int_t port)
{
	json_t *listener;
	size_t i;

	json_array_foreach(listeners, i, listener)
		if (port && json_integer_value(json_object_get(listener, "port")) == port)
			fail_msg("port %d is not in this namespace", (int)port);
}

struct argument {                /* what one test is run with */
	struct world *world;
	int index;
};

static void check_situation(void **state)
{
	struct argument *argument = *state;
	struct world *w = argument->world;
	json_t *made = w->scene.situations[argument->index].made;
	const struct situation_case *c = &cases[argument->index];
	json_t *row, *listeners = json_object_get(w->list, "listeners");
	size_t i;

	if (made && c->rows[0].needs_root && !w->is_root)
		printf("skipped: %s: needs root\n", c->name);
	if (!made || (c->rows[0].needs_root && !w->is_root))
		skip();
	w->made++;
	json_array_foreach(json_object_get(made, "rows"), i, row)
		check_row(listeners, row, &c->rows[i]);
	check_absent(listeners, json_integer_value(json_object_get(made, "absent_port")));
}

int main(void)
{
	struct world world = { .is_root = !geteuid() };
	struct argument arguments[CASES];
	struct CMUnitTest tests[CASES];

	make_world(&world);
	for (int i = 0; i < CASES; i++) {
		arguments[i] = (struct argument){ &world, i };
		tests[i] = (struct CMUnitTest){ cases[i].name, check_situation, NULL, NULL, &arguments[i] };
	}
	int failed = cmocka_run_group_tests_name("situations", tests, NULL, NULL);
	printf("situations made: %d of %d\n", world.made, CASES);
	scene_end(&world.scene);
	json_decref(world.list);
	return failed;
}
