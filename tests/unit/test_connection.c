/* model/connection: which two sockets are one connection, who is its server, who holds its ends, and since when
 * it is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "model/connection.h"
#include "model/shared.h"
#include "tests/fake/build.h"

#define LIMITS "ephemeral 32768 60999\n"
#define NODE "tcp 127.0.0.1:3000 by 4211 node alice\n"
#define SERVER_END "established tcp 127.0.0.1:3000 peer 127.0.0.1:40000 cookie 21 by 4211 node alice\n"
#define CLIENT_END "established tcp 127.0.0.1:40000 peer 127.0.0.1:3000 cookie 22 by 4300 curl alice\n"

static void add_end(struct buf *out, const struct connection_end *end)
{
	endpoint_add(out, &end->at, NULL);
	if (end->process)
		buf_printf(out, " %s", end->process->name);
	if (!end->socket)
		buf_add_string(out, " unseen");
}

/* "127.0.0.1:40000 curl > 127.0.0.1:3000 node ESTABLISHED; ..." */
static void tell(struct buf *out, const char *scene)
{
	const struct snapshot *s = build_snapshot(1000000, scene);
	struct connections c = { 0 };

	connections_update(&c, s);
	for (size_t i = 0; i < c.count; i++) {
		add_end(out, &c.items[i].client);
		buf_add_string(out, " > ");
		add_end(out, &c.items[i].server);
		buf_add_char(out, ' ');
		connection_add_state(out, &c.items[i]);
		buf_add_string(out, c.items[i].listener ? "; " : " (nobody listens); ");
	}
	connections_done(&c);
	snapshot_unref(s);
}

