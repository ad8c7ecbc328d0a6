/* The door on this very kernel: sockets of this process in a private network namespace, read back through
 * a scan and through the exact lookup. */
#include "machine.h"
#include "base/clock.h"
#include <netinet/in.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "base/slice.h"
#include "tests/fake/refuse.h"

struct expected {
	int fd;
	uint8_t protocol, family, state;
	int8_t v6only;
	uint16_t port;
	const char *address;
};

static void expect(const struct facts *f, const struct expected *e)
{
	const struct socket_fact *s = find_inode(f, inode_of(e->fd));
	uint8_t address[16] = {0};

	assert_non_null(s);
	assert_int_equal(inet_pton(e->family == FAMILY_IPV4 ? AF_INET : AF_INET6, e->address, address), 1);
	assert_int_equal(s->local.protocol, e->protocol);
	assert_int_equal(s->local.family, e->family);
	assert_int_equal(s->local.port, e->port);
	assert_memory_equal(s->local.address, address, 16);
	assert_int_equal(s->state, e->state);
	assert_int_equal(s->v6only, e->v6only);
	assert_int_not_equal(s->cookie, 0);
	assert_int_equal(s->uid, getuid());
	assert_true(is_holder(f, s->inode, getpid(), e->fd));
}

static void test_every_kind_of_socket_is_a_row_with_its_holder(void **state)
{
	struct platform *p = machine_open();
	struct facts *f = facts_new();
	struct expected rows[] = {
		{make_listener("127.0.0.1", 3000), PROTOCOL_TCP, FAMILY_IPV4, SOCKET_LISTEN, -1, 3000,
		 "127.0.0.1"},
		{make_listener("127.0.0.2", 3000), PROTOCOL_TCP, FAMILY_IPV4, SOCKET_LISTEN, -1, 3000,
		 "127.0.0.2"},
		{make_listener("0.0.0.0", 3003), PROTOCOL_TCP, FAMILY_IPV4, SOCKET_LISTEN, -1, 3003,
		 "0.0.0.0"},
		{make_listener("::1", 3000), PROTOCOL_TCP, FAMILY_IPV6, SOCKET_LISTEN, 1, 3000, "::1"},
		{make_listener("::", 3004), PROTOCOL_TCP, FAMILY_IPV6, SOCKET_LISTEN, 0, 3004, "::"},
		{make_listener("::ffff:127.0.0.1", 3006), PROTOCOL_TCP, FAMILY_IPV6, SOCKET_LISTEN, 0, 3006,
		 "::ffff:127.0.0.1"},
		{make_socket(SOCK_DGRAM, "127.0.0.1", 4000), PROTOCOL_UDP, FAMILY_IPV4, SOCKET_UNCONN, -1,
		 4000, "127.0.0.1"},
		{make_socket(SOCK_DGRAM, "::1", 4000), PROTOCOL_UDP, FAMILY_IPV6, SOCKET_UNCONN, 1, 4000,
		 "::1"},
		{make_socket(SOCK_STREAM, "127.0.0.1", 3009), PROTOCOL_TCP, FAMILY_IPV4, SOCKET_BOUND, -1,
		 3009, "127.0.0.1"},
	};
	size_t count = sizeof rows / sizeof *rows;

	(void)state;
	machine_scan(p, &everything, f);
	if (has_gap(f, GAP_BOUND_ONLY))
		close(rows[--count].fd);
	assert_int_equal(f->socket_count, count);
	assert_int_equal(f->process_count, 1);
	assert_true(f->owners_complete);
	for (size_t i = 0; i < count; i++)
		expect(f, &rows[i]);
	for (size_t i = 0; i < count; i++)
		close(rows[i].fd);
	facts_free(f);
	platform_free(p);
}

