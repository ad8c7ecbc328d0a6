/* Every situation of the helper, made side by side in one private network namespace and listed once: each
 * must be a row with the right address, state, holders, roles, owner and marks, and the right answer of
 * `lotop why`. The helper knows what is there, this table knows what lotop should say about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "scene.h"
#include "truth.h"

enum { ROWS_MAX = 2 };

struct expected {
	const char *exposure;
	const char *with, *without;  /* marks, by blanks; NULL = none */
	const char *roles;           /* of its holders, by pid; NULL = all are servers; "" = there is none */
	int expires_from_ms, expires_to_ms;     /* 0,0 = null */
	bool needs_root;             /* the root of an own user namespace does not see it */
};

struct situation_case {
	const char *name;
	const char *truth;           /* rows of truth.txt that it is; NULL = a variant of no row */
	const char *why;             /* the first answer of `lotop why` */
	struct expected rows[ROWS_MAX];         /* as the helper orders them */
};

#define LOOPBACK(...) { .exposure = "loopback", __VA_ARGS__ }
#define WILDCARD(...) { .exposure = "wildcard", __VA_ARGS__ }
#define LAN(...) { .exposure = "lan", __VA_ARGS__ }
#define QUIET .without = "stopped zombie bound full exposed deleted hidden leftover ephemeral"
#define LEFTOVER .with = "leftover", .without = "bound exposed hidden stopped full"

