/* model/exposure: who can reach an address, and which of several listeners answers, as measured. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/fake/build.h"
#include "model/exposure.h"

static void who_can_reach_it(void **state)
{
	static const struct {
		const char *address;
		uint32_t device, loopback;
		const char *exposure;
	} cases[] = {
		{ "127.0.0.1", 0, 1, "loopback" }, { "127.0.0.2", 0, 1, "loopback" },
		{ "::1", 0, 1, "loopback" },
		{ "::ffff:127.0.0.1", 0, 1, "loopback" }, { "127.0.0.1", 5, 1, "loopback" },
		{ "0.0.0.0", 0, 1, "wildcard" }, { "::", 0, 1, "wildcard" },
		{ "::ffff:0.0.0.0", 0, 1, "wildcard" },
		{ "0.0.0.0", 1, 1, "loopback" }, { "::", 1, 1, "loopback" }, { "0.0.0.0", 2, 1, "lan" },
		{ "0.0.0.0", 1, 0, "lan" }, { "0.0.0.0", 0, 0, "wildcard" },
		{ "192.168.1.5", 0, 1, "lan" }, { "fe80::1", 2, 1, "lan" },
		{ "::ffff:10.0.0.1", 0, 1, "lan" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct endpoint e = { .port = 80, .device = cases[i].device };

		assert_int_equal(endpoint_parse_address(slice_of(cases[i].address), &e), 0);
		assert_string_equal(exposure_name(exposure_of(&e, cases[i].loopback)), cases[i].exposure);
	}
}

static void where_a_wildcard_is_reached(void **state)
{
	static const struct {
		const char *wildcard;
		int8_t v6only;
		const char *own;
		bool is_reached;
	} cases[] = {
		{ "0.0.0.0", -1, "192.168.1.5", true }, { "0.0.0.0", -1, "2001:db8::5", false },
		{ "0.0.0.0", -1, "127.0.0.1", false }, { "0.0.0.0", -1, "127.1.2.3", false },
		{ "::", 0, "192.168.1.5", true }, { "::", 0, "2001:db8::5", true }, { "::", 0, "::1", false },
		{ "::", 0, "fe80::1", false }, { "::", 0, "fd00::1", true },
		{ "::", 1, "192.168.1.5", false }, { "::", 1, "2001:db8::5", true },
		{ "::", -1, "192.168.1.5", true },
		{ "::ffff:0.0.0.0", 0, "192.168.1.5", true }, { "::ffff:0.0.0.0", 0, "2001:db8::5", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct endpoint wildcard = { .port = 80 }, own = { .port = 0 };

		assert_int_equal(endpoint_parse_address(slice_of(cases[i].wildcard), &wildcard), 0);
		assert_int_equal(endpoint_parse_address(slice_of(cases[i].own), &own), 0);
		assert_int_equal(exposure_is_reached_at(&wildcard, cases[i].v6only, &own), cases[i].is_reached);
	}
}

struct reach {
	const char *scene;
	const char *v4, *v6;             /* the row that answers 127.0.0.1:80, [::1]:80; NULL = nobody */
};

static void check_reached(const struct snapshot *s, uint8_t protocol, uint8_t family, const char *expected)
{
	const struct listener *l = exposure_reached(s, protocol, family, 80);
	struct buf address = { 0 };

	if (!expected) {
		assert_null(l);
		return;
	}
	assert_non_null(l);
	endpoint_add_address(&address, &l->key.endpoint, NULL);
	if (l->device)
		buf_printf(&address, "%%%s", l->device);
	assert_string_equal(buf_string(&address), expected);
	buf_done(&address);
}

static void check_table(const struct reach *cases, size_t count, uint8_t protocol)
{
	for (size_t i = 0; i < count; i++) {
		const struct snapshot *s = build_snapshot(1, cases[i].scene);

		check_reached(s, protocol, FAMILY_IPV4, cases[i].v4);
		check_reached(s, protocol, FAMILY_IPV6, cases[i].v6);
		snapshot_unref(s);
	}
}

