/* collector: what the view on the screen needs is asked of the platform, and no longer than it is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "collector/collector.h"
#include "tests/fake/fake.h"

enum { PATIENCE_MS = 5000, NEVER_MS = 60000 };

static void fill(void *context, struct facts *facts)
{
	(void)context;
	facts->owners_complete = true;
}

static void post(struct mailbox *m, const struct job *job, struct fake *f, unsigned scans)
{
	mailbox_post(m, job);
	assert_true(fake_wait(f, FAKE_SCAN, scans, PATIENCE_MS));
}

static void connections_are_scanned_while_they_are_wanted(void **state)
{
	const struct collector_options options = { .request = { .owners = true }, .interval_ms = NEVER_MS };
	const struct job on = { .kind = JOB_CONNECTIONS, .wants_connections = true };
	const struct job off = { .kind = JOB_CONNECTIONS }, scan = { .kind = JOB_SCAN };
	struct fake *f = fake_new();
	struct mailbox *m = mailbox_new();
	struct collector *c;

	(void)state;
	fake_add_frame(f, fill, NULL);
	assert_int_equal(collector_start(fake_platform(f), m, &options, &c), 0);
	assert_true(fake_wait(f, FAKE_SCAN, 2, PATIENCE_MS));    /* the first without owners, the second with */
	assert_false(fake_last_request(f).connections);
	post(m, &on, f, 3);                                      /* at once, whatever the interval */
	assert_true(fake_last_request(f).connections);
	assert_true(fake_last_request(f).owners);
	post(m, &scan, f, 4);
	assert_true(fake_last_request(f).connections);
	mailbox_post(m, &off);
	post(m, &scan, f, 5);
	assert_false(fake_last_request(f).connections);
	assert_int_equal(collector_stop(c, PATIENCE_MS), 0);
	mailbox_free(m);
	fake_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connections_are_scanned_while_they_are_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
