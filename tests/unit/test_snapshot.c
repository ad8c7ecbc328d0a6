/* model/snapshot: what a whole snapshot promises, on scenes and on random machines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tests/fake/build.h"

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Addresses, ports and devices from a few values each, so that much falls together. */
static void random_socket(struct facts *f, uint64_t *seed)
{
	static const uint8_t states[] = {
		SOCKET_LISTEN, SOCKET_UNCONN, SOCKET_BOUND, SOCKET_TIME_WAIT, SOCKET_CLOSE_WAIT,
		SOCKET_FIN_WAIT_2,
		SOCKET_ESTABLISHED, SOCKET_SYN_RECV, SOCKET_CLOSE,
	};
	static const char *const addresses[] = {
		"127.0.0.1", "127.0.0.2", "0.0.0.0", "10.0.0.1", "::", "::1", "::ffff:127.0.0.1", "fe80::1",
		"2001:db8::1",
	};
	static const uint16_t ports[] = { 0, 80, 255, 256, 3000, 40000, 40001, 65535 };
	struct socket_fact *s = facts_add_socket(f);

	endpoint_parse_address(slice_of(addresses[next_random(seed) % 9]), &s->local);
	s->local.port = ports[next_random(seed) % 8];
	s->local.protocol = next_random(seed) % 3 ? PROTOCOL_TCP : PROTOCOL_UDP;
	s->local.device = next_random(seed) % 4 ? 0 : (uint32_t)(next_random(seed) % 3);
	s->remote = s->local;
	s->remote.port = ports[next_random(seed) % 8];
	s->state = states[next_random(seed) % sizeof states];
	s->cookie = next_random(seed) % 5 ? next_random(seed) % 100000 : 0;
	s->inode = next_random(seed) % 3 ? (uint32_t)(next_random(seed) % 3000) : 0;
	s->expires_ms = (int32_t)(next_random(seed) % 60000) - 1;
	s->v6only = (int8_t)(next_random(seed) % 3) - 1;
}

static struct facts *random_facts(uint64_t seed, size_t sockets)
{
	struct facts *f = facts_new();

	f->owners_complete = f->has_connections = true;
	f->limits.ephemeral_low = 32768;
	f->limits.ephemeral_high = 60999;
	for (size_t i = 0; i < sockets; i++)
		random_socket(f, &seed);
	for (int32_t pid = 1; pid <= 20; pid++)
		facts_add_process(f, &(struct process_fact){ .pid = pid * 7, .comm = slice_of("node") });
	for (size_t i = 0; i < sockets; i++)
		facts_add_holder(f, (uint32_t)(next_random(&seed) % 3000),
				 (int32_t)(next_random(&seed) % 25) * 7,
				 (int32_t)(next_random(&seed) % 50));
	return f;
}

static void keys_ascend(const struct snapshot *s)
{
	for (size_t i = 0; i < s->listener_count; i++) {
		const struct listener *l = &s->listeners[i];

		if (i)
			assert_true(row_key_compare(&s->listeners[i - 1].key, &l->key) < 0);
		assert_ptr_equal(snapshot_find(s, &l->key), l);
	}
}

static bool is_in_row(const struct listener *l, const struct socket_fact *fact)
{
	for (uint32_t i = 0; i < l->socket_count; i++)
		if (l->sockets[i] == fact)
			return true;
	return false;
}

static bool is_same_socket(const struct socket_fact *a, const struct socket_fact *b)
{
	return (a->cookie && a->cookie == b->cookie) ||
	       (a->inode && a->inode == b->inode && endpoint_equal(&a->local, &b->local));
}

/* Some other fact about the same socket is in a row. */
static bool is_double(const struct snapshot *s, const struct socket_fact *fact)
{
	for (size_t i = 0; i < s->listener_count; i++)
		for (uint32_t j = 0; j < s->listeners[i].socket_count; j++)
			if (is_same_socket(s->listeners[i].sockets[j], fact))
				return true;
	return false;
}

