/* model/ports: ranges at their borders, and names that developers know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "model/ports.h"

static void ranges_at_their_borders(void **state)
{
	static const struct {
		uint16_t port;
		const char *range;
	} cases[] = {
		{ 0, "well-known" }, { 1023, "well-known" }, { 1024, "registered" }, { 49151, "registered" },
		{ 49152, "dynamic" }, { 65535, "dynamic" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(port_range_name(port_range(cases[i].port)), cases[i].range);
}

static void this_kernels_use(void **state)
{
	static const struct {
		struct kernel_limits limits;
		uint16_t port;
		bool is_ephemeral, is_privileged;
	} cases[] = {
		{ { 32768, 60999, 1024, 0, 0 }, 32767, false, false },
		{ { 32768, 60999, 1024, 0, 0 }, 32768, true, false },
		{ { 32768, 60999, 1024, 0, 0 }, 60999, true, false },
		{ { 32768, 60999, 1024, 0, 0 }, 61000, false, false },
		{ { 32768, 60999, 1024, 0, 0 }, 1023, false, true },
		{ { 32768, 60999, 1024, 0, 0 }, 1024, false, false },
		{ { 32768, 60999, 80, 0, 0 }, 80, false, false },
		{ { 32768, 60999, 0, 0, 0 }, 1, false, false },
		{ { 0, 0, 1024, 0, 0 }, 0, false, true },
		{ { 0, 0, 1024, 0, 0 }, 40000, false, false },
		{ { 1, 65535, 1024, 0, 0 }, 65535, true, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(port_is_ephemeral(&cases[i].limits, cases[i].port), cases[i].is_ephemeral);
		assert_int_equal(port_is_privileged(&cases[i].limits, cases[i].port), cases[i].is_privileged);
	}
}

static void developers_ports(void **state)
{
	static const struct {
		uint8_t protocol;
		uint16_t port;
		const char *name;
	} cases[] = {
		{ PROTOCOL_TCP, 1025, "mail-catcher" },          /* the table's first and last */
		{ PROTOCOL_TCP, 54323, "supabase-studio" },
		{ PROTOCOL_TCP, 3000, "dev-http" },              /* not what IANA says */
		{ PROTOCOL_TCP, 5000, "dev-http" },
		{ PROTOCOL_TCP, 8000, "dev-http" },
		{ PROTOCOL_TCP, 9000, "dev-http" },
		{ PROTOCOL_TCP, 5173, "vite" },
		{ PROTOCOL_TCP, 5432, "postgresql" },
		{ PROTOCOL_TCP, 6379, "redis" },
		{ PROTOCOL_TCP, 27017, "mongodb" },
		{ PROTOCOL_TCP, 11211, "memcached" },
		{ PROTOCOL_UDP, 11211, "memcached" },
		{ PROTOCOL_UDP, 5353, "mdns" },
		{ PROTOCOL_TCP, 5353, NULL },
		{ PROTOCOL_UDP, 3000, NULL },
		{ PROTOCOL_TCP, 80, NULL },                      /* getservbyport knows these */
		{ PROTOCOL_TCP, 0, NULL },
		{ PROTOCOL_TCP, 65535, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *name = port_development_service(cases[i].protocol, cases[i].port);

		if (cases[i].name)
			assert_string_equal(name, cases[i].name);
		else
			assert_null(name);
	}
}

static void names_are_short_and_plain(void **state)
{
	(void)state;
	for (unsigned port = 0; port <= UINT16_MAX; port++) {
		const char *tcp = port_development_service(PROTOCOL_TCP, (uint16_t)port);
		const char *udp = port_development_service(PROTOCOL_UDP, (uint16_t)port);

		for (int i = 0; i < 2; i++) {
			const char *name = i ? udp : tcp;

			if (!name)
				continue;
			assert_true(port > 1023);
			assert_in_range(strlen(name), 2, 16);
			assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(name));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_at_their_borders),
		cmocka_unit_test(this_kernels_use),
		cmocka_unit_test(developers_ports),
		cmocka_unit_test(names_are_short_and_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
