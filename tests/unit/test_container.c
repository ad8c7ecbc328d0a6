/* model/container, and what a snapshot makes of it: names instead of ids, what stands behind a published
 * port, and no hostile byte in either. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/text.h"
#include "model/container.h"
#include "tests/fake/build.h"
#include "tests/unit/namespaces.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

static const char scene[] =
	"container " ID " web nginx:alpine\n"
	"published 0.0.0.0:8080 80\n"
	"published 127.0.0.1:9000 9\n"
	"netns 4026532001 - /system.slice/docker-" ID ".scope 77\n"
	"netns 4026532002 - /system.slice/docker-" OTHER ".scope 78\n"
	"process 10 nginx root cgroup /system.slice/docker-" ID ".scope\n"
	"process 11 nginx root cgroup /system.slice/docker-" OTHER ".scope\n"
	"tcp 0.0.0.0:8080 by 5 docker-proxy root\n"
	"tcp [::]:8080 by 6 docker-proxy root\n"
	"tcp 127.0.0.1:9000 by 7 docker-proxy root\n"
	"tcp 127.0.0.2:9000 by 8 node alice\n"
	"udp 0.0.0.0:8080 by 9 node alice\n"
	"tcp 0.0.0.0:8080 netns 4026532001 by 10 nginx root\n"
	"tcp 0.0.0.0:80 netns 4026532002 by 11 nginx root\n";

static const struct {
	const char *local;
	uint32_t netns;
	uint16_t inner;              /* 0 = nothing is published there */
} rows[] = {
	{ "0.0.0.0", 0, 80 }, { "::", 0, 80 }, { "127.0.0.1", 0, 9 }, { "127.0.0.2", 0, 0 },
	{ "0.0.0.0", 4026532001, 0 },
};

static void what_stands_behind_a_port(void **state)
{
	struct facts *f = build_facts(1, scene);
	(void)state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct endpoint at = { .protocol = PROTOCOL_TCP, .netns = rows[i].netns };
		const struct container_fact *behind;

		assert_int_equal(endpoint_parse_address(slice_of(rows[i].local), &at), 0);
		at.port = rows[i].inner == 9 || !strcmp(rows[i].local, "127.0.0.2") ? 9000 : 8080;
		behind = container_behind(f, &at);
		assert_int_equal(behind ? behind->inner_port : 0, rows[i].inner);
		at.protocol = PROTOCOL_UDP;
		assert_null(container_behind(f, &at));
	}
	facts_free(f);
}

static void names_instead_of_ids(void **state)
{
	const struct snapshot *s = build_snapshot(1, scene);
	const struct listener *named = namespaces_find(s, 4026532001, 8080),
			      *unnamed = namespaces_find(s, 4026532002, 80);
	struct arena arena = { 0 };

	(void)state;
	assert_string_equal(named->owner.container, "web");
	assert_string_equal(named->netns->label, "web");
	assert_string_equal(named->holders[0].process->container, "web");
	assert_string_equal(unnamed->owner.container, "fedcba987654");
	assert_string_equal(unnamed->netns->label, "fedcba987654");
	assert_string_equal(namespaces_find(s, 0, 9000)->publication->container, "web");
	assert_true(slice_is(namespaces_find(s, 0, 9000)->publication->fact->image, "nginx:alpine"));
	named = listener_copy(&arena, namespaces_find(s, 0, 9000));
	snapshot_unref(s);
	assert_string_equal(named->publication->container, "web");
	assert_int_equal(named->publication->fact->inner_port, 9);
	arena_done(&arena);
}

static void names_are_cleaned(void **state)
{
	const struct snapshot *s = build_snapshot(1,
		"container " ID " we\x1b[31mb\xff i\x1b\npublished 0.0.0.0:80 1\n"
		"tcp 0.0.0.0:80 by 5 docker-proxy root\n"
		"process 10 nginx root cgroup /system.slice/docker-" ID ".scope\n"
		"netns 7 - /system.slice/docker-" ID ".scope\ntcp 127.0.0.1:81 netns 7 by 10 nginx root\n");

	(void)state;
	assert_string_equal(namespaces_find(s, 0, 80)->publication->container, "we\\x1b[31mb\\xff");
	assert_true(text_is_safe(slice_of(namespaces_find(s, 7, 81)->netns->label)));
	assert_true(text_is_safe(slice_of(namespaces_find(s, 7, 81)->owner.container)));
	snapshot_unref(s);
}

/* The processes of a scan are used again by the next one, but not with a name that changed. */
static void a_new_name_is_seen(void **state)
{
	struct facts *f = build_facts(1, scene);
	const struct snapshot *before = snapshot_build(f), *after;

	(void)state;
	f = build_facts(2, scene);
	f->containers[0].name = slice_of("shop");
	after = snapshot_build_after(f, before);
	assert_string_equal(namespaces_find(after, 4026532001, 8080)->owner.container, "shop");
	snapshot_unref(before);
	snapshot_unref(after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_stands_behind_a_port),
		cmocka_unit_test(names_instead_of_ids),
		cmocka_unit_test(names_are_cleaned),
		cmocka_unit_test(a_new_name_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
