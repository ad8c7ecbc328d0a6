/* model/names: what stands where the system knows a name, a number, or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "model/names.h"

struct known {
	struct facts *facts;
	struct arena arena;
	struct names names;
};

static void known_init(struct known *k)
{
	*k = (struct known){ .facts = facts_new() };
	facts_add_user(k->facts, 0, slice_of("root"));
	facts_add_user(k->facts, 1000, slice_of("alice\x1b[2J"));
	facts_add_user(k->facts, 1001, slice_of(""));
	facts_add_device(k->facts, 1, slice_of("lo"));
	facts_add_device(k->facts, 2, slice_of("\xff" "eth0"));
	facts_add_service(k->facts, PROTOCOL_TCP, 80, slice_of("http"));
	facts_add_service(k->facts, PROTOCOL_UDP, 53, slice_of("domain"));
	facts_add_service(k->facts, PROTOCOL_TCP, 3000, slice_of("hbci"));
	facts_add_service(k->facts, PROTOCOL_UDP, 3000, slice_of("hbci"));
	facts_add_service(k->facts, PROTOCOL_TCP, 2049, slice_of("nfs"));
	names_init(&k->names, &k->arena, k->facts);
}

static void known_done(struct known *k)
{
	names_done(&k->names);
	arena_done(&k->arena);
	facts_free(k->facts);
}

static void users(void **state)
{
	struct known k;

	(void)state;
	known_init(&k);
	assert_string_equal(names_user(&k.names, 0), "root");
	assert_string_equal(names_user(&k.names, 1000), "alice\\x1b[2J");
	assert_string_equal(names_user(&k.names, 1001), "1001");
	assert_string_equal(names_user(&k.names, 4294967294), "4294967294");
	assert_ptr_equal(names_user(&k.names, 4711), names_user(&k.names, 4711));
	assert_null(names_user(&k.names, UID_UNKNOWN));
	known_done(&k);
}

static void devices(void **state)
{
	struct known k;

	(void)state;
	known_init(&k);
	assert_null(names_device(&k.names, 0));
	assert_string_equal(names_device(&k.names, 1), "lo");
	assert_string_equal(names_device(&k.names, 2), "\\xffeth0");
	assert_string_equal(names_device(&k.names, 7), "if7");
	known_done(&k);
}

static void services(void **state)
{
	struct known k;

	(void)state;
	known_init(&k);
	assert_string_equal(names_service(&k.names, PROTOCOL_TCP, 80), "http");
	assert_null(names_service(&k.names, PROTOCOL_UDP, 80));
	assert_string_equal(names_service(&k.names, PROTOCOL_UDP, 53), "domain");
	assert_string_equal(names_service(&k.names, PROTOCOL_TCP, 3000), "dev-http");
	assert_string_equal(names_service(&k.names, PROTOCOL_UDP, 3000), "hbci");
	assert_string_equal(names_service(&k.names, PROTOCOL_TCP, 2049), "nfs");
	assert_string_equal(names_service(&k.names, PROTOCOL_TCP, 5173), "vite");
	assert_null(names_service(&k.names, PROTOCOL_TCP, 12345));
	known_done(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(users),
		cmocka_unit_test(devices),
		cmocka_unit_test(services),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
