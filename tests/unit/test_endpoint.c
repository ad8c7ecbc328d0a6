/* model/endpoint: what is read, written, and which comes first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <cmocka.h>
#include "model/endpoint.h"

static struct endpoint endpoint(const char *address, uint16_t port)
{
	struct endpoint e = { .protocol = PROTOCOL_TCP, .port = port };

	assert_int_equal(endpoint_parse_address(slice_of(address), &e), 0);
	return e;
}

static void addresses_are_read_and_written(void **state)
{
	static const struct {
		const char *text, *written;      /* NULL: is no address */
		uint8_t family;
	} cases[] = {
		{ "127.0.0.1", "127.0.0.1", FAMILY_IPV4 },
		{ "0.0.0.0", "0.0.0.0", FAMILY_IPV4 },
		{ "255.255.255.255", "255.255.255.255", FAMILY_IPV4 },
		{ "::", "::", FAMILY_IPV6 },
		{ "::1", "::1", FAMILY_IPV6 },
		{ "::ffff:127.0.0.1", "::ffff:127.0.0.1", FAMILY_IPV6 },
		{ "FE80::00A:1", "fe80::a:1", FAMILY_IPV6 },
		{ "1:0:0:2:0:0:0:3", "1:0:0:2::3", FAMILY_IPV6 },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		  FAMILY_IPV6 },
		{ .text = "" }, { .text = "127.0.0" }, { .text = "127.0.0.256" }, { .text = "127.0.0.1 " },
		{ .text = "127.0.0.01" }, { .text = "0x7f.1" }, { .text = "[::1]" }, { .text = ":::" },
		{ .text = "fe80::1%eth0" }, { .text = "localhost" }, { .text = "1:2:3:4:5:6:7:8:9" },
		{ .text = "0000:0000:0000:0000:0000:ffff:255.255.255.2551" },
	};
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct endpoint e = { .port = 7, .device = 9, .family = 99, .address = { 42 } }, before = e;
		int error = endpoint_parse_address(slice_of(cases[i].text), &e);

		if (!cases[i].written) {
			assert_int_equal(error, -EINVAL);
			assert_memory_equal(&e, &before, sizeof e);
			continue;
		}
		assert_int_equal(error, 0);
		assert_int_equal(e.family, cases[i].family);
		assert_int_equal(e.port, 7);
		assert_int_equal(e.device, 9);
		buf_clear(&out);
		endpoint_add_address(&out, &e, NULL);
		assert_string_equal(buf_string(&out), cases[i].written);
	}
	buf_done(&out);
}

static void a_nul_ends_no_address(void **state)
{
	struct endpoint e = { 0 };

	(void)state;
	assert_int_equal(endpoint_parse_address((struct slice){ "::1\0x", 5 }, &e), -EINVAL);
	assert_int_equal(endpoint_parse_address((struct slice){ "::1xx", 3 }, &e), 0);
}

static void ports_are_read(void **state)
{
	static const struct {
		const char *text;
		int port;                        /* 0: is no port */
	} cases[] = {
		{ "1", 1 }, { "3000", 3000 }, { ":3000", 3000 }, { "65535", 65535 }, { "0080", 80 },
		{ "", 0 }, { ":", 0 }, { "0", 0 }, { "65536", 0 }, { "-1", 0 }, { "+1", 0 }, { "3000 ", 0 },
		{ "::1", 0 }, { "99999999999999999999999", 0 }, { "0x50", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint16_t port = 4242;
		int error = endpoint_parse_port(slice_of(cases[i].text), &port);

		assert_int_equal(error, cases[i].port ? 0 : -EINVAL);
		assert_int_equal(port, cases[i].port ? cases[i].port : 4242);
	}
}

static void what_one_copies(void **state)
{
	static const struct {
		const char *address;
		uint16_t port;
		const char *device, *text, *url;
	} cases[] = {
		{ "127.0.0.1", 3000, NULL, "127.0.0.1:3000", "http://localhost:3000" },
		{ "0.0.0.0", 8080, NULL, "0.0.0.0:8080", "http://localhost:8080" },
		{ "127.0.0.2", 80, NULL, "127.0.0.2:80", "http://127.0.0.2:80" },
		{ "192.168.1.5", 8443, NULL, "192.168.1.5:8443", "https://192.168.1.5:8443" },
		{ "::1", 3000, NULL, "[::1]:3000", "http://[::1]:3000" },
		{ "::", 443, NULL, "[::]:443", "https://[::1]:443" },
		{ "::", 3000, "lo", "[::]:3000", "http://[::1]:3000" },
		{ "::ffff:127.0.0.1", 3000, NULL, "[::ffff:127.0.0.1]:3000", "http://localhost:3000" },
		{ "::ffff:10.0.0.1", 3000, NULL, "[::ffff:10.0.0.1]:3000", "http://10.0.0.1:3000" },
		{ "fe80::1", 3000, "eth0", "[fe80::1%eth0]:3000", "http://[fe80::1%25eth0]:3000" },
		{ "fe80::1", 3000, NULL, "[fe80::1]:3000", "http://[fe80::1]:3000" },
		{ "2001:db8::1", 3000, "eth0", "[2001:db8::1]:3000", "http://[2001:db8::1]:3000" },
		{ "10.0.0.1", 3000, "eth0", "10.0.0.1:3000", "http://10.0.0.1:3000" },
	};
	struct buf text = { 0 }, url = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct endpoint e = endpoint(cases[i].address, cases[i].port);

		buf_clear(&text);
		buf_clear(&url);
		endpoint_add(&text, &e, cases[i].device);
		endpoint_add_url(&url, &e, cases[i].device);
		assert_string_equal(buf_string(&text), cases[i].text);
		assert_string_equal(buf_string(&url), cases[i].url);
	}
	buf_done(&text);
	buf_done(&url);
}