static void test_own_process_facts(void **state)
{
	struct platform *p = machine_open();
	struct facts *f = facts_new();
	int fd = make_listener("127.0.0.1", 3000);
	const struct process_fact *self;
	char cwd[4096];

	(void)state;
	machine_scan(p, &everything, f);
	self = find_process(f, getpid());
	assert_non_null(self);
	assert_int_equal(self->ppid, getppid());
	assert_int_equal(self->group, getpgrp());
	assert_int_equal(self->session, getsid(0));
	assert_int_equal(self->uid, geteuid());
	assert_int_equal(self->unknown, 0);
	assert_true(slice_is(self->comm, "test_linux"));
	assert_true(slice_is(self->cwd, getcwd(cwd, sizeof cwd)));
	assert_true(slice_ends(self->exe, "/test_linux"));
	assert_true(self->command.len > 0 && self->command.ptr[self->command.len - 1] == 0);
	assert_true(self->start_time > 0 && self->started_wall_ms > 0 && self->started_wall_ms <= f->wall_ms);
	assert_int_equal(f->ancestors[0], getpid());
	assert_int_equal(f->ancestors[1], getppid());
	assert_int_equal(f->limits.self_pid, getpid());
	assert_true(f->limits.ephemeral_low > 0 && f->limits.ephemeral_high > f->limits.ephemeral_low);
	assert_int_equal(f->device_count, 1);
	assert_true(slice_is(f->devices[0].name, "lo"));
	close(fd);
	facts_free(f);
	platform_free(p);
}

static void connect_to(int *client, int *server, int listener)
{
	struct sockaddr_in address;
	socklen_t len = sizeof address;

	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &len), 0);
	*client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(*client, (struct sockaddr *)&address, len), 0);
	*server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	assert_true(*server >= 0);
}

static void test_connections_and_leftovers(void **state)
{
	struct platform *p = machine_open();
	struct facts *f = facts_new();
	int listener = make_listener("127.0.0.1", 3020), client[3], server[3];
	const struct socket_fact *s;
	char byte;

	(void)state;
	for (int i = 0; i < 3; i++)
		connect_to(&client[i], &server[i], listener);
	close(server[0]);                            /* the server closes first: its side becomes TIME-WAIT */
	assert_int_equal(read(client[0], &byte, 1), 0);
	close(client[0]);
	close(client[1]); /* the server keeps its end: CLOSE-WAIT, and FIN-WAIT-2 opposite */
	assert_int_equal(read(server[1], &byte, 1), 0);
	machine_scan(p, &everything, f);
	s = find_port(f, 3020, SOCKET_TIME_WAIT);
	assert_non_null(s);
	assert_int_equal(s->inode, 0);
	assert_true(s->uid == UID_UNKNOWN && s->timer == 3 && s->queue_limit == QUEUE_UNKNOWN);
	assert_true(s->expires_ms > 50000 && s->expires_ms <= 60000);
	assert_true(is_holder(f, inode_of(server[1]), getpid(), server[1]));
	assert_int_equal(find_inode(f, inode_of(server[1]))->state, SOCKET_CLOSE_WAIT);
	assert_int_equal(find_inode(f, inode_of(client[2]))->state, SOCKET_ESTABLISHED);
	assert_int_equal(find_inode(f, inode_of(client[2]))->remote.port, 3020);
	assert_true(f->has_connections);
	for (int i = 1; i < 3; i++)
		close(server[i]);
	close(client[2]);
	close(listener);
	facts_free(f);
	platform_free(p);
}

static void test_leftovers_are_carried_along_and_age(void **state)
{
	struct platform *p = machine_open();
	struct facts *f = facts_new();
	int listener = make_listener("127.0.0.1", 3021), client, server;
	int64_t began_ms = clock_monotonic_ms();
	int32_t first;

	(void)state;
	connect_to(&client, &server, listener);
	close(server);
	close(client);
	await((machine_scan(p, &everything, f), find_port(f, 3021, SOCKET_TIME_WAIT)));
	first = find_port(f, 3021, SOCKET_TIME_WAIT)->expires_ms;
	usleep(120 * 1000);
	machine_scan(p, &everything, f);
	assert_non_null(find_port(f, 3021, SOCKET_TIME_WAIT));
	assert_in_range(first - find_port(f, 3021, SOCKET_TIME_WAIT)->expires_ms, 100,
			clock_monotonic_ms() - began_ms + 20);
	close(listener);
	facts_free(f);
	platform_free(p);
}

static void test_only_what_is_asked_for(void **state)
{
	static const struct scan_request listeners = {.owners = false};
	struct platform *p = machine_open();
	struct facts *f = facts_new();
	int listener = make_listener("127.0.0.1", 3000), bound = make_socket(SOCK_STREAM, "127.0.0.1", 3009);

	(void)state;
	machine_scan(p, &listeners, f);
	assert_non_null(find_inode(f, inode_of(listener)));
	assert_null(find_inode(f, inode_of(bound)));
	assert_false(f->owners_complete);
	assert_false(f->has_connections);
	assert_true(has_gap(f, GAP_OWNERS_PENDING));
	machine_scan(p, &everything, f);
	assert_true(f->owners_complete);
	assert_false(has_gap(f, GAP_OWNERS_PENDING));
	machine_scan(p, &listeners, f);              /* what is known by now costs nothing */
	assert_true(is_holder(f, inode_of(listener), getpid(), listener));
	close(listener);
	close(bound);
	facts_free(f);
	platform_free(p);
}

