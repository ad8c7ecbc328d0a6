/* ui/describe, ui/copy: sentences about rows, and what they offer for copying. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>
#include "tests/fake/build.h"
#include "model/tracker.h"
#include "ui/copy.h"
#include "ui/describe.h"

static const char scene[] =
	"process 4211 node alice parent 4200 tty pts/3 cwd /home/alice/shop command next dev\n"
	"process 5001 python3 alice state T\n"
	"process 6500 ssh alice parent 1 cwd /home/alice command ssh -NL 5433:db:5432 alice@bastion\n"
	"tcp 127.0.0.1:5433 by 6500 ssh alice\n"
	"tcp 127.0.0.1:3000 inode 70 queue 0 511 by 4211 node alice\n"
	"tcp [::1]:3000 by 4300 deno alice\n"
	"tcp [::]:8080 v6only no by 5001 python3 alice\n"
	"tcp [::1]:5173 by 4820 vite alice\n"
	"tcp 127.0.0.2:9000 by 6120 java alice\n"
	"tcp 127.0.0.1:5432 by 911 postgres postgres by 912 postgres postgres by 913 postgres postgres\n"
	"tcp 127.0.0.1:631 user root\n"
	"udp 127.0.0.1:5353 by 6000 avahi alice\n"
	"bound tcp 127.0.0.1:4000 by 7 ruby alice\n"
	"time-wait tcp 127.0.0.1:43000 peer 127.0.0.1:9090 expires 9000\n"
	"time-wait tcp 127.0.0.1:8000 peer 127.0.0.1:43210 expires 41000\n"
	"connections\n";

struct desk {
	const struct snapshot *snapshot;
	struct tracker *tracker;
};

static int set_up(void **state)
{
	static struct desk desk;

	desk.snapshot = build_snapshot(1000000, scene);
	desk.tracker = tracker_new();
	tracker_update(desk.tracker, desk.snapshot);
	*state = &desk;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *desk = *state;

	tracker_free(desk->tracker);
	snapshot_unref(desk->snapshot);
	return 0;
}

static const struct row *row_at(const struct desk *desk, enum row_kind kind, const char *endpoint)
{
	const struct listener *l = build_find(desk->snapshot, kind, endpoint);
	size_t count;
	const struct row *rows = tracker_rows(desk->tracker, &count);

	for (size_t i = 0; i < count; i++)
		if (row_key_compare(&rows[i].listener->key, &l->key) == 0)
			return &rows[i];
	fail();
	return NULL;
}

static void check(void **state, void (*describe)(struct buf *, const struct subject *), enum row_kind kind,
		  const char *endpoint, const char *expected)
{
	const struct desk *desk = *state;
	const struct subject about = {
		.snapshot = desk->snapshot, .row = row_at(desk, kind, endpoint), .home = "/home/alice",
	};
	struct buf text = { 0 };

	describe(&text, &about);
	assert_string_equal(buf_string(&text), expected);
	buf_done(&text);
}

static void says_where_localhost_leads(void **state)
{
	static const struct {
		const char *endpoint, *text;
	} cases[] = {
		{ "[::]:8080", "localhost reaches this over IPv4 and IPv6" },
		{ "[::1]:5173", "localhost reaches this over IPv6 only; 127.0.0.1:5173 has no listener" },
		{ "127.0.0.1:3000", "localhost reaches this over IPv4 only; [::1]:3000 reaches deno 4300" },
		{ "[::1]:3000", "localhost reaches this over IPv6 only; 127.0.0.1:3000 reaches node 4211" },
		{ "127.0.0.2:9000", "localhost does not reach this; 127.0.0.1:9000 has no listener, "
				    "[::1]:9000 has no listener" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check(state, describe_reach, ROW_LISTENER, cases[i].endpoint, cases[i].text);
	check(state, describe_reach, ROW_BOUND, "127.0.0.1:4000", "");
}

static void says_who_it_is(void **state)
{
	check(state, describe_identity, ROW_LISTENER, "127.0.0.1:3000",
	      "127.0.0.1:3000 tcp" DOT "node 4211" DOT "next dev");
	check(state, describe_identity, ROW_LISTENER, "127.0.0.1:631",
	      "127.0.0.1:631 tcp" DOT "owner not visible");
	check(state, describe_identity, ROW_BOUND, "127.0.0.1:4000", "127.0.0.1:4000 tcp BOUND" DOT "ruby 7");
	check(state, describe_identity, ROW_LEFTOVER, "127.0.0.1:8000",
	      "127.0.0.1:8000 tcp TIME-WAIT" DOT "no process holds it");
	check(state, describe_identity, ROW_CLIENT_LEFTOVER, "127.0.0.1:9090",
	      "client ports to :9090 tcp TIME-WAIT" DOT "no process holds it");
}

/* Where the line is too narrow the program's directory goes first, then the heads of paths: never the port. */
static void a_command_is_shortened_to_its_line(void **state)
{
	static const struct {
		unsigned columns;
		const char *expected;
	} cases[] = {
		{ 0, "127.0.0.1:5433 tcp" DOT "ssh 6500" DOT "/usr/bin/ssh -N -F /etc/ssh/my.conf bastion" },
		{ 80, "127.0.0.1:5433 tcp" DOT "ssh 6500" DOT "/usr/bin/ssh -N -F /etc/ssh/my.conf bastion" },
		{ 66, "127.0.0.1:5433 tcp" DOT "ssh 6500" DOT "ssh -N -F /etc/ssh/my.conf bastion" },
		{ 60, "127.0.0.1:5433 tcp" DOT "ssh 6500" DOT "ssh -N -F \u2026/my.conf bastion" },
		{ 9, "127.0.0.1:5433 tcp" DOT "ssh 6500" DOT "ssh -N -F \u2026/my.conf bastion" },
	};
	const struct snapshot *s = build_snapshot(
		1000, "process 6500 ssh alice command /usr/bin/ssh -N -F /etc/ssh/my.conf bastion\n"
		"tcp 127.0.0.1:5433 by 6500 ssh alice");
	struct tracker *t = tracker_new();
	struct subject about = { .snapshot = s };
	struct buf text = { 0 };
	size_t count;

	(void)state;
	tracker_update(t, s);
	about.row = tracker_rows(t, &count);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		about.columns = cases[i].columns;
		buf_clear(&text);
		describe_identity(&text, &about);
		assert_string_equal(buf_string(&text), cases[i].expected);
	}
	buf_done(&text);
	tracker_free(t);
	snapshot_unref(s);
}