static bool qualifies(const struct socket_fact *s)
{
	bool is_tcp = s->local.protocol == PROTOCOL_TCP;

	switch (s->state) {
	case SOCKET_BOUND: return true;
	case SOCKET_UNCONN: return !is_tcp;
	case SOCKET_ESTABLISHED: case SOCKET_SYN_RECV: case SOCKET_CLOSE: return false;
	default: return is_tcp;
	}
}

static void every_socket_is_in_one_row(const struct snapshot *s)
{
	for (size_t i = 0; i < s->facts->socket_count; i++) {
		const struct socket_fact *fact = &s->facts->sockets[i];
		size_t rows = 0;

		for (size_t j = 0; j < s->listener_count; j++)
			rows += is_in_row(&s->listeners[j], fact);
		if (!qualifies(fact))
			assert_int_equal(rows, 0);
		else if (rows != 1)
			assert_true(!rows && is_double(s, fact));
	}
}

static void rows_are_sound(const struct snapshot *s)
{
	for (size_t i = 0; i < s->listener_count; i++) {
		const struct listener *l = &s->listeners[i];

		assert_true(l->socket_count > 0);
		assert_true(is_in_row(l, l->socket));
		for (uint32_t j = 1; j < l->socket_count; j++)
			assert_true(l->sockets[j - 1]->cookie <= l->sockets[j]->cookie);
		for (uint32_t j = 1; j < l->holder_count; j++)
			assert_true(l->holders[j - 1].process->fact->pid < l->holders[j].process->fact->pid);
		for (uint32_t j = 0; j < l->holder_count; j++)
			for (uint32_t k = 1; k < l->holders[j].fd_count; k++)
				assert_true(l->holders[j].fds[k - 1] <= l->holders[j].fds[k]);
	}
}

static void on_random_machines(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		const struct snapshot *s = snapshot_build(random_facts(seed * 7919, seed * 11));

		keys_ascend(s);
		every_socket_is_in_one_row(s);
		rows_are_sound(s);
		snapshot_unref(s);
	}
}

static void assert_same_row(const struct listener *a, const struct listener *b)
{
	assert_int_equal(row_key_compare(&a->key, &b->key), 0);
	assert_int_equal(a->socket_count, b->socket_count);
	assert_int_equal(a->holder_count, b->holder_count);
	assert_true(a->socket->cookie == b->socket->cookie);
	assert_int_equal(a->socket->inode, b->socket->inode);
	assert_int_equal(a->expires_wall_ms, b->expires_wall_ms);
	assert_int_equal(a->clients, b->clients);
	assert_int_equal(a->marks, b->marks);
	for (uint32_t i = 0; i < a->holder_count; i++) {
		assert_int_equal(a->holders[i].process->fact->pid, b->holders[i].process->fact->pid);
		assert_int_equal(a->holders[i].fd_count, b->holders[i].fd_count);
		assert_memory_equal(a->holders[i].fds, b->holders[i].fds,
				    a->holders[i].fd_count * sizeof(int32_t));
	}
}

static void the_same_facts_give_the_same_rows(void **state)
{
	const struct snapshot *a = snapshot_build(random_facts(4711, 2000));
	const struct snapshot *b = snapshot_build(random_facts(4711, 2000));

	(void)state;
	assert_int_equal(a->listener_count, b->listener_count);
	for (size_t i = 0; i < a->listener_count; i++)
		assert_same_row(&a->listeners[i], &b->listeners[i]);
	snapshot_unref(a);
	snapshot_unref(b);
}

