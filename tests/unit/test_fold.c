/* model/fold: which sockets become rows, and which share one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tests/fake/build.h"

static const char *const kinds[] = { "listener", "bound", "leftover", "client" };

/* "listener tcp 127.0.0.1:80 x1" and so on, one row a line. */
static void add_rows(struct buf *out, const struct snapshot *s)
{
	for (size_t i = 0; i < s->listener_count; i++) {
		const struct listener *l = &s->listeners[i];

		buf_printf(out, "%s %s ", kinds[l->key.kind], protocol_name(l->key.endpoint.protocol));
		endpoint_add(out, &l->key.endpoint, NULL);
		if (l->device)
			buf_printf(out, "%%%s", l->device);
		buf_printf(out, " x%u\n", listener_sockets(l));
	}
}

static const struct {
	const char *scene, *rows;
} rows_of[] = {
	{ "", "" },
	{ "tcp 127.0.0.1:80", "listener tcp 127.0.0.1:80 x1\n" },
	{ "udp 127.0.0.1:53", "listener udp 127.0.0.1:53 x1\n" },
	{ "bound tcp 127.0.0.1:80", "bound tcp 127.0.0.1:80 x1\n" },
	{ "tcp [::1]:80\ntcp 127.0.0.1:80\nudp 127.0.0.1:80\ntcp 0.0.0.0:80\ntcp 127.0.0.1:22",
	  "listener tcp 127.0.0.1:22 x1\nlistener tcp 0.0.0.0:80 x1\nlistener tcp 127.0.0.1:80 x1\n"
	  "listener udp 127.0.0.1:80 x1\nlistener tcp [::1]:80 x1\n" },
	{ "tcp 127.0.0.1:80\ntcp 127.0.0.1:80\ntcp 127.0.0.1:80", "listener tcp 127.0.0.1:80 x3\n" },
	{ "udp 0.0.0.0:5353\nudp 0.0.0.0:5353", "listener udp 0.0.0.0:5353 x2\n" },
	{ "tcp [::]:80 v6only no\ntcp [::]:80 v6only yes", "listener tcp [::]:80 x2\n" },
	{ "tcp [::ffff:127.0.0.1]:80\ntcp 127.0.0.1:80",
	  "listener tcp 127.0.0.1:80 x1\nlistener tcp [::ffff:127.0.0.1]:80 x1\n" },
	{ "tcp 0.0.0.0:80\ntcp 0.0.0.0%lo:80\ntcp 0.0.0.0%eth0:80",
	  "listener tcp 0.0.0.0:80 x1\nlistener tcp 0.0.0.0:80%lo x1\n"
	  "listener tcp 0.0.0.0:80%eth0 x1\n" },
	{ "tcp 127.0.0.1:80\nbound tcp 127.0.0.1:80\n"
	  "time-wait tcp 127.0.0.1:80 peer 127.0.0.1:40000 expires 1",
	  "listener tcp 127.0.0.1:80 x1\nbound tcp 127.0.0.1:80 x1\nleftover tcp 127.0.0.1:80 x1\n" },

	/* Connected sockets are no rows. */
	{ "established tcp 127.0.0.1:80 peer 127.0.0.1:40000", "" },
	{ "established udp 127.0.0.1:53 peer 127.0.0.1:40000", "" },

	/* Leftovers of one port: whatever the state, whatever the peer. */
	{ "time-wait tcp 127.0.0.1:80 peer 127.0.0.1:40000 expires 1\n"
	  "close-wait tcp 127.0.0.1:80 peer 127.0.0.1:40001\n"
	  "fin-wait-1 tcp 127.0.0.1:80 peer 10.0.0.1:9\n"
	  "fin-wait-2 tcp 127.0.0.1:80 peer 127.0.0.1:40002\n"
	  "last-ack tcp 127.0.0.1:80 peer 127.0.0.1:40003\n"
	  "closing tcp 127.0.0.1:80 peer 127.0.0.1:40004",
	  "leftover tcp 127.0.0.1:80 x6\n" },
	/* One that stands for others. */
	{ "time-wait tcp 127.0.0.1:80 peer 127.0.0.1:40000 expires 1 others 99\n"
	  "close-wait tcp 127.0.0.1:80 peer 127.0.0.1:40001\n"
	  "time-wait tcp 127.0.0.2:80 peer 127.0.0.1:40000 expires 1 others 7",
	  "leftover tcp 127.0.0.1:80 x101\nleftover tcp 127.0.0.2:80 x8\n" },
	/* On the client's side by the port of the peer. */
	{ "time-wait tcp 127.0.0.1:40000 peer 127.0.0.1:80 expires 1\n"
	  "time-wait tcp 127.0.0.1:40001 peer 127.0.0.1:80 expires 1\n"
	  "time-wait tcp 127.0.0.2:40001 peer 127.0.0.1:80 expires 1\n"
	  "time-wait tcp 127.0.0.1:40002 peer 127.0.0.1:443 expires 1",
	  "client tcp 127.0.0.1:80 x2\nclient tcp 127.0.0.2:80 x1\nclient tcp 127.0.0.1:443 x1\n" },
	/* Both ports ephemeral: the one where somebody listens is the server's. */
	{ "tcp 127.0.0.1:50000\ntime-wait tcp 127.0.0.1:40000 peer 127.0.0.1:50000 expires 1\n"
	  "time-wait tcp 127.0.0.1:50000 peer 127.0.0.1:40001 expires 1",
	  "listener tcp 127.0.0.1:50000 x1\nleftover tcp 127.0.0.1:50000 x1\n"
	  "client tcp 127.0.0.1:50000 x1\n" },
	{ "tcp 127.0.0.1:50000\ntime-wait tcp 127.0.0.1:50000 peer 127.0.0.1:80 expires 1",
	  "listener tcp 127.0.0.1:50000 x1\nleftover tcp 127.0.0.1:50000 x1\n" },
	{ "time-wait tcp 127.0.0.1:40000 peer 127.0.0.1:50000 expires 1",
	  "leftover tcp 127.0.0.1:40000 x1\n" },
	{ "ephemeral 0 0\ntime-wait tcp 127.0.0.1:40000 peer 127.0.0.1:80 expires 1",
	  "leftover tcp 127.0.0.1:40000 x1\n" },
	{ "close-wait tcp 127.0.0.1:40000", "leftover tcp 127.0.0.1:40000 x1\n" },

	/* One socket, seen twice: by cookie anywhere, by inode in its row (MPTCP). */
	{ "tcp 127.0.0.1:80 cookie 7\ntcp 127.0.0.1:80 cookie 7", "listener tcp 127.0.0.1:80 x1\n" },
	{ "bound tcp 127.0.0.1:80 cookie 7\ntcp 127.0.0.1:80 cookie 7",
	  "listener tcp 127.0.0.1:80 x1\n" },
	{ "tcp 127.0.0.1:80 cookie 7\nbound tcp 127.0.0.1:80 cookie 7",
	  "listener tcp 127.0.0.1:80 x1\n" },
	{ "time-wait tcp 127.0.0.1:80 cookie 7\nfin-wait-2 tcp 127.0.0.1:80 cookie 7",
	  "leftover tcp 127.0.0.1:80 x1\n" },
	{ "tcp 127.0.0.1:80 cookie 7 inode 70\ntcp 127.0.0.1:80 cookie 8 inode 70",
	  "listener tcp 127.0.0.1:80 x1\n" },
	{ "tcp 127.0.0.1:80 cookie 7 inode 70\ntcp 127.0.0.1:81 cookie 8 inode 70",
	  "listener tcp 127.0.0.1:80 x1\nlistener tcp 127.0.0.1:81 x1\n" },
	/* Without cookies (/proc/net) nothing is taken for a double. */
	{ "source procfs\ntcp 127.0.0.1:80 cookie 0\ntcp 127.0.0.1:80 cookie 0\n"
	  "time-wait tcp 127.0.0.1:80 cookie 0\ntime-wait tcp 127.0.0.1:80 cookie 0",
	  "listener tcp 127.0.0.1:80 x2\nleftover tcp 127.0.0.1:80 x2\n" },
};