static struct endpoint endpoint_of(uint8_t protocol, const char *address, uint16_t port)
{
	struct endpoint e = {0};

	assert_int_equal(endpoint_parse_address(slice_of(address), &e), 0);
	e.protocol = protocol;
	e.port = port;
	return e;
}

static void test_exact_lookup(void **state)
{
	static const struct lookup_case {
		int type;
		const char *address;
		uint16_t port;
		uint8_t protocol, state;
	} cases[] = {
		{SOCK_STREAM, "127.0.0.1", 3000, PROTOCOL_TCP, SOCKET_LISTEN},
		{SOCK_STREAM, "0.0.0.0", 3001, PROTOCOL_TCP, SOCKET_LISTEN},
		{SOCK_STREAM, "::1", 3002, PROTOCOL_TCP, SOCKET_LISTEN},
		{SOCK_STREAM, "::", 3003, PROTOCOL_TCP, SOCKET_LISTEN},
		{SOCK_STREAM, "::ffff:127.0.0.1", 3004, PROTOCOL_TCP, SOCKET_LISTEN},
		{SOCK_STREAM, "127.0.0.1", 3005, PROTOCOL_TCP, SOCKET_BOUND},
		{SOCK_DGRAM, "127.0.0.1", 3000, PROTOCOL_UDP, SOCKET_UNCONN},
		{SOCK_DGRAM, "0.0.0.0", 3001, PROTOCOL_UDP, SOCKET_UNCONN},
		{SOCK_DGRAM, "::1", 3002, PROTOCOL_UDP, SOCKET_UNCONN},
	};
	struct platform *p = machine_open();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct lookup_case *c = &cases[i];
		struct endpoint e = endpoint_of(c->protocol, c->address, c->port);
		struct socket_fact found = {0};
		int fd = c->state == SOCKET_LISTEN ? make_listener(c->address, c->port)
						   : make_socket(c->type, c->address, c->port);

		assert_int_equal(platform_lookup(p, &e, NULL, c->state, &found), 0);
		assert_int_equal(found.inode, inode_of(fd));
		assert_true(endpoint_equal(&found.local, &e));
		close(fd);
		usleep(1000);
		assert_int_equal(platform_lookup(p, &e, NULL, c->state, &found), -ENOENT);
	}
	platform_free(p);
}

/* A wildcard listener would take the packet, but it is not the socket at that address. */
static void test_lookup_is_not_deceived_by_a_wildcard(void **state)
{
	struct platform *p = machine_open();
	struct endpoint e = endpoint_of(PROTOCOL_TCP, "127.0.0.1", 3000);
	int wildcard = make_listener("0.0.0.0", 3000);
	struct socket_fact found;

	(void)state;
	assert_int_equal(platform_lookup(p, &e, NULL, SOCKET_LISTEN, &found), -ENOENT);
	close(wildcard);
	platform_free(p);
}

static void test_reuseport_group(void **state)
{
	struct platform *p = machine_open();
	struct facts *f = facts_new();
	int fds[4], yes = 1;
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(3008),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	(void)state;
	for (int i = 0; i < 4; i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		setsockopt(fds[i], SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
		assert_int_equal(bind(fds[i], (struct sockaddr *)&address, sizeof address), 0);
		assert_int_equal(listen(fds[i], 5), 0);
	}
	machine_scan(p, &everything, f);
	assert_int_equal(f->socket_count, 4);
	close(fds[2]);
	machine_scan(p, &everything, f);
	assert_int_equal(f->socket_count, 3);        /* a member that went is gone at once, siblings or not */
	for (int i = 0; i < 4; i++)
		if (i != 2) {
			assert_non_null(find_inode(f, inode_of(fds[i])));
			close(fds[i]);
		}
	facts_free(f);
	platform_free(p);
}

static void test_device_bound_listener(void **state)
{
	struct platform *p = machine_open();
	struct facts *f = facts_new();
	int fd = make_socket(SOCK_STREAM, "0.0.0.0", 3007);
	const struct socket_fact *s;
	struct socket_fact found;

	(void)state;
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3), 0);
	assert_int_equal(listen(fd, 1), 0);
	machine_scan(p, &everything, f);
	s = find_inode(f, inode_of(fd));
	assert_non_null(s);
	assert_int_equal(s->local.device, if_nametoindex("lo"));
	assert_int_equal(platform_lookup(p, &s->local, NULL, SOCKET_LISTEN, &found), 0);
	assert_int_equal(found.cookie, s->cookie);
	close(fd);
	facts_free(f);
	platform_free(p);
}

