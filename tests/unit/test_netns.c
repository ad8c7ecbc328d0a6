/* model/netns: other network namespaces are called by their names, and nothing in them is taken for something
 * here: rows, loopbacks, cookies, clients, and the order of a list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "model/column.h"
#include "model/rows.h"
#include "tests/fake/build.h"
#include "tests/unit/namespaces.h"

#define DOCKER "/system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope"

static const struct {
	const char *name, *cgroup, *label, *container;
} labels[] = {
	{ "blue", "", "blue", NULL },
	{ "blue", DOCKER, "blue", "0123456789ab" },
	{ "", DOCKER, "0123456789ab", "0123456789ab" },
	{ "", "/user.slice/user-1000.slice/session-3.scope", "netns:4026532001", NULL },
	{ "", "", "netns:4026532001", NULL },
	{ "a\x1b[31mb", "", "a\\x1b[31mb", NULL },
};

static void each_has_a_name(void **state)
{
	struct arena arena = { 0 };
	(void)state;

	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
		const struct netns_fact fact = {
			.inode = 4026532001, .name = slice_of(labels[i].name),
			.cgroup = slice_of(labels[i].cgroup),
		};
		struct netns netns = netns_make(&arena, &fact, NULL);

		assert_string_equal(netns.label, labels[i].label);
		if (labels[i].container)
			assert_string_equal(netns.container, labels[i].container);
		else
			assert_null(netns.container);
	}
	arena_done(&arena);
}

/* The same port here and in two others; with the cookies of an old kernel, which counts them in each. */
static const char scene[] =
	"netns 4026532001 blue\n"
	"netns 4026532002 - " DOCKER " 77\n"
	"connections\n"
	"tcp 127.0.0.1:3000 cookie 5 inode 50 netns 4026532002 by 30 zope alice\n"
	"tcp 127.0.0.1:3000 cookie 5 inode 51 by 31 node alice\n"
	"tcp 0.0.0.0:80 cookie 6 inode 52 netns 4026532001 by 32 Apache root\n"
	"tcp [::1]:4000 cookie 7 inode 53 netns 4026532001\n"
	"tcp 127.0.0.1%eth0:6000 cookie 9 inode 55 netns 4026532001\n"
	"tcp 127.0.0.1:50000 cookie 8 inode 54 by 33 mysqld alice\n"
	"established tcp 127.0.0.1:3000 peer 127.0.0.1:40001\n";

static void rows_are_apart(void **state)
{
	const struct snapshot *s = build_snapshot(1000, scene);
	const struct listener *here = namespaces_find(s, 0, 3000),
			      *there = namespaces_find(s, 4026532002, 3000);

	(void)state;
	assert_int_equal(s->listener_count, 6);
	assert_null(here->netns);
	assert_string_equal(there->netns->label, "0123456789ab");
	assert_int_equal(there->netns->fact->pid, 77);
	assert_int_equal(here->holders[0].process->fact->pid, 31);
	assert_int_equal(there->holders[0].process->fact->pid, 30);
	assert_ptr_equal(snapshot_find(s, &there->key), there);
	assert_int_equal(here->clients, 1);
	assert_int_equal(there->clients, -1);            /* not counted there */
	snapshot_unref(s);
}

static void nothing_there_is_reached_from_here(void **state)
{
	const struct snapshot *s = build_snapshot(1000, scene);
	const struct listener *wildcard = namespaces_find(s, 4026532001, 80),
			      *high = namespaces_find(s, 0, 50000);

	(void)state;
	assert_ptr_equal(exposure_reached(s, PROTOCOL_TCP, FAMILY_IPV4, 3000), namespaces_find(s, 0, 3000));
	assert_null(exposure_reached(s, PROTOCOL_TCP, FAMILY_IPV4, 80));
	assert_null(exposure_reached(s, PROTOCOL_TCP, FAMILY_IPV6, 4000));
	assert_int_equal(wildcard->exposure, EXPOSURE_NETNS);
	assert_false(wildcard->marks & 1u << MARK_EXPOSED);
	assert_true(listener_is_local(wildcard));        /* shown without being asked for twice */
	assert_string_equal(namespaces_find(s, 4026532001, 6000)->device, "if2");   /* not the name of ours */
	assert_false(namespaces_find(s, 4026532001, 6000)->is_ephemeral);
	assert_null(high->netns);
	snapshot_unref(s);
}

static void check_order(struct rows *r, const struct tracker *t, struct rows_options o, const char *expected)
{
	struct buf places = { 0 };

	rows_update(r, t, &o);
	for (size_t i = 0; i < r->count; i++) {
		const struct endpoint *e = &r->items[i]->listener->key.endpoint;

		buf_printf(&places, "%s%u/%u", i ? " " : "", e->netns ? e->netns - 4026532000u : 0, e->port);
	}
	assert_string_equal(buf_string(&places), expected);
	buf_done(&places);
}

static void every_order_keeps_them_apart(void **state)
{
	const struct snapshot *s = build_snapshot(1000, scene);
	struct tracker *t = tracker_new();
	struct rows r = { 0 };

	(void)state;
	tracker_update(t, s);
	check_order(&r, t, (struct rows_options){ .sort = NULL },
		    "0/3000 0/50000 1/80 1/4000 1/6000 2/3000");
	check_order(&r, t, (struct rows_options){ .is_reversed = true },
		    "0/50000 0/3000 1/6000 1/4000 1/80 2/3000");
	check_order(&r, t, (struct rows_options){ .sort = column_named("process") },
		    "0/50000 0/3000 1/80 1/4000 1/6000 2/3000");
	rows_done(&r);
	tracker_free(t);
	snapshot_unref(s);
}

static bool has_column(const struct snapshot *s, unsigned width)
{
	const struct column *columns[COLUMN_MAX];
	uint16_t widths[COLUMN_MAX];
	const struct column_space space = { .width = width, .snapshot = s };
	unsigned count = column_layout(&space, columns, widths);

	for (unsigned i = 0; i < count; i++)
		if (columns[i] == column_named("netns"))
			return true;
	return false;
}

static void the_column_comes_when_asked_for(void **state)
{
	const struct snapshot *with = build_snapshot(1000, scene), *without = build_snapshot(1000, "tcp 127.0.0.1:3000");
	(void)state;

	assert_false(column_is_usual(column_named("netns"), without));
	assert_true(column_is_usual(column_named("netns"), with));
	assert_false(column_is_usual(column_named("host"), with));
	for (unsigned width = 48; width < 300; width += 4) {
		assert_false(has_column(without, width));
		assert_true(has_column(with, width));
	}
	snapshot_unref(with);
	snapshot_unref(without);
}

static void a_copy_stands_alone(void **state)
{
	const struct snapshot *s = build_snapshot(1000, scene);
	struct arena arena = { 0 };
	const struct listener *copy = listener_copy(&arena, namespaces_find(s, 4026532002, 3000));

	(void)state;
	snapshot_unref(s);
	assert_string_equal(copy->netns->label, "0123456789ab");
	assert_true(slice_is(copy->netns->fact->cgroup, DOCKER));
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_has_a_name),
		cmocka_unit_test(rows_are_apart),
		cmocka_unit_test(nothing_there_is_reached_from_here),
		cmocka_unit_test(every_order_keeps_them_apart),
		cmocka_unit_test(the_column_comes_when_asked_for),
		cmocka_unit_test(a_copy_stands_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
