/* collector_scan_once: one whole scan on the caller's own thread, as one-shot commands make it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "collector/collector.h"
#include "tests/fake/build.h"
#include "tests/fake/fake.h"

static void fill(void *context, struct facts *facts)
{
	(void)context;
	build_add(facts, "tcp 127.0.0.1:22 cookie 1 inode 2 user root");
	build_add(facts, "tcp 127.0.0.1:3000 cookie 7 inode 70 by 4211 node alice");
}

static struct fake *two_listeners(void)
{
	struct fake *f = fake_new();

	fake_add_frame(f, fill, NULL);
	return f;
}

static void all_steps_are_taken(void **state)
{
	const struct scan_request request = { .owners = true };
	struct fake *f = two_listeners();
	const struct snapshot *s = NULL;

	(void)state;
	fake_set_steps(f, 7);
	assert_int_equal(collector_scan_once(fake_platform(f), &request, &s), 0);
	assert_int_equal(s->listener_count, 2);
	assert_int_equal(fake_count(f, FAKE_STEP), 7);
	snapshot_unref(s);
	fake_free(f);
}

static void a_failure_leaves_no_snapshot(void **state)
{
	const struct scan_request request = { .owners = true };
	struct fake *f = two_listeners();
	const struct snapshot *s = NULL;

	(void)state;
	fake_fail_scans(f, -EPERM, 1);
	assert_int_equal(collector_scan_once(fake_platform(f), &request, &s), -EPERM);
	assert_null(s);
	fake_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_steps_are_taken),
		cmocka_unit_test(a_failure_leaves_no_snapshot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