static const struct situation_case cases[] = {
	{ "listen_v4", "1", "v4_loopback", { LOOPBACK(QUIET) } },
	{ "listen_v4_other", "2", "other_loopback_address", { LOOPBACK(QUIET) } },
	{ "listen_v6", "3", "v6_loopback", { LOOPBACK(QUIET) } },
	{ "listen_any4", "4", "v4_wildcard",
	  { WILDCARD(.with = "exposed", .without = "hidden bound full") } },
	{ "listen_dual", "5", "dual_stack", { WILDCARD(.with = "exposed", .without = "hidden") } },
	{ "listen_any6_only", "6", "v6_wildcard", { WILDCARD(.with = "exposed", .without = "hidden") } },
	{ "listen_mapped", "7", "v4_mapped", { LOOPBACK(QUIET) } },
	{ "listen_device", "8", "device_bound", { LOOPBACK(QUIET) } },
	{ "listen_other_device", "8", "device_bound", { LAN(.with = "exposed") } },
	{ "listen_link_local", "9", "link_local", { LAN(.without = "hidden") } },
	{ "listen_foreign_address", "10", "foreign_address", { LAN(.without = "hidden") } },
	{ "listen_mptcp", "14", "v4_loopback", { LOOPBACK(QUIET) } },
	{ "listen_unbound", "15", "v4_wildcard", { WILDCARD(.with = "exposed ephemeral") } },
	{ "reuseport", "11", "reuseport_group", { LOOPBACK(.roles = "server worker worker", QUIET) } },
	{ "shadow", "12", "shadowed", { WILDCARD(.with = "exposed"), LOOPBACK(QUIET) } },
	{ "split", "13", "split", { LOOPBACK(QUIET, .with = "split"), LOOPBACK(QUIET, .with = "split") } },
	{ "queue_waiting", NULL, "v4_loopback", { LOOPBACK(QUIET) } },
	{ "queue_full", "C1", "queue_full", { LOOPBACK(.with = "full") } },
	{ "udp_v4", "16", "v4_loopback", { LOOPBACK(QUIET) } },
	{ "udp_v6", NULL, "v6_loopback", { LOOPBACK(QUIET) } },
	{ "udp_any", NULL, "v4_wildcard", { WILDCARD(.with = "exposed") } },
	{ "udp_sharers", "17", "udp_shared",
	  { LOOPBACK(.roles = "server worker", .without = "hidden bound") } },
	{ "udp_full", "19", "udp_full", { LOOPBACK(.without = "hidden") } },
	{ "udp_kernel", "40", "kernel_socket", { WILDCARD(.roles = "", .with = "exposed unheld",
							  .without = "hidden") } },
	{ "bound", "20", "bound_not_listening",
	  { LOOPBACK(.with = "bound", .without = "leftover hidden exposed") } },
	{ "bound_v6", "20", "bound_not_listening",
	  { LOOPBACK(.with = "bound", .without = "leftover hidden exposed") } },
	{ "shutdown", "21", "bound_not_listening",
	  { LOOPBACK(.with = "bound", .without = "leftover hidden") } },
	{ "destroyed", "22", "bound_not_listening",
	  { LOOPBACK(.with = "bound", .without = "leftover hidden") } },
	{ "bound_beside_listener", "23", "bound_beside_listener",
	  { LOOPBACK(QUIET), LOOPBACK(.with = "bound", .without = "hidden") } },
	{ "time_wait_server", "24", "time_wait",
	  { LOOPBACK(.roles = "", LEFTOVER, .expires_from_ms = 30000, .expires_to_ms = 60000) } },
	{ "time_wait_client", "26", "client_time_wait",
	  { LOOPBACK(.roles = "", LEFTOVER, .expires_from_ms = 30000, .expires_to_ms = 60000) } },
	{ "time_wait_v6", "24", "time_wait",
	  { LOOPBACK(.roles = "", LEFTOVER, .expires_from_ms = 30000, .expires_to_ms = 60000) } },
	{ "fin_wait_1", "28", "unacked_close", { LOOPBACK(.roles = "", LEFTOVER) } },
	{ "fin_wait_2", "27", "fin_wait_2",
	  { LOOPBACK(.roles = "", LEFTOVER, .expires_from_ms = 30000, .expires_to_ms = 60000) } },
	{ "close_wait", "30", "close_wait", { LOOPBACK(LEFTOVER) } },
	{ "last_ack", "28", "unacked_close", { LOOPBACK(.roles = "", LEFTOVER) } },
	{ "closing", "28", "unacked_close", { LOOPBACK(LEFTOVER) } },
	{ "inherited", "33", "leaked", { LOOPBACK(.roles = "leaked", QUIET, .with = "inherited") } },
	{ "inherited_other", "33", "leaked", { LOOPBACK(.roles = "leaked", .with = "inherited",
						   .without = "orphan leaked") } },
	{ "leaked", NULL, "several_processes",
	  { LOOPBACK(.roles = "server leaked", QUIET, .with = "leaked") } },
	{ "orphan", NULL, "orphan", { LOOPBACK(QUIET, .with = "orphan") } },
	{ "daemon", NULL, "v4_loopback", { LOOPBACK(.without = "orphan inherited leaked hidden") } },
	{ "prefork", "34", "several_processes",
	  { LOOPBACK(.roles = "server worker worker worker", QUIET) } },
	{ "two_descriptors", NULL, "v4_loopback", { LOOPBACK(QUIET) } },
	{ "in_flight", "35", "in_flight", { LOOPBACK(.roles = "", .with = "unheld", .without = "hidden") } },
	{ "io_uring", "36", "io_uring", { LOOPBACK(.roles = "", .with = "unheld", .without = "hidden") } },
	{ "zombie_leader", "38", "zombie", { LOOPBACK(.with = "zombie", .without = "hidden") } },
	{ "thread_table", "39", "v4_loopback", { LOOPBACK(.without = "hidden zombie") } },
	{ "stopped", NULL, "stopped", { LOOPBACK(.with = "stopped", .without = "zombie hidden") } },
	{ "deleted_directory", NULL, "v4_loopback", { LOOPBACK(.with = "deleted") } },
	{ "deleted_program", NULL, "leaked", { LOOPBACK(.roles = "leaked", .with = "deleted") } },
	{ "undumpable", NULL, "v4_loopback", { LOOPBACK(QUIET, .needs_root = true) } },
	{ "moved_namespace", "45", "v4_loopback", { LOOPBACK(.without = "hidden") } },
	{ "foreign_namespace", "46", "free", { { 0 } } },
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

/* Who has it, in which role; and that the owner is one of them, or said to be nobody. */
static void check_owner(json_t *found, const char *roles)
{
	json_t *holders = json_object_get(found, "holders"), *owner = json_object_get(found, "owner"),
		*holder;
	size_t i, owners = 0, servers = 0;
	int length = 0;
	char role[16];

	json_array_foreach(holders, i, holder) {
		snprintf(role, sizeof role, "server");
		if (roles && (sscanf(roles, " %15s%n", role, &length) != 1 || !length))
			fail_msg("more holders than roles: %s", json_dumps(found, 0));
		roles = roles ? roles + length : NULL;
		assert_string_equal(scene_text(holder, "role"), role);
		servers += strcmp(role, "leaked") != 0;
		owners += json_equal(json_object_get(holder, "pid"), json_object_get(owner, "pid"));
	}
	assert_true(!roles || !*roles);
	assert_string_equal(scene_text(owner, "certainty"), json_array_size(holders) ? "certain" : "none");
	assert_int_equal(owners, json_array_size(holders) ? 1 : 0);
	assert_int_equal(json_string_length(json_object_get(owner, "reason")) > 0,
			 !json_array_size(holders) || !servers);
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
	check_owner(found, e->roles);
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

static void check_why(const struct situation_case *c, json_t *made)
{
	json_t *row = json_array_get(json_object_get(made, "rows"), 0);
	json_t *port = row ? json_object_get(row, "port") : json_object_get(made, "absent_port");
	char arguments[48];

	snprintf(arguments, sizeof arguments, "why --json%s %d",
		 row && !strcmp(scene_text(row, "protocol"), "udp") ? " --udp" : "",
			(int)json_integer_value(port));
	json_t *answer = scene_why(arguments, NULL);
	if (strcmp(scene_answer(answer), c->why) != 0)
		fail_msg("%s: %s instead of %s: %s", arguments, scene_answer(answer), c->why,
			 json_dumps(answer, 0));
	json_decref(answer);
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
	if (!made)
		truth_not_made(c->truth, w->scene.situations[argument->index].reason);
	if (!made || (c->rows[0].needs_root && !w->is_root))
		skip();
	w->made++;
	json_array_foreach(json_object_get(made, "rows"), i, row)
		check_row(listeners, row, &c->rows[i]);
	check_absent(listeners, json_integer_value(json_object_get(made, "absent_port")));
	if (!w->is_root)
		return;              /* some holders are hidden from it: other answers */
	check_why(c, made);
	truth_made(c->truth);
}

int main(void)
{
	struct world world = { .is_root = !geteuid() };
	struct argument arguments[CASES];
	struct CMUnitTest tests[CASES];

	make_world(&world);
	usleep(100 * 1000);                  /* until the last FIN is acknowledged: FIN-WAIT-1 becomes 2 */
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
