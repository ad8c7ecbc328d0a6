/* action/gate: behind it everything can be looked at, and nothing is done. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "action/gate.h"

enum { SEEN = 7 };

struct inner {
	struct platform base;
	unsigned looked, acted, freed;
	struct probe_request asked;
};

static struct inner *of(struct platform *p)
{
	return (struct inner *)p;
}

static int look_scan(struct platform *p, const struct scan_request *r, struct facts *out)
{
	(void)r, (void)out;
	of(p)->looked++;
	return SEEN;
}

static int look_check(struct platform *p, struct target *t, struct target_status *out)
{
	(void)t, (void)out;
	of(p)->looked++;
	return SEEN;
}

static int look_probe(struct platform *p, const struct probe_request *r, struct probe *out)
{
	(void)out;
	of(p)->looked++;
	of(p)->asked = *r;
	return SEEN;
}

static int do_signal(struct platform *p, struct target *t, int signal)
{
	(void)t, (void)signal;
	of(p)->acted++;
	return 0;
}

static int do_run(struct platform *p, const char *const argv[], struct slice input, int timeout_ms)
{
	(void)argv, (void)input, (void)timeout_ms;
	of(p)->acted++;
	return 0;
}

static void count_free(struct platform *p)
{
	of(p)->freed++;
}

static const struct platform_ops ops = {
	.name = "inner", .scan_begin = look_scan, .target_check = look_check, .probe = look_probe,
	.target_signal = do_signal,
	.run = do_run, .free = count_free,
};

static void looking_goes_through_and_acting_does_not(void **state)
{
	struct inner inner = { .base = { &ops } };
	struct platform *gate = gate_new(&inner.base);
	const char *argv[] = { "true", NULL };

	(void)state;
	assert_int_equal(platform_scan_begin(gate, NULL, NULL), SEEN);
	assert_int_equal(gate->ops->target_check(gate, NULL, NULL), SEEN);
	assert_int_equal(gate->ops->target_signal(gate, NULL, SIGKILL), -EROFS);
	assert_int_equal(gate->ops->run(gate, argv, (struct slice){ 0 }, 10), -EROFS);
	platform_free(gate);
	assert_int_equal(inner.looked, 2);
	assert_int_equal(inner.acted, 0);
	assert_int_equal(inner.freed, 1);
}

static void a_probe_asks_and_tries_nothing(void **state)
{
	struct inner inner = { .base = { &ops } };
	struct platform *gate = gate_new(&inner.base);
	struct probe_request request = {
		.at = { .port = 3000 }, .connect = { .family = FAMILY_IPV4, .port = 3000 }, .binds = true,
		.elsewhere = true, .pid = 7,
	};

	(void)state;
	assert_int_equal(platform_probe(gate, &request, NULL), SEEN);
	assert_false(inner.asked.binds);
	assert_true(inner.asked.starts_nothing);
	assert_int_equal(inner.asked.connect.family, 0);
	assert_int_equal(inner.asked.at.port, 3000);
	assert_int_equal(inner.asked.pid, 7);
	assert_true(inner.asked.elsewhere);
	request.only_binds = true;
	assert_int_equal(platform_probe(gate, &request, NULL), -EROFS);
	assert_int_equal(inner.looked, 1);
	platform_free(gate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(looking_goes_through_and_acting_does_not),
		cmocka_unit_test(a_probe_asks_and_tries_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