static void test_mptcp_listener_is_one_row(void **state)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(3011),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP);
	struct platform *p;
	struct facts *f;

	(void)state;
	if (fd < 0)
		skip();
	p = machine_open();
	f = facts_new();
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(fd, 1), 0);
	machine_scan(p, &everything, f);
	assert_int_equal(f->socket_count, 1);
	assert_non_null(find_inode(f, inode_of(fd)));
	assert_true(f->sockets[0].is_mptcp);
	close(fd);
	facts_free(f);
	platform_free(p);
}

static void test_queues(void **state)
{
	struct platform *p = machine_open();
	struct facts *f = facts_new();
	int listener = make_listener("127.0.0.1", 3022),
	    client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(3022),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	(void)state;
	assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof address), 0);
	machine_scan(p, &everything, f);
	assert_int_equal(find_inode(f, inode_of(listener))->queue_length, 1);
	assert_int_equal(find_inode(f, inode_of(listener))->queue_limit, 5);
	close(client);
	close(listener);
	facts_free(f);
	platform_free(p);
}

/* As old container profiles do it. */
static bool forbid_netlink(void)
{
	static const struct refused_call call = {SYS_socket, {AF_NETLINK, REFUSE_ANY, REFUSE_ANY}};

	return refuse_calls(&call, 1, EPERM);
}

/* The same listeners by both ways; what only sock_diag knows is unknown, not wrong. */
static bool is_same_without_sock_diag(const struct facts *f)
{
	struct platform *p = machine_open();
	struct facts *g = facts_new();
	bool is_same;

	machine_scan(p, &everything, g);
	is_same = g->socket_count == 3 && g->source == SOURCE_PROCFS && has_gap(g, GAP_SOCK_DIAG) &&
		  !has_gap(g, GAP_BOUND_ONLY) && g->holder_count == f->holder_count * 2;
	for (size_t i = 0; i < g->socket_count; i++) {
		const struct socket_fact *s = &g->sockets[i], *t = find_inode(f, s->inode);

		is_same &= t && endpoint_equal(&s->local, &t->local) && s->state == t->state &&
			   s->uid == t->uid && s->queue_length == t->queue_length && s->cookie == 0 &&
			   s->v6only == TRISTATE_UNKNOWN;
		is_same &= platform_lookup(p, &t->local, NULL, s->state, &(struct socket_fact){0}) == 0;
	}
	facts_free(g);
	platform_free(p);
	return is_same;
}

static void test_without_sock_diag(void **state)
{
	struct platform *p = machine_open();
	struct facts *f = facts_new();
	int fds[] = {make_listener("127.0.0.1", 3000), make_listener("::1", 3000),
		     make_socket(SOCK_DGRAM, "127.0.0.1", 4000)}, status;
	pid_t pid;

	(void)state;
	machine_scan(p, &everything, f);
	pid = fork();
	if (pid == 0)
		_exit(!forbid_netlink() ? SKIPPED : !is_same_without_sock_diag(f));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	for (size_t i = 0; i < 3; i++)
		close(fds[i]);
	facts_free(f);
	platform_free(p);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == SKIPPED)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static bool is_owner_known(struct platform *p, uint32_t inode, int fd)
{
	struct facts *f = facts_new();
	bool is_known;

	machine_scan(p, &everything, f);
	is_known = find_inode(f, inode) && is_holder(f, inode, getpid(), fd) && !has_gap(f, GAP_PROC_MISSING);
	if (!is_known && (f->holder_count || !find_inode(f, inode) || !has_gap(f, GAP_PROC_MISSING)))
		_exit(2);
	facts_free(f);
	return is_known;
}