static void kinds_of_addresses(void **state)
{
	enum { LOOPBACK = 1, WILDCARD = 2, MAPPED = 4, LINK_LOCAL = 8 };
	static const struct {
		const char *address;
		int is;
	} cases[] = {
		{ "127.0.0.1", LOOPBACK }, { "127.255.255.254", LOOPBACK }, { "::1", LOOPBACK },
		{ "::ffff:127.0.0.1", LOOPBACK | MAPPED }, { "::ffff:127.1.2.3", LOOPBACK | MAPPED },
		{ "0.0.0.0", WILDCARD }, { "::", WILDCARD }, { "::ffff:0.0.0.0", WILDCARD | MAPPED },
		{ "::ffff:10.0.0.1", MAPPED }, { "10.0.0.1", 0 }, { "128.0.0.1", 0 }, { "0.0.0.1", 0 },
		{ "::2", 0 }, { "1::", 0 }, { "2001:db8::1", 0 }, { "254.128.0.1", 0 },
		{ "fe80::1", LINK_LOCAL }, { "febf:ffff::1", LINK_LOCAL }, { "fec0::1", 0 }, { "fe7f::1", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct endpoint e = endpoint(cases[i].address, 1);
		int is = endpoint_is_loopback(&e) * LOOPBACK | endpoint_is_wildcard(&e) * WILDCARD |
			 endpoint_is_v4_mapped(&e) * MAPPED | endpoint_is_link_local(&e) * LINK_LOCAL;

		assert_int_equal(is, cases[i].is);
	}
}

/* Each differs from the one before in the most important part that it can. */
static void the_natural_order(void **state)
{
	struct endpoint sorted[] = {
		endpoint("0.0.0.0", 80), endpoint("0.0.0.0", 80), endpoint("0.0.0.0", 80),
		endpoint("127.0.0.1", 80), endpoint("::", 80), endpoint("::1", 80), endpoint("ff::", 80),
		endpoint("0.0.0.0", 81), endpoint("0.0.0.0", 256), endpoint("0.0.0.0", 65535),
	};
	size_t count = sizeof sorted / sizeof *sorted;

	(void)state;
	sorted[1].device = 1;
	sorted[2].protocol = PROTOCOL_UDP;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			int order = endpoint_compare(&sorted[i], &sorted[j]);

			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
			assert_int_equal(endpoint_equal(&sorted[i], &sorted[j]), i == j);
		}
	}
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(protocol_name(PROTOCOL_TCP), "tcp");
	assert_string_equal(protocol_name(PROTOCOL_UDP), "udp");
	assert_string_equal(family_name(FAMILY_IPV4), "ipv4");
	assert_string_equal(family_name(FAMILY_IPV6), "ipv6");
	assert_string_equal(protocol_name(0), "?");
	assert_string_equal(family_name(0), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_and_written),
		cmocka_unit_test(a_nul_ends_no_address),
		cmocka_unit_test(ports_are_read),
		cmocka_unit_test(what_one_copies),
		cmocka_unit_test(kinds_of_addresses),
		cmocka_unit_test(the_natural_order),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