/* Who looks for a port meets its server first, however their addresses compare. */
static void leftovers_stand_behind_what_is_there(void **state)
{
	static const char *const order[] = { "[::]:3000", "127.0.0.1:3000", "127.0.0.1:3000", "127.0.0.1:3001" };
	const struct snapshot *s = build_snapshot(0, "close-wait tcp 127.0.0.1:41000 peer 127.0.0.1:3000\n"
						  "time-wait tcp 127.0.0.1:3000 peer 127.0.0.1:42000 expires 9\n"
						  "tcp 127.0.0.1:3001\ntcp [::]:3000 v6only no");

	(void)state;
	assert_int_equal(s->listener_count, sizeof order / sizeof *order);
	for (size_t i = 0; i < s->listener_count; i++) {
		struct buf at = { 0 };

		endpoint_add(&at, &s->listeners[i].key.endpoint, NULL);
		assert_string_equal(buf_string(&at), order[i]);
		buf_done(&at);
	}
	assert_int_equal(s->listeners[0].key.kind, ROW_LISTENER);
	assert_int_equal(s->listeners[2].key.kind, ROW_CLIENT_LEFTOVER);
	keys_ascend(s);
	snapshot_unref(s);
}

static void nothing_at_all(void **state)
{
	const struct snapshot *s = snapshot_build(facts_new());

	(void)state;
	assert_int_equal(s->listener_count, 0);
	assert_int_equal(s->process_count, 0);
	assert_null(snapshot_find(s, &(struct row_key){ .kind = ROW_LISTENER }));
	assert_null(snapshot_process(s, 1));
	snapshot_unref(s);
	snapshot_unref(NULL);
}

static void what_a_row_says(void **state)
{
	static const char scene[] = "tcp 127.0.0.1:5432 user postgres by 911 postgres postgres\n"
				    "udp [fe80::1%eth0]:40000 uid 1234\n"
				    "tcp 0.0.0.0:80 by 7 nginx root\n";
	const struct snapshot *s = build_snapshot(1, scene);
	const struct listener *postgres = build_find(s, ROW_LISTENER, "127.0.0.1:5432");
	const struct listener *udp = build_find(s, ROW_LISTENER, "udp [fe80::1%eth0]:40000");
	const struct listener *nginx = build_find(s, ROW_LISTENER, "0.0.0.0:80");

	(void)state;
	assert_string_equal(postgres->user, "postgres");
	assert_string_equal(postgres->service, "postgresql");
	assert_null(postgres->device);
	assert_int_equal(postgres->range, RANGE_REGISTERED);
	assert_int_equal(postgres->exposure, EXPOSURE_LOOPBACK);
	assert_false(postgres->is_ephemeral || postgres->is_privileged);
	assert_true(listener_is_local(postgres));
	assert_string_equal(udp->user, "1234");
	assert_string_equal(udp->device, "eth0");
	assert_null(udp->service);
	assert_true(udp->is_ephemeral);
	assert_false(listener_is_local(udp));
	assert_true(nginx->is_privileged && listener_is_local(nginx));
	assert_int_equal(nginx->exposure, EXPOSURE_WILDCARD);
	assert_int_equal(nginx->range, RANGE_WELL_KNOWN);
	snapshot_unref(s);
}