static void says_where_it_runs(void **state)
{
	check(state, describe_place, ROW_LISTENER, "127.0.0.1:3000",
	      "~/shop" DOT "0 clients" DOT "queue 0/511" DOT "parent 4200" DOT "pts/3");
	check(state, describe_place, ROW_LISTENER, "127.0.0.1:5433",
	      "leads to db:5432 through alice@bastion (ssh)" DOT "~" DOT "0 clients" DOT "queue 0" DOT
	      "child of init (1)");
	check(state, describe_others, ROW_LISTENER, "127.0.0.1:5432",
	      "also held by postgres 912, postgres 913");
	check(state, describe_others, ROW_LISTENER, "127.0.0.1:3000", "");
}

static void paths_below_home_are_short(void **state)
{
	static const struct {
		const char *path, *home, *text;
	} cases[] = {
		{ "/home/alice/shop", "/home/alice", "~/shop" }, { "/home/alice", "/home/alice", "~" },
		{ "/home/alicia", "/home/alice", "/home/alicia" }, { "/srv", "/", "/srv" },
		{ "/srv", NULL, "/srv" }, { "/srv", "", "/srv" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf text = { 0 };

		describe_path(&text, cases[i].path, cases[i].home);
		assert_string_equal(buf_string(&text), cases[i].text);
		buf_done(&text);
	}
}

static void offers_only_what_there_is(void **state)
{
	static const struct {
		enum row_kind row;
		const char *endpoint;
		enum copy_kind kind;
		const char *text;                /* NULL: not offered */
	} cases[] = {
		{ ROW_LISTENER, "127.0.0.1:3000", COPY_ADDRESS, "127.0.0.1:3000" },
		{ ROW_LISTENER, "[::1]:3000", COPY_ADDRESS, "[::1]:3000" },
		{ ROW_LISTENER, "127.0.0.1:3000", COPY_PID, "4211" },
		{ ROW_LISTENER, "127.0.0.1:3000", COPY_COMMAND, "next dev" },
		{ ROW_LISTENER, "[::1]:5173", COPY_COMMAND, NULL },
		{ ROW_LISTENER, "127.0.0.1:631", COPY_PID, NULL },
		{ ROW_LISTENER, "udp 127.0.0.1:5353", COPY_ADDRESS, "127.0.0.1:5353" },
		{ ROW_LISTENER, "udp 127.0.0.1:5353", COPY_URL, NULL },
		{ ROW_LISTENER, "udp 127.0.0.1:5353", COPY_CURL, NULL },
		{ ROW_BOUND, "127.0.0.1:4000", COPY_URL, NULL },
		{ ROW_LEFTOVER, "127.0.0.1:8000", COPY_PID, NULL },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf text = { 0 };
		const struct row *row = row_at(*state, cases[i].row, cases[i].endpoint);
		bool offered = copy_add(&text, cases[i].kind, row);

		assert_int_equal(offered, cases[i].text != NULL);
		assert_string_equal(buf_string(&text), cases[i].text ? cases[i].text : "");
		buf_done(&text);
	}
}

static void json_is_json(void **state)
{
	const struct row *row = row_at(*state, ROW_LISTENER, "127.0.0.1:3000");
	struct buf text = { 0 };
	json_t *object, *holder;

	assert_true(copy_add(&text, COPY_JSON, row));
	object = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(object);
	assert_int_equal(json_integer_value(json_object_get(object, "port")), 3000);
	assert_string_equal(json_string_value(json_object_get(object, "address")), "127.0.0.1");
	assert_true(json_is_null(json_object_get(object, "device")));
	holder = json_array_get(json_object_get(object, "holders"), 0);
	assert_int_equal(json_integer_value(json_object_get(holder, "pid")), 4211);
	json_decref(object);
	buf_done(&text);
}

static void urls_are_for_pasting(void **state)
{
	struct buf url = { 0 }, curl = { 0 };
	struct slice rest;

	assert_true(copy_add(&url, COPY_URL, row_at(*state, ROW_LISTENER, "[::1]:5173")));
	assert_true(slice_starts(buf_slice(&url), "http://"));
	assert_true(slice_ends(buf_slice(&url), ":5173"));
	assert_true(copy_add(&curl, COPY_CURL, row_at(*state, ROW_LISTENER, "[::1]:5173")));
	rest = slice_from(buf_slice(&curl), strlen("curl -v '"));
	assert_memory_equal(rest.ptr, url.data, url.len);
	buf_done(&url);
	buf_done(&curl);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(says_where_localhost_leads, set_up, tear_down),
		cmocka_unit_test_setup_teardown(says_who_it_is, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_command_is_shortened_to_its_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(says_where_it_runs, set_up, tear_down),
		cmocka_unit_test(paths_below_home_are_short),
		cmocka_unit_test_setup_teardown(offers_only_what_there_is, set_up, tear_down),
		cmocka_unit_test_setup_teardown(json_is_json, set_up, tear_down),
		cmocka_unit_test_setup_teardown(urls_are_for_pasting, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
