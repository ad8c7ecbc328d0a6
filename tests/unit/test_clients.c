/* platform/linux/clients: connections are counted right, on whichever ports the servers are: the kernel is asked for
 * ranges of ports, of which it takes a few only. */
#include "machine.h"
#include "platform/linux/clients.h"

enum { CONNECTIONS_MAX = 3, SERVERS_MAX = 60 };

struct server {
	int listener;
	uint16_t port;
	unsigned connections;
	int ends[2 * CONNECTIONS_MAX];
};

static int connect_to(uint16_t port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));

	must(connect(fd, (const struct sockaddr *)&at, sizeof at));
	return fd;
}

static void start(struct server *s, uint16_t port, unsigned connections)
{
	*s = (struct server){.listener = must(make_listener("127.0.0.1", port)), .port = port,
			     .connections = connections};
	for (unsigned i = 0; i < connections; i++) {
		s->ends[2 * i] = connect_to(port);
		s->ends[2 * i + 1] = must(accept(s->listener, NULL, NULL));
	}
}

static void stop(const struct server *s)
{
	const struct linger at_once = {.l_onoff = 1};

	for (unsigned i = 0; i < 2 * s->connections; i++) {
		setsockopt(s->ends[i], SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
		close(s->ends[i]);
	}
	close(s->listener);
}

static unsigned count_of(const struct clients *c, uint16_t port)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->items[i].local.port == port)
			return c->items[i].count;
	return 0;
}

static void read_clients(struct clients *c)
{
	const struct sockdiag_query connections = {.protocol = PROTOCOL_TCP, .states = 1 << SOCKET_ESTABLISHED,
						   .is_loopback_only = true, .is_brief = true};
	const struct sockdiag_query listening = {.protocol = PROTOCOL_TCP, .states = 1 << SOCKET_LISTEN};
	struct socket_list listeners = {.items = NULL};
	struct tables tables = {.netlink = NULL};
	struct facts *facts = facts_new();

	assert_int_equal(tables_dump(&tables, &listening, &listeners, NULL), 0);
	assert_int_equal(clients_read(c, &tables, &connections, &listeners, facts), 0);
	assert_int_equal(facts->gap_count, 0);       /* the kernel understood what it was asked */
	facts_free(facts);
	socket_list_done(&listeners);
	tables_close(&tables);
}

/* Ports `step` apart from each other, up to the highest. */
static void check(unsigned servers, unsigned step)
{
	struct server server[SERVERS_MAX];
	struct clients c = {.items = NULL};
	size_t busy = 0;

	for (unsigned i = 0; i < servers; i++)
		start(&server[i], (uint16_t)(UINT16_MAX - i * step), i % (CONNECTIONS_MAX + 1));
	read_clients(&c);
	for (unsigned i = 0; i < servers; i++) {
		assert_int_equal(count_of(&c, server[i].port), server[i].connections);
		busy += server[i].connections > 0;
		stop(&server[i]);
	}
	assert_int_equal(c.count, busy);
	clients_done(&c);
}

static void test_all_are_counted(void **state)
{
	(void)state;
	for (unsigned step = 1; step <= 1000; step = step * 7 + 1)
		for (unsigned servers = 1; servers <= SERVERS_MAX; servers += servers < 20 ? 1 : 13)
			check(servers, step);
}

static void test_nobody_listens(void **state)
{
	struct server server;
	struct clients c = {.items = NULL};

	(void)state;
	start(&server, 3000, 2);
	close(server.listener);
	read_clients(&c);
	assert_int_equal(c.count, 0);
	stop(&server);
	clients_done(&c);
}

/* A client's own port may be one that somebody else listens on, at another address: it is told by its address. */
static void test_a_client_on_a_servers_port(void **state)
{
	struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(3001),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1)};
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(3000),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int first = must(make_listener("127.0.0.1", 3000)), second = must(make_listener("127.0.0.1", 3001));
	int client = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	struct clients c = {.items = NULL};

	(void)state;
	must(bind(client, (const struct sockaddr *)&own, sizeof own));
	must(connect(client, (const struct sockaddr *)&at, sizeof at));
	read_clients(&c);
	assert_int_equal(c.count, 2);
	for (size_t i = 0; i < c.count; i++)
		assert_int_equal(c.items[i].local.address[3], c.items[i].local.port == 3000 ? 1 : 2);
	close(client);
	close(first);
	close(second);
	clients_done(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_are_counted),
		cmocka_unit_test(test_nobody_listens),
		cmocka_unit_test(test_a_client_on_a_servers_port),
	};

	return machine_enter() ? cmocka_run_group_tests(tests, NULL, NULL) : SKIPPED;
}