static void clients_are_counted(void **state)
{
	static const struct {
		const char *scene, *listener;
		int32_t clients;
	} cases[] = {
		{ "tcp 127.0.0.1:80", "127.0.0.1:80", -1 },
		{ "connections\ntcp 127.0.0.1:80", "127.0.0.1:80", 0 },
		{ "tcp 127.0.0.1:80\nestablished tcp 127.0.0.1:80 peer 127.0.0.1:40000\n"
		  "established tcp 127.0.0.1:40000 peer 127.0.0.1:80\n"
		  "established tcp 127.0.0.1:80 peer 127.0.0.1:40001", "127.0.0.1:80", 2 },
		{ "tcp 127.0.0.1:80\nestablished tcp 127.0.0.1:9 peer 127.0.0.1:40000", "127.0.0.1:80", 0 },
		{ "tcp 127.0.0.1:80\nestablished udp 127.0.0.1:80 peer 127.0.0.1:40000", "127.0.0.1:80", -1 },
		{ "tcp 127.0.0.1:80\ntcp 0.0.0.0:80\nestablished tcp 127.0.0.1:80 peer 127.0.0.1:40000",
		  "0.0.0.0:80", 0 },
		{ "tcp [::]:80 v6only no\nestablished tcp [::ffff:127.0.0.1]:80 peer [::ffff:127.0.0.1]:4\n"
		  "established tcp [::1]:80 peer [::1]:4", "[::]:80", 2 },
		{ "connections\nudp 127.0.0.1:80", "udp 127.0.0.1:80", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct snapshot *s = build_snapshot(1, cases[i].scene);

		assert_int_equal(build_find(s, ROW_LISTENER, cases[i].listener)->clients, cases[i].clients);
		snapshot_unref(s);
	}
}

/* The last reference frees it; the sanitizers see one too few or too many. */
static void references_keep_it(void **state)
{
	const struct snapshot *s = build_snapshot(1, "tcp 127.0.0.1:80 by 7 node alice");

	(void)state;
	assert_ptr_equal(snapshot_ref(s), s);
	snapshot_unref(s);
	assert_string_equal(s->processes[0].name, "node");
	snapshot_unref(s);
}

/* As deep as it goes: the snapshot is gone when the copy is read. */
static void a_copy_outlives_its_snapshot(void **state)
{
	static const char scene[] = "process 8 node alice cwd /tmp command node x.js\n"
				    "tcp 0.0.0.0%lo:80 cookie 1 user alice by 7 node alice by 8 node alice\n"
				    "tcp 0.0.0.0%lo:80 cookie 2\n";
	const struct snapshot *s = build_snapshot(1, scene);
	const struct listener *l = build_find(s, ROW_LISTENER, "0.0.0.0%lo:80");
	struct arena arena = { 0 };
	const struct listener *copy = listener_copy(&arena, l);
	struct row_key key = l->key;

	(void)state;
	snapshot_unref(s);
	assert_int_equal(row_key_compare(&copy->key, &key), 0);
	assert_int_equal(copy->socket_count, 2);
	assert_ptr_equal(copy->socket, copy->sockets[0]);
	assert_int_equal(copy->sockets[1]->cookie, 2);
	assert_string_equal(copy->device, "lo");
	assert_string_equal(copy->user, "alice");
	assert_int_equal(copy->holder_count, 2);
	assert_int_equal(copy->holders[1].process->fact->pid, 8);
	assert_true(slice_is(copy->holders[1].process->fact->comm, "node"));
	assert_string_equal(copy->holders[1].process->name, "node");
	assert_null(copy->holders[0].process->command);
	assert_string_equal(copy->holders[1].process->command, "node x.js");
	assert_string_equal(copy->holders[1].process->cwd, "/tmp");
	assert_string_equal(copy->holders[1].process->user, "alice");
	assert_int_equal(copy->holders[1].fds[0], 3);
	arena_done(&arena);
}

static void states_have_names(void **state)
{
	static const struct {
		int state;
		const char *name;
	} cases[] = {
		{ SOCKET_LISTEN, "LISTEN" }, { SOCKET_BOUND, "BOUND" }, { SOCKET_UNCONN, "UNCONN" },
		{ SOCKET_TIME_WAIT, "TIME-WAIT" }, { SOCKET_FIN_WAIT_1, "FIN-WAIT-1" },
		{ SOCKET_FIN_WAIT_2, "FIN-WAIT-2" },
		{ SOCKET_CLOSE_WAIT, "CLOSE-WAIT" }, { SOCKET_LAST_ACK, "LAST-ACK" },
		{ SOCKET_CLOSING, "CLOSING" },
		{ SOCKET_ESTABLISHED, "ESTABLISHED" }, { 0, "?" }, { 12, "?" }, { 15, "?" }, { 255, "?" },
		{ -1, "?" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(socket_state_name((enum socket_state)cases[i].state), cases[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_random_machines),
		cmocka_unit_test(the_same_facts_give_the_same_rows),
		cmocka_unit_test(leftovers_stand_behind_what_is_there),
		cmocka_unit_test(nothing_at_all),
		cmocka_unit_test(what_a_row_says),
		cmocka_unit_test(clients_are_counted),
		cmocka_unit_test(references_keep_it),
		cmocka_unit_test(a_copy_outlives_its_snapshot),
		cmocka_unit_test(states_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
