/* Leftovers that are only counted: one TIME-WAIT stands for all of a server's end; a client's end, and
 * what somebody can hold, is told each. On connections of this process. */
#include "machine.h"
#include "platform/linux/remnants.h"

enum { SERVER = 3000, LOW_CLIENT = 2000, WAITS = 40 };

static const struct sockdiag_query leftovers = {
	.protocol = PROTOCOL_TCP, .is_brief = true,
	.states = 1u << SOCKET_TIME_WAIT | 1u << SOCKET_CLOSE_WAIT | 1u << SOCKET_FIN_WAIT_2,
};

/* The first to close is left with a TIME-WAIT. */
static void wait_at_server(int listener, bool client_closes_first)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	socklen_t len = sizeof to;
	int client = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), server;

	must(getsockname(listener, (struct sockaddr *)&to, &len));
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(connect(client, (struct sockaddr *)&to, sizeof to));
	server = must(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
	close(client_closes_first ? client : server);
	close(client_closes_first ? server : client);
}

struct count {
	size_t told, all, longest_ms;
};

static struct count count_at(const struct leftovers *l, uint16_t port)
{
	struct count c = {0};

	for (size_t i = 0; i < l->count; i++) {
		const struct socket_fact *s = &l->sockets[i];

		if (s->state != SOCKET_TIME_WAIT || (port ? s->local.port != port : s->local.port < LOW_CLIENT))
			continue;
		c.told++;
		c.all += 1 + s->others;
		if (s->expires_ms > 0 && (size_t)s->expires_ms > c.longest_ms)
			c.longest_ms = (size_t)s->expires_ms;
	}
	return c;
}

static const struct leftovers *read_them(const struct kernel_limits *limits)
{
	struct tables tables = {0};
	const struct leftovers *found;

	if (tables_open(&tables))
		skip();
	assert_int_equal(remnants_read(&tables, &leftovers, limits, NULL, &found), 0);
	tables_close(&tables);
	return found;
}

static void test_a_servers_end_is_counted(void **state)
{
	const struct kernel_limits limits = {.ephemeral_low = 32768, .ephemeral_high = 60999};
	int first = make_listener("127.0.0.1", SERVER), second = make_listener("127.0.0.1", SERVER + 1);
	const struct leftovers *each, *counted;
	struct count a, b;

	(void)state;
	for (int i = 0; i < WAITS; i++) {
		wait_at_server(first, false);
		wait_at_server(second, i % 2);
	}
	each = read_them(NULL);
	counted = read_them(&limits);
	for (uint16_t port = SERVER; port <= SERVER + 1; port++) {
		a = count_at(each, port);
		b = count_at(counted, port);
		assert_true(a.told > 1 && a.all == a.told);
		assert_int_equal(b.told, 1);
		assert_int_equal(b.all, a.all);
		assert_true(b.longest_ms <= a.longest_ms && b.longest_ms + PATIENCE_MS > a.longest_ms);
	}
	a = count_at(each, 0);
	b = count_at(counted, 0);
	assert_int_equal(b.all, a.all);
	assert_int_equal(b.told, a.told - count_at(each, SERVER).told - count_at(each, SERVER + 1).told + 2);
	leftovers_unref(each);
	leftovers_unref(counted);
	close(first);
	close(second);
}

/* Its range is the client's: who the server is shows in the peer, so each is told. */
static void test_a_clients_end_is_told(void **state)
{
	const struct kernel_limits limits = {.ephemeral_low = SERVER, .ephemeral_high = 65535};
	const struct leftovers *found = read_them(&limits);

	(void)state;
	for (size_t i = 0; i < found->count; i++)
		assert_int_equal(found->sockets[i].others, 0);
	assert_true(count_at(found, SERVER).told > 1);
	leftovers_unref(found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_servers_end_is_counted),
		cmocka_unit_test(test_a_clients_end_is_told),
	};

	if (!machine_enter())
		return SKIPPED;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