static void which_sockets_share_a_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows_of / sizeof *rows_of; i++) {
		const struct snapshot *s = build_snapshot(1, rows_of[i].scene);
		struct buf rows = { 0 };

		add_rows(&rows, s);
		assert_string_equal(buf_string(&rows), rows_of[i].rows);
		buf_done(&rows);
		snapshot_unref(s);
	}
}

/* A decoder may meet what nobody has heard of: it is no row, and spoils none. */
static void strangers_are_no_rows(void **state)
{
	static const struct {
		uint8_t protocol, family, state;
		size_t rows;
	} cases[] = {
		{ PROTOCOL_TCP, FAMILY_IPV4, SOCKET_LISTEN, 1 }, { 132, FAMILY_IPV4, SOCKET_LISTEN, 0 },
		{ PROTOCOL_TCP, 1, SOCKET_LISTEN, 0 }, { PROTOCOL_UDP, FAMILY_IPV6, SOCKET_LISTEN, 0 },
		{ PROTOCOL_TCP, FAMILY_IPV6, SOCKET_UNCONN, 0 },
		{ PROTOCOL_TCP, FAMILY_IPV6, SOCKET_SYN_SENT, 0 },
		{ PROTOCOL_TCP, FAMILY_IPV6, SOCKET_SYN_RECV, 0 },
		{ PROTOCOL_TCP, FAMILY_IPV6, SOCKET_CLOSE, 0 },
		{ PROTOCOL_UDP, FAMILY_IPV6, SOCKET_TIME_WAIT, 0 }, { PROTOCOL_TCP, FAMILY_IPV6, 200, 0 },
		{ PROTOCOL_TCP, FAMILY_IPV6, 0, 0 }, { PROTOCOL_TCP, FAMILY_IPV6, SOCKET_BOUND, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct facts *f = facts_new();
		struct socket_fact *fact = facts_add_socket(f);
		const struct snapshot *s;

		fact->local.protocol = cases[i].protocol;
		fact->local.family = cases[i].family;
		fact->state = cases[i].state;
		s = snapshot_build(f);
		assert_int_equal(s->listener_count, cases[i].rows);
		snapshot_unref(s);
	}
}

static void queues_of_listeners_add_up(void **state)
{
	static const struct {
		const char *scene;
		uint32_t length, limit;
	} cases[] = {
		{ "tcp 127.0.0.1:80 queue 3 128", 3, 128 },
		{ "tcp 127.0.0.1:80 queue 3 128\ntcp 127.0.0.1:80 queue 4 511", 7, 639 },
		{ "tcp 127.0.0.1:80 queue 3 128\ntcp 127.0.0.1:80", 3, QUEUE_UNKNOWN },
		{ "tcp 127.0.0.1:80\ntcp 127.0.0.1:80 queue 3 128", 3, QUEUE_UNKNOWN },
		{ "tcp 127.0.0.1:80 queue 5 4294967290\ntcp 127.0.0.1:80 queue 1 100", 6, QUEUE_UNKNOWN - 1 },
		{ "udp 127.0.0.1:80 queue 212992 7", 0, QUEUE_UNKNOWN },
		{ "bound tcp 127.0.0.1:80 queue 3 128", 0, QUEUE_UNKNOWN },
		{ "close-wait tcp 127.0.0.1:80 peer 127.0.0.1:5 queue 1 9", 0, QUEUE_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct snapshot *s = build_snapshot(1, cases[i].scene);

		assert_int_equal(s->listener_count, 1);
		assert_int_equal(s->listeners[0].queue_length, cases[i].length);
		assert_int_equal(s->listeners[0].queue_limit, cases[i].limit);
		snapshot_unref(s);
	}
}

/* Which socket stands for the row, and how long the row's leftovers stay. */
static void the_one_for_all(void **state)
{
	static const struct {
		const char *scene;
		uint64_t cookie;
		int32_t expires_ms;
	} cases[] = {
		{ "tcp 127.0.0.1:80 cookie 9\ntcp 127.0.0.1:80 cookie 3\ntcp 127.0.0.1:80 cookie 5", 3, -1 },
		{ "tcp 127.0.0.1:80 cookie 9 expires 5", 9, -1 },
		{ "time-wait tcp 127.0.0.1:80 cookie 1 expires 100\n"
		  "time-wait tcp 127.0.0.1:80 cookie 2 expires 60000\n"
		  "time-wait tcp 127.0.0.1:80 cookie 3 expires 7", 2, 60000 },
		{ "time-wait tcp 127.0.0.1:80 cookie 2 expires 8\n"
		  "time-wait tcp 127.0.0.1:80 cookie 1 expires 8", 1, 8 },
		{ "time-wait tcp 127.0.0.1:80 cookie 1 expires 100\nclose-wait tcp 127.0.0.1:80 cookie 2\n"
		  "time-wait tcp 127.0.0.1:80 cookie 3 expires 200", 2, -1 },
		{ "time-wait tcp 127.0.0.1:80 cookie 1 expires 0", 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct snapshot *s = build_snapshot(1, cases[i].scene);

		assert_int_equal(s->listener_count, 1);
		assert_int_equal(s->listeners[0].socket->cookie, cases[i].cookie);
		assert_int_equal(listener_expires_ms(&s->listeners[0], 1), cases[i].expires_ms);
		snapshot_unref(s);
	}
}

/* Without cookies the inode is what keeps the order of two scans the same. */
static void sockets_are_in_order(void **state)
{
	const struct snapshot *s = build_snapshot(1, "tcp 127.0.0.1:80 cookie 0 inode 9\n"
						     "tcp 127.0.0.1:80 cookie 0 inode 3\n"
						     "tcp 127.0.0.1:80 cookie 0 inode 5");

	(void)state;
	assert_int_equal(s->listener_count, 1);
	assert_int_equal(s->listeners[0].sockets[0]->inode, 3);
	assert_int_equal(s->listeners[0].sockets[1]->inode, 5);
	assert_int_equal(s->listeners[0].sockets[2]->inode, 9);
	snapshot_unref(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(which_sockets_share_a_row),
		cmocka_unit_test(strangers_are_no_rows),
		cmocka_unit_test(queues_of_listeners_add_up),
		cmocka_unit_test(the_one_for_all),
		cmocka_unit_test(sockets_are_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
