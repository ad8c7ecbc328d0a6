/* A server that answers on every interface, in the dashboard: the addresses at which others reach it, and after a
 * while those that this machine has by then. */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>
#include "../live/netns.h"
#include "term.h"

enum { PORT = 26000, SKIPPED = 77 };

/* By an alias of lo (netdevice(7)): a second address, in the same namespace as lotop's. */
static void set_address(const char *address)
{
	struct ifreq request = { .ifr_name = "lo:1" };
	struct sockaddr_in *v4 = (struct sockaddr_in *)&request.ifr_addr;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	v4->sin_family = AF_INET;
	assert_int_equal(inet_pton(AF_INET, address, &v4->sin_addr), 1);
	assert_int_equal(ioctl(fd, SIOCSIFADDR, &request), 0);
	close(fd);
}

static void the_addresses_of_now(void **state)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct term *t;

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(fd, 5), 0);
	t = term_lotop(24, 110, "", NULL);
	assert_true(term_await(t, "exposed: 0.0.0.0 answers on every interface: now at loopback and link-local"));
	set_address("192.0.2.5");
	/* Addresses are read every 5 s: twice the patience of one wait. */
	if (!term_await(t, "exposed: 0.0.0.0 answers on every interface: 192.0.2.5:26000 "))
		assert_true(term_await(t, "exposed: 0.0.0.0 answers on every interface: 192.0.2.5:26000 "));
	term_type(t, "q");
	term_free(t);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_addresses_of_now) };

	if (netns_enter()) {
		fprintf(stderr, "no private network namespace here\n");
		return SKIPPED;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
