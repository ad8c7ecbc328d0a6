/* platform/linux/addresses, on a private network namespace: asked for only where a socket answers at all of them, and
 * seldom. */
#include "machine.h"
#include "platform/linux/addresses.h"

enum { SECOND_US = 1000000 };

/* A second address of lo, by its alias (netdevice(7)); 0.0.0.0 takes it away. */
static void set_address(const char *address)
{
	struct ifreq request = {.ifr_name = "lo:1"};
	struct sockaddr_in *v4 = (struct sockaddr_in *)&request.ifr_addr;
	int fd = must(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));

	v4->sin_family = AF_INET;
	assert_int_equal(inet_pton(AF_INET, address, &v4->sin_addr), 1);
	must(ioctl(fd, SIOCSIFADDR, &request));
	close(fd);
}

static void set_up(const char *name, bool is_up)
{
	struct ifreq request = {.ifr_flags = (short)(is_up ? IFF_UP : 0)};
	int fd = must(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));

	memcpy(request.ifr_name, name, strlen(name) + 1);
	must(ioctl(fd, SIOCSIFFLAGS, &request));
	close(fd);
}

static void add_listener(struct facts *f, const char *address, uint8_t state)
{
	struct socket_fact *s = facts_add_socket(f);

	s->state = state;
	s->local.protocol = state == SOCKET_UNCONN ? PROTOCOL_UDP : PROTOCOL_TCP;
	s->local.port = 3000;
	assert_int_equal(endpoint_parse_address(slice_of(address), &s->local), 0);
}

static bool has(const struct facts *f, const char *address)
{
	struct endpoint e = {.family = 0};

	assert_int_equal(endpoint_parse_address(slice_of(address), &e), 0);
	for (size_t i = 0; i < f->address_count; i++)
		if (endpoint_equal(&f->addresses[i], &e))
			return true;
	return false;
}

static void only_where_a_socket_answers_everywhere(void **state)
{
	static const struct {
		const char *address;
		uint8_t state;
		uint32_t device, netns;
		bool is_asked;
	} cases[] = {
		{"0.0.0.0", SOCKET_LISTEN, 0, 0, true},      {"::", SOCKET_LISTEN, 0, 0, true},
		{"0.0.0.0", SOCKET_UNCONN, 0, 0, true},      {"127.0.0.1", SOCKET_LISTEN, 0, 0, false},
		{"10.0.0.1", SOCKET_LISTEN, 0, 0, false},    {"0.0.0.0", SOCKET_BOUND, 0, 0, false},
		{"0.0.0.0", SOCKET_TIME_WAIT, 0, 0, false},  {"0.0.0.0", SOCKET_LISTEN, 2, 0, false},
		{"0.0.0.0", SOCKET_LISTEN, 0, 4711, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct addresses a = {.read_us = 0};
		struct facts *f = facts_new();

		add_listener(f, cases[i].address, cases[i].state);
		f->sockets[0].local.device = cases[i].device;
		f->sockets[0].local.netns = cases[i].netns;
		addresses_add(&a, f, SECOND_US);
		assert_int_equal(has(f, "127.0.0.1"), cases[i].is_asked);
		assert_int_equal(a.read_us != 0, cases[i].is_asked);
		facts_free(f);
		addresses_done(&a);
	}
}

static void look(struct addresses *a, struct facts *f, int64_t now_us)
{
	facts_reset(f);
	add_listener(f, "0.0.0.0", SOCKET_LISTEN);
	addresses_add(a, f, now_us);
}

static void read_again_after_a_while(void **state)
{
	struct addresses a = {.read_us = 0};
	struct facts *f = facts_new();

	(void)state;
	set_address("192.0.2.5");
	look(&a, f, SECOND_US);
	assert_true(has(f, "192.0.2.5") && has(f, "127.0.0.1"));
	set_address("0.0.0.0");
	look(&a, f, SECOND_US + ADDRESSES_CALM_US - 1);
	assert_true(has(f, "192.0.2.5"));
	look(&a, f, SECOND_US + ADDRESSES_CALM_US);
	assert_false(has(f, "192.0.2.5"));
	assert_true(has(f, "127.0.0.1"));
	facts_free(f);
	addresses_done(&a);
}

/* Nobody reaches the addresses of an interface that is down; of lo that is said. */
static void only_of_what_is_up(void **state)
{
	struct addresses a = {.read_us = 0};
	struct facts *f = facts_new();

	(void)state;
	set_up("lo", false);
	look(&a, f, SECOND_US);
	assert_int_equal(f->address_count, 0);
	assert_true(has_gap(f, GAP_LO_DOWN));
	set_up("lo", true);
	look(&a, f, 2 * ADDRESSES_CALM_US);
	assert_true(has(f, "127.0.0.1"));
	assert_false(has_gap(f, GAP_LO_DOWN));
	facts_free(f);
	addresses_done(&a);
}

static void a_scan_has_them(void **state)
{
	struct platform *p = machine_open();
	struct facts *f = facts_new();
	int loopback = make_listener("127.0.0.1", 3000), all;

	(void)state;
	set_address("192.0.2.5");
	machine_scan(p, &everything, f);
	assert_int_equal(f->address_count, 0);
	all = make_listener("0.0.0.0", 3001);
	machine_scan(p, &everything, f);
	assert_true(has(f, "192.0.2.5"));
	set_address("0.0.0.0");
	close(loopback);
	close(all);
	facts_free(f);
	platform_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_where_a_socket_answers_everywhere),
		cmocka_unit_test(read_again_after_a_while),
		cmocka_unit_test(only_of_what_is_up),
		cmocka_unit_test(a_scan_has_them),
	};

	if (!machine_enter())
		return SKIPPED;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
