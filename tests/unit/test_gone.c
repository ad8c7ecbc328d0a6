/* model/gone: copies live as long as their time is kept, whatever becomes of what they were made of */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/fake/build.h"
#include "model/gone.h"

static const struct listener *keep(struct gone *g, int64_t closed_ms, unsigned port)
{
	struct facts *f = build_facts(1000, "");
	const struct listener *copy;
	const struct snapshot *s;

	build_add(f, "process 7 node alice command next dev\ntcp 127.0.0.1:%u cookie 1 by 7 node alice", port);
	s = snapshot_build(f);
	copy = gone_keep(g, closed_ms, &s->listeners[0]);
	snapshot_unref(s);
	return copy;
}

static void check(const struct listener *l, unsigned port)
{
	assert_int_equal(l->key.endpoint.port, port);
	assert_string_equal(l->holders[0].process->command, "next dev");
	assert_int_equal(l->socket->local.port, port);
}

static void copies_of_one_time_go_together(void **state)
{
	struct gone g = { 0 };
	const struct listener *a = keep(&g, 1000, 3000), *b = keep(&g, 1000, 3001), *c = keep(&g, 2000, 3002);
	const struct listener *held = keep(&g, 3000, 3003), *d = keep(&g, 9000, 3004);

	(void)state;
	assert_int_equal(g.count, 4);
	check(a, 3000);
	check(b, 3001);
	gone_drop(&g, 1000, 9000, -1);
	assert_int_equal(g.count, 3);
	check(c, 3002);
	gone_drop(&g, 5000, 10000, 3000);
	assert_int_equal(g.count, 2);
	check(held, 3003);
	check(d, 3004);
	gone_drop(&g, 5000, 8000, -1);                   /* the clock stepped back: that is over, too */
	assert_int_equal(g.count, 0);
	gone_done(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_of_one_time_go_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