/* The numbers are those of the situations as they were measured on Linux 6.18. */
static void which_tcp_listener_answers(void **state)
{
	static const struct reach cases[] = {
		{ "", NULL, NULL },
		{ "tcp 127.0.0.1:80", "127.0.0.1", NULL },                      /* 1 */
		{ "tcp 127.0.0.2:80", NULL, NULL },                             /* 2 */
		{ "tcp [::1]:80 v6only yes", NULL, "::1" },                     /* 3 */
		{ "tcp 0.0.0.0:80", "0.0.0.0", NULL },                          /* 4 */
		{ "tcp [::]:80 v6only no", "::", "::" },                        /* 5 */
		{ "tcp [::]:80 v6only yes", NULL, "::" },                       /* 6 */
		{ "tcp [::]:80", "::", "::" },                                  /* /proc/net does not tell */
		{ "tcp [::ffff:127.0.0.1]:80 v6only no", "::ffff:127.0.0.1", NULL },  /* 7 */
		{ "tcp [::ffff:0.0.0.0]:80 v6only no", "::ffff:0.0.0.0", NULL },
		{ "tcp 0.0.0.0%lo:80", "0.0.0.0%lo", NULL },                    /* 8 */
		{ "tcp 0.0.0.0%eth0:80", NULL, NULL },
		{ "tcp [::%lo]:80 v6only no", "::%lo", "::%lo" },
		{ "tcp 0.0.0.0:80\ntcp 127.0.0.1:80", "127.0.0.1", NULL },      /* 12 */
		{ "tcp 127.0.0.1:80\ntcp [::1]:80", "127.0.0.1", "::1" },       /* 13 */
		{ "tcp 0.0.0.0:80\ntcp [::]:80 v6only no", "0.0.0.0", "::" },   /* IPv4 goes to IPv4 */
		{ "tcp 0.0.0.0:80\ntcp [::]:80 v6only yes", "0.0.0.0", "::" },
		{ "tcp [::]:80 v6only no\ntcp 127.0.0.1:80", "127.0.0.1", "::" },
		{ "tcp [::]:80 v6only no\ntcp [::1]:80 v6only yes", "::", "::1" },
		{ "tcp 0.0.0.0:80\ntcp 0.0.0.0%lo:80", "0.0.0.0%lo", NULL },
		{ "tcp 0.0.0.0:80\ntcp 0.0.0.0%eth0:80", "0.0.0.0", NULL },
		{ "tcp 127.0.0.1:80\ntcp 0.0.0.0%lo:80", "127.0.0.1", NULL },   /* exact beats device */
		{ "tcp 0.0.0.0:80\ntcp [::%lo]:80 v6only no", "0.0.0.0", "::%lo" },
		{ "tcp [::]:80 v6only yes\ntcp [::]:80 v6only no", "::", "::" },  /* one row of two */
		{ "tcp 127.0.0.1:81\nbound tcp 127.0.0.1:80\nudp 127.0.0.1:80", NULL, NULL },
		{ "time-wait tcp 127.0.0.1:80 peer 127.0.0.1:40000 expires 9", NULL, NULL },
	};

	(void)state;
	check_table(cases, sizeof cases / sizeof *cases, PROTOCOL_TCP);
}

static void which_udp_socket_gets_it(void **state)
{
	static const struct reach cases[] = {
		{ "udp 127.0.0.1:80", "127.0.0.1", NULL },
		{ "tcp 127.0.0.1:80", NULL, NULL },
		{ "udp 0.0.0.0:80\nudp 127.0.0.1:80", "127.0.0.1", NULL },      /* 17 */
		{ "established udp 127.0.0.1:80 peer 127.0.0.1:9", NULL, NULL },  /* 18 */
		{ "udp 0.0.0.0:80\nudp [::%lo]:80 v6only no", "::%lo", "::%lo" },  /* device over IPv4 */
		{ "udp 0.0.0.0:80\nudp [::]:80 v6only no", "0.0.0.0", "::" },
	};

	(void)state;
	check_table(cases, sizeof cases / sizeof *cases, PROTOCOL_UDP);
}

/* Which listener is named for one connection, by its own end. */
static void which_listener_accepted(void **state)
{
	static const struct {
		const char *scene, *local, *listener;    /* NULL: nobody */
	} cases[] = {
		{ "tcp 127.0.0.1:80", "127.0.0.1", "127.0.0.1" },
		{ "tcp 127.0.0.1:80", "127.0.0.2", NULL },
		{ "tcp 127.0.0.1:81", "127.0.0.1", NULL },
		{ "tcp 0.0.0.0:80", "127.0.0.2", "0.0.0.0" },
		{ "tcp 0.0.0.0:80\ntcp 127.0.0.1:80", "127.0.0.1", "127.0.0.1" },
		{ "tcp [::]:80 v6only no", "::1", "::" },
		{ "tcp [::]:80 v6only no", "::ffff:127.0.0.1", "::" },
		{ "tcp [::]:80 v6only no", "127.0.0.1", NULL },                 /* it would show as mapped */
		{ "tcp [::]:80 v6only yes", "::ffff:127.0.0.1", NULL },
		{ "tcp [::]:80 v6only no\ntcp 127.0.0.1:80", "::ffff:127.0.0.1", "::" },
		{ "tcp [::ffff:0.0.0.0]:80 v6only no", "::ffff:127.0.0.1", "::ffff:0.0.0.0" },
		{ "tcp [::ffff:127.0.0.1]:80 v6only no", "::ffff:127.0.0.1", "::ffff:127.0.0.1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct snapshot *s = build_snapshot(1, cases[i].scene);
		struct endpoint local = { .protocol = PROTOCOL_TCP, .port = 80 };
		const struct listener *l;
		struct buf address = { 0 };

		assert_int_equal(endpoint_parse_address(slice_of(cases[i].local), &local), 0);
		l = exposure_accepted(s, &local);
		if (l)
			endpoint_add_address(&address, &l->key.endpoint, NULL);
		assert_string_equal(buf_string(&address), cases[i].listener ? cases[i].listener : "");
		buf_done(&address);
		snapshot_unref(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_can_reach_it),
		cmocka_unit_test(where_a_wildcard_is_reached),
		cmocka_unit_test(which_tcp_listener_answers),
		cmocka_unit_test(which_udp_socket_gets_it),
		cmocka_unit_test(which_listener_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