/* What the gap advises, mount /proc, is seen to be done. */
static void test_proc_comes_late(void **state)
{
	int fd = make_listener("127.0.0.1", 3000), status;
	uint32_t inode = inode_of(fd);
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		struct platform *p;
		bool is_right;

		if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		    mount("tmpfs", "/proc", "tmpfs", 0, NULL))
			_exit(SKIPPED);
		p = machine_open();
		is_right = !is_owner_known(p, inode, fd) && !is_owner_known(p, inode, fd);
		must(umount("/proc"));
		is_right &= is_owner_known(p, inode, fd);
		platform_free(p);
		_exit(!is_right);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(fd);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == SKIPPED)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* An ordinary user sees every socket of another, with its owner's uid; only the holder is a gap. */
static void test_as_an_ordinary_user(void **state)
{
	int fd = make_listener("127.0.0.1", 3000), status;
	uint32_t inode = inode_of(fd);
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	pid = fork();
	if (pid == 0) {
		struct facts *f = facts_new();
		struct platform *p;
		bool is_right;

		close(fd);
		if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
			_exit(SKIPPED);
		p = machine_open();
		machine_scan(p, &everything, f);
		is_right = f->socket_count == 1 && find_inode(f, inode) && find_inode(f, inode)->uid == 0 &&
			   f->holder_count == 0 && f->owners_complete && has_gap(f, GAP_OWNERS_DENIED) &&
			   !has_gap(f, GAP_BOUND_ONLY) && !has_gap(f, GAP_SOCK_DIAG);
		facts_free(f);
		platform_free(p);
		_exit(!is_right);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(fd);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static pid_t start_server(uint16_t port)
{
	int ready[2];
	char byte;
	pid_t pid;

	must(pipe2(ready, O_CLOEXEC));
	pid = must(fork());
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		make_listener("127.0.0.1", port);
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static bool is_held(const struct facts *f, const struct socket_fact *s)
{
	for (size_t i = 0; i < f->holder_count; i++)
		if (f->holders[i].inode == s->inode)
			return true;
	return false;
}

/* Between the dump and the look for holders: a row of nobody's for one scan would be news, and its name lost. Who
 * is looked for beside the dump may have been seen as its holder. */
static void ends_in_a_scan(struct platform *p, bool is_known)
{
	struct facts *f = facts_new();
	const struct socket_fact *s;
	pid_t pid = start_server(3010), other = start_server(3012);

	if (is_known)
		machine_scan(p, &everything, f);
	facts_reset(f);
	assert_int_equal(platform_scan_begin(p, &everything, f), 0);
	assert_int_equal(platform_scan_step(p, 0), 1);
	assert_non_null(find_port(f, 3010, SOCKET_LISTEN));
	must(kill(pid, SIGKILL));
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	while (platform_scan_step(p, 500) == 1)
		continue;
	s = find_port(f, 3010, SOCKET_LISTEN);
	assert_true(!s || is_held(f, s));
	s = find_port(f, 3012, SOCKET_LISTEN);
	assert_true(s && is_held(f, s));
	assert_true(f->owners_complete && !has_gap(f, GAP_OWNERS_FOREIGN) && !has_gap(f, GAP_PROCESSES_HIDDEN));
	must(kill(other, SIGKILL));
	assert_int_equal(waitpid(other, NULL, 0), other);
	facts_free(f);
}

static void test_who_ends_in_a_scan_takes_his_socket_along(void **state)
{
	int (*const open[])(struct platform **) = {platform_linux_new, platform_linux_new_plain};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct platform *p = NULL;

		assert_int_equal(open[i / 2](&p), 0);
		ends_in_a_scan(p, i % 2);
		platform_free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_sock_diag),
		cmocka_unit_test(test_proc_comes_late),
		cmocka_unit_test(test_as_an_ordinary_user),
		cmocka_unit_test(test_every_kind_of_socket_is_a_row_with_its_holder),
		cmocka_unit_test(test_own_process_facts),
		cmocka_unit_test(test_only_what_is_asked_for),
		cmocka_unit_test(test_exact_lookup),
		cmocka_unit_test(test_lookup_is_not_deceived_by_a_wildcard),
		cmocka_unit_test(test_reuseport_group),
		cmocka_unit_test(test_who_ends_in_a_scan_takes_his_socket_along),
		cmocka_unit_test(test_device_bound_listener),
		cmocka_unit_test(test_mptcp_listener_is_one_row),
		cmocka_unit_test(test_queues),
		cmocka_unit_test(test_connections_and_leftovers),
		cmocka_unit_test(test_leftovers_are_carried_along_and_age),
	};

	return machine_enter() ? cmocka_run_group_tests(tests, NULL, NULL) : SKIPPED;
}
