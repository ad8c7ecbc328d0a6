/* Deaths of sockets wake the platform: listeners soon, connections never, a storm at its own calm pace. */
#include "machine.h"
#include <poll.h>
#include <time.h>
#include "base/clock.h"
#include "platform/linux/sockevents.h"

static bool wakes(const struct sockevents *e, int timeout_ms)
{
	struct pollfd p = {.fd = sockevents_fd(e), .events = POLLIN};

	return poll(&p, 1, timeout_ms) == 1;
}

/* Until it is awake again: nothing more comes. */
static void settle(struct sockevents *e)
{
	while (wakes(e, 3 * SOCKEVENTS_CALM_MS))
		sockevents_drain(e);
}

static struct sockevents *open_events(void)
{
	struct sockevents *e = NULL;

	if (sockevents_new(&e))
		skip();
	settle(e);
	return e;
}

static void test_a_dead_listener_wakes(void **state)
{
	static const char *const addresses[] = {"127.0.0.1", "::1"};
	struct sockevents *e = open_events();

	(void)state;
	for (int i = 0; i < 4; i++) {
		int fd = i < 2 ? make_listener(addresses[i % 2], 3000)
			       : make_socket(SOCK_DGRAM, addresses[i % 2], 3000);
		int64_t began;

		assert_false(wakes(e, 20));
		began = clock_monotonic_ms();
		close(fd);
		assert_true(wakes(e, 1000));
		assert_true(clock_monotonic_ms() - began < 100);
		settle(e);
	}
	sockevents_free(e);
}

static void test_connections_do_not(void **state)
{
	struct sockevents *e = open_events();
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(3000),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = make_listener("127.0.0.1", 3000);

	(void)state;
	for (int i = 0; i < 20; i++) {
		int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), server;

		assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof address), 0);
		server = accept(listener, NULL, NULL);
		close(client);
		close(server);
	}
	assert_false(wakes(e, 100));
	close(listener);
	assert_true(wakes(e, 1000));
	sockevents_free(e);
}

static void test_a_storm_wakes_seldom(void **state)
{
	struct sockevents *e = open_events();
	int64_t until = clock_monotonic_ms() + 500;
	const struct timespec pause = {.tv_nsec = 200 * 1000};    /* RCU frees sockets later: memory may be scarce */
	int count = 0;

	(void)state;
	while (clock_monotonic_ms() < until) {
		close(make_listener("127.0.0.1", 3000));
		if (wakes(e, 0)) {
			sockevents_drain(e);
			count++;
		}
		nanosleep(&pause, NULL);
	}
	assert_in_range(count, 2, 500 / SOCKEVENTS_CALM_MS + 2);
	settle(e);
	close(make_listener("127.0.0.1", 3000));     /* and it is not deaf afterwards */
	assert_true(wakes(e, 1000));
	sockevents_free(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_dead_listener_wakes),
		cmocka_unit_test(test_connections_do_not),
		cmocka_unit_test(test_a_storm_wakes_seldom),
	};

	return machine_enter() ? cmocka_run_group_tests(tests, NULL, NULL) : SKIPPED;
}
