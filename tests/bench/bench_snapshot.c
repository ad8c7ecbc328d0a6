/* What a snapshot costs: nanoseconds per row of snapshot_build() for listeners that each have a process of
 * their own, and per socket for leftovers and clients. The best of several rounds, since a busy machine
 * only ever adds; facts are made anew for each round and not counted. */
#include <stdio.h>
#include "base/clock.h"
#include "model/snapshot.h"

enum { ROUNDS = 15 };

static void add_process(struct facts *f, int32_t pid)
{
	static const char command[] = "node\0/home/alice/shop/node_modules/.bin/next\0dev\0--port\0" "3000";
	struct process_fact p = {
		.pid = pid, .ppid = 1, .group = pid, .session = pid, .uid = 1000, .state = 'S',
		.start_time = (uint64_t)pid, .comm = slice_of("node"), .exe = slice_of("/usr/bin/node"),
		.command = { command, sizeof command }, .cwd = slice_of("/home/alice/shop"),
		.tty = slice_of("pts/3"), .cgroup = slice_of("/user.slice/user-1000.slice/session-3.scope"),
	};

	facts_add_process(f, &p);
}

static struct socket_fact *add_tcp(struct facts *f, enum socket_state state, size_t port)
{
	struct socket_fact *s = facts_add_socket(f);

	s->local = (struct endpoint){ .protocol = PROTOCOL_TCP, .family = FAMILY_IPV4, .port = (uint16_t)port,
				      .address = { 127, 0, 0, 1 } };
	s->remote = s->local;
	s->state = (uint8_t)state;
	s->cookie = 0x10000 + f->socket_count * 7919 % 65521;
	return s;
}

/* As the kernel dumps them: in the order of a hash of the port. */
static void add_listeners(struct facts *f, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct socket_fact *s = add_tcp(f, SOCKET_LISTEN, 1024 + i * 7919 % 50021);
		int32_t pid = (int32_t)(1000 + i);

		s->inode = (uint32_t)(500000 + i);
		s->uid = 1000;
		s->queue_limit = 511;
		facts_add_holder(f, s->inode, pid, 19);
		add_process(f, pid);
	}
}

static void add_leftovers(struct facts *f, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct socket_fact *s = add_tcp(f, SOCKET_TIME_WAIT, i % 2 ? 8080 : 40000 + i % 20000);

		s->remote.port = (uint16_t)(i % 2 ? 40000 + i % 20000 : 8080);
		s->expires_ms = (int32_t)(i % 60000);
	}
}

static void add_connections(struct facts *f, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct socket_fact *s = add_tcp(f, SOCKET_ESTABLISHED, 1024 + i % 2000 * 7919 % 50021);

		s->inode = (uint32_t)(900000 + i);
	}
	f->has_connections = true;
}

struct load {
	const char *name;
	size_t listeners, leftovers, connections;
};

static struct facts *make_facts(const struct load *load)
{
	struct facts *f = facts_new();

	f->owners_complete = true;
	f->limits.ephemeral_low = 32768;
	f->limits.ephemeral_high = 60999;
	facts_add_user(f, 1000, slice_of("alice"));
	add_listeners(f, load->listeners);
	add_leftovers(f, load->leftovers);
	if (load->connections)
		add_connections(f, load->connections);
	return f;
}

static int64_t build_us(const struct load *load)
{
	struct facts *facts = make_facts(load);
	int64_t start = clock_monotonic_us();
	const struct snapshot *s = snapshot_build(facts);
	int64_t took = clock_monotonic_us() - start;

	snapshot_unref(s);
	return took;
}

int main(void)
{
	static const struct load loads[] = {
		{ "100 listeners", 100, 0, 0 },
		{ "1,000 listeners", 1000, 0, 0 },
		{ "10,000 listeners", 10000, 0, 0 },
		{ "100 leftovers", 0, 100, 0 },
		{ "1,000 leftovers", 0, 1000, 0 },
		{ "10,000 leftovers", 0, 10000, 0 },
		{ "2,000 listeners, 21,000 leftovers", 2000, 21000, 0 },
		{ "2,000 listeners, 30,000 clients", 2000, 0, 30000 },
	};

	for (size_t i = 0; i < sizeof loads / sizeof *loads; i++) {
		size_t count = loads[i].listeners + loads[i].leftovers + loads[i].connections;
		int64_t best = INT64_MAX;

		for (int round = 0; round < ROUNDS; round++) {
			int64_t took = build_us(&loads[i]);

			best = took < best ? took : best;
		}
		printf("%-34s %6lld us %5lld ns each\n", loads[i].name, (long long)best,
		       (long long)best * 1000 / (long long)count);
	}
	return 0;
}