static void two_sockets_are_one_connection(void **state)
{
	static const struct {
		const char *scene, *expected;
	} cases[] = {
		{ LIMITS NODE, "" },
		{ LIMITS NODE SERVER_END CLIENT_END,
		  "127.0.0.1:40000 curl > 127.0.0.1:3000 node ESTABLISHED; " },
		{ LIMITS NODE SERVER_END, "127.0.0.1:40000 unseen > 127.0.0.1:3000 node ESTABLISHED; " },
		{ LIMITS NODE CLIENT_END, "127.0.0.1:40000 curl > 127.0.0.1:3000 unseen ESTABLISHED; " },
		{ LIMITS SERVER_END CLIENT_END,
		  "127.0.0.1:40000 curl > 127.0.0.1:3000 node ESTABLISHED (nobody listens); " },
		/* A server in the ephemeral range: its listener tells. */
		{ LIMITS "tcp 127.0.0.1:50000 by 7 late alice\n"
		  "established tcp 127.0.0.1:50000 peer 127.0.0.1:40000 by 7 late alice\n"
		  "established tcp 127.0.0.1:40000 peer 127.0.0.1:50000 by 8 curl alice\n",
		  "127.0.0.1:40000 curl > 127.0.0.1:50000 late ESTABLISHED; " },
		/* One above that range that has stopped listening: the kernel chose the other end's port. */
		{ LIMITS "established tcp 127.0.0.1:61000 peer 127.0.0.1:40000 by 7 late alice\n"
		  "established tcp 127.0.0.1:40000 peer 127.0.0.1:61000 by 8 curl alice\n",
		  "127.0.0.1:40000 curl > 127.0.0.1:61000 late ESTABLISHED (nobody listens); " },
		/* A dual-stack server and its IPv4 client. */
		{ LIMITS "tcp [::]:8080 v6only no by 7 python3 alice\n"
		  "established tcp [::ffff:127.0.0.1]:8080 peer [::ffff:127.0.0.1]:40000 by 7 python3 alice\n"
		  "established tcp 127.0.0.1:40000 peer 127.0.0.1:8080 by 8 curl alice\n",
		  "127.0.0.1:40000 curl > 127.0.0.1:8080 python3 ESTABLISHED; " },
		/* Half closed: each end has a state of its own. */
		{ LIMITS NODE "fin-wait-2 tcp 127.0.0.1:40000 peer 127.0.0.1:3000 inode 0\n"
		  "close-wait tcp 127.0.0.1:3000 peer 127.0.0.1:40000 by 4211 node alice\n",
		  "127.0.0.1:40000 > 127.0.0.1:3000 node FIN-WAIT-2/CLOSE-WAIT; " },
		/* A program that is connected to itself. */
		{ LIMITS NODE "established tcp 127.0.0.1:3000 peer 127.0.0.1:41000 by 4211 node alice\n"
		  "established tcp 127.0.0.1:41000 peer 127.0.0.1:3000 by 4211 node alice\n",
		  "127.0.0.1:41000 node > 127.0.0.1:3000 node ESTABLISHED; " },
		{ LIMITS NODE "time-wait tcp 127.0.0.1:3000 peer 127.0.0.1:40000 expires 41000\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf told = { 0 };

		tell(&told, cases[i].scene);
		assert_string_equal(buf_string(&told), cases[i].expected);
		buf_done(&told);
	}
}

static void a_connection_of_one_socket_to_itself_is_one(void **state)
{
	struct buf told = { 0 };

	(void)state;
	tell(&told, LIMITS "established tcp 127.0.0.1:5000 peer 127.0.0.1:5000 by 7 nc alice\n");
	assert_string_equal(buf_string(&told),
			    "127.0.0.1:5000 nc > 127.0.0.1:5000 nc ESTABLISHED (nobody listens); ");
	buf_done(&told);
}

/* Dumps are taken one after the other: the second one finds a socket in its next state. */
static void a_socket_that_two_dumps_show_is_one(void **state)
{
	struct buf told = { 0 };

	(void)state;
	tell(&told, LIMITS NODE SERVER_END CLIENT_END
	     "close-wait tcp 127.0.0.1:3000 peer 127.0.0.1:40000 cookie 21 by 4211 node alice\n");
	assert_string_equal(buf_string(&told), "127.0.0.1:40000 curl > 127.0.0.1:3000 node ESTABLISHED; ");
	buf_done(&told);
}

static void leftovers_that_scans_share_are_there_until_they_are_over(void **state)
{
	static const int32_t ages_ms[] = { 0, 5000 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct facts *f = build_facts(1000, LIMITS NODE), *read = build_facts(1000, LIMITS
			"fin-wait-2 tcp 127.0.0.1:40000 peer 127.0.0.1:3000 inode 0 expires 3000\n");
		struct socket_fact *sockets = malloc(sizeof *sockets);
		struct connections c = { 0 };
		struct leftovers *shared;
		const struct snapshot *s;

		*sockets = read->sockets[0];
		shared = leftovers_new(sockets, 1);
		facts_share_leftovers(f, shared, ages_ms[i]);
		leftovers_unref(shared);
		s = snapshot_build(f);
		connections_update(&c, s);
		assert_int_equal(c.count, i == 0);
		connections_done(&c);
		snapshot_unref(s);
		facts_free(read);
	}
}

static void who_has_held_it_for_longest_stands_for_it(void **state)
{
	const struct snapshot *s = build_snapshot(1000, LIMITS NODE
		"process 600 worker alice start 50\nprocess 700 master alice start 20\n"
		"established tcp 127.0.0.1:3000 peer 127.0.0.1:40000 inode 9 by 600 worker alice by 700 master alice\n");
	struct connections c = { 0 };

	(void)state;
	connections_update(&c, s);
	assert_int_equal(c.items[0].server.process->fact->pid, 700);
	connections_done(&c);
	snapshot_unref(s);
}

static void ages_count_from_the_first_sight(void **state)
{
	static const struct {
		const char *scene;
		int64_t wall_ms, since_ms;
	} steps[] = {
		{ LIMITS NODE SERVER_END CLIENT_END, 1000, 0 },     /* was there before the first look */
		{ LIMITS NODE SERVER_END CLIENT_END, 2000, 0 },
		{ LIMITS NODE, 3000, -1 },
		{ LIMITS NODE SERVER_END, 4000, 4000 },
		{ LIMITS NODE SERVER_END CLIENT_END, 5000, 4000 },  /* its other end is seen, too */
		{ LIMITS NODE "established tcp 127.0.0.1:3000 peer 127.0.0.1:40000 cookie 99\n", 6000, 6000 },
	};
	const struct snapshot *shown = NULL;
	struct connections c = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		const struct snapshot *s = build_snapshot(steps[i].wall_ms, steps[i].scene);

		connections_update(&c, s);
		snapshot_unref(shown);
		shown = s;
		assert_int_equal(c.count, steps[i].since_ms >= 0);
		if (c.count)
			assert_int_equal(c.items[0].since_ms, steps[i].since_ms);
	}
	connections_done(&c);
	snapshot_unref(shown);
}

static void many_come_in_the_order_of_their_servers(void **state)
{
	struct facts *f = build_facts(1000, LIMITS NODE "tcp 127.0.0.1:22 by 1 sshd root\n");
	struct connections c = { 0 };
	const struct snapshot *s;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		unsigned server = i % 2 ? 22 : 3000, client = 60000 - i * 7;

		build_add(f, "established tcp 127.0.0.1:%u peer 127.0.0.1:%u\n", server, client);
		build_add(f, "established tcp 127.0.0.1:%u peer 127.0.0.1:%u\n", client, server);
	}
	s = snapshot_build(f);
	connections_update(&c, s);
	assert_int_equal(c.count, 1000);
	for (size_t i = 0; i < c.count; i++) {
		assert_true(c.items[i].client.socket && c.items[i].server.socket && c.items[i].listener);
		assert_true(!i || connection_compare(&c.items[i - 1], &c.items[i]) < 0);
	}
	connections_done(&c);
	snapshot_unref(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_sockets_are_one_connection),
		cmocka_unit_test(a_connection_of_one_socket_to_itself_is_one),
		cmocka_unit_test(a_socket_that_two_dumps_show_is_one),
		cmocka_unit_test(leftovers_that_scans_share_are_there_until_they_are_over),
		cmocka_unit_test(who_has_held_it_for_longest_stands_for_it),
		cmocka_unit_test(ages_count_from_the_first_sight),
		cmocka_unit_test(many_come_in_the_order_of_their_servers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
