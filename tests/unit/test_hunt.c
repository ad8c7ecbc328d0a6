/* Fast and slow ways to the same holders: the BPF pass against the walks, and what was kept over many
 * scans against a platform that starts from nothing, beside processes that come, go, exec and pass sockets
 * around. */
#include "machine.h"
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { CHILDREN = 12, ROUNDS = 40, CROWD = 4400 };

static int compare_holders(const void *left, const void *right)
{
	return memcmp(left, right, sizeof(struct holder_fact));
}

static void sort(struct facts *f)
{
	if (f->holder_count)
		qsort(f->holders, f->holder_count, sizeof *f->holders, compare_holders);
}

static bool is_same(struct facts *a, struct facts *b)
{
	sort(a);
	sort(b);
	return a->holder_count == b->holder_count && a->process_count == b->process_count &&
	       (!a->holder_count || !memcmp(a->holders, b->holders, a->holder_count * sizeof *a->holders));
}

static void become_somebody(int number)
{
	switch (number % 6) {
	case 0:
		prctl(PR_SET_NAME, "a) R 1 (b\n");
		break;
	case 1:
		setsid();
		break;
	case 2:
		setpgid(0, 0);
		break;
	case 3:
		if (unshare(CLONE_NEWNS) || chdir("/tmp"))
			_exit(1);
		break;
	case 4:
		if (setgroups(0, NULL) || setresgid(12, 34, 56) || setresuid(123, 456, 789))
			_exit(1);
		break;
	default:
		break;
	}
}

static pid_t start_holder(int fd, bool execs, bool closes)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (!geteuid())
			become_somebody(getpid() / 2);
		prctl(PR_SET_PDEATHSIG, SIGKILL);    /* also where the test fails; a change of users takes it back */
		fcntl(fd, F_SETFD, closes ? FD_CLOEXEC : 0);
		if (execs)
			execlp("sleep", "sleep", "60", NULL);
		for (;;)
			pause();
	}
	return pid;
}

/* The odd ones of start_holder(..., i % 2, ...) have become another program. */
static void await_execs(const pid_t pids[CHILDREN])
{
	for (int i = 1; i < CHILDREN; i += 2)
		await(has_comm(pids[i], "sleep"));
}

/* Who sleeps may run for a moment. */
static char calm(char state)
{
	return state == 'R' ? 'S' : state;
}

#define SAME_NUMBER(member) (a->member == b->member)
#define SAME_TEXT(member) slice_equal(a->member, b->member)

static bool is_same_process(const struct process_fact *a, const struct process_fact *b)
{
	return SAME_NUMBER(ppid) && SAME_NUMBER(group) && SAME_NUMBER(session) && SAME_NUMBER(uid) &&
	       SAME_NUMBER(gid) && SAME_NUMBER(tty_device) && SAME_NUMBER(start_time) && SAME_NUMBER(unknown) &&
	       SAME_NUMBER(ties) && SAME_NUMBER(in_other_mounts) && SAME_TEXT(comm) && SAME_TEXT(exe) &&
	       SAME_TEXT(command) && SAME_TEXT(cwd) && SAME_TEXT(tty) && SAME_TEXT(cgroup) &&
	       (a->pid == getpid() || calm(a->state) == calm(b->state));
}

/* What BPF says of a process is what /proc says. */
static void check_processes(const struct facts *f, const struct facts *g)
{
	assert_int_equal(f->process_count, g->process_count);
	for (size_t i = 0; i < f->process_count; i++) {
		const struct process_fact *a = &f->processes[i], *b = find_process(g, a->pid);

		assert_non_null(b);
		if (!is_same_process(a, b))
			fail_msg("%d: %.*s %c and %.*s %c", a->pid, (int)a->comm.len, a->comm.ptr, a->state,
				 (int)b->comm.len, b->comm.ptr, b->state);
	}
}

/* Everything but connections: those a pass leaves to the walk (hunt.h). */
static const struct scan_request request = {.bound_only = true, .leftovers = true, .owners = true};

static void test_a_pass_finds_what_walks_find(void **state)
{
	struct platform *fast = machine_open(), *slow = NULL;
	struct facts *f = facts_new(), *g = facts_new();
	int listener = make_listener("127.0.0.1", 3000), copy = dup(listener),
	    udp = make_socket(SOCK_DGRAM, "::1", 1);
	pid_t pids[CHILDREN];

	(void)state;
	assert_int_equal(platform_linux_new_plain(&slow), 0);
	for (int i = 0; i < CHILDREN; i++)
		pids[i] = start_holder(listener, i % 2, i % 3 == 0);
	await_execs(pids);
	machine_scan(fast, &request, f);
	machine_scan(slow, &request, g);
	assert_true(is_same(f, g));
	check_processes(f, g);
	assert_true(f->holder_count > CHILDREN && is_holder(f, inode_of(listener), getpid(), copy));
	for (int i = 0; i < CHILDREN; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	machine_scan(fast, &request, f);
	machine_scan(slow, &request, g);
	assert_true(is_same(f, g));
	assert_int_equal(f->holder_count, 3);
	close(listener);
	close(copy);
	close(udp);
	facts_free(f);
	facts_free(g);
	platform_free(fast);
	platform_free(slow);
}

/* More sockets than a pass can tell of one table: it is walked, and nothing is missing. */
static void test_a_crowded_table(void **state)
{
	const struct rlimit limit = {CROWD + 100, CROWD + 100};
	struct platform *fast = machine_open(), *slow = NULL;
	struct facts *f = facts_new(), *g = facts_new();
	int *fds = calloc(CROWD, sizeof *fds);

	(void)state;
	assert_int_equal(platform_linux_new_plain(&slow), 0);
	if (setrlimit(RLIMIT_NOFILE, &limit)) {
		printf("skipped: no %d descriptors\n", CROWD);
	} else {
		for (int i = 0; i < CROWD; i++)
			fds[i] = make_socket(SOCK_DGRAM, "127.0.0.1", (uint16_t)(10000 + i));
		for (int most = CROWD; most > 0; most -= CROWD / 2) {
			for (int tries = 0; tries < 100; tries++) {
				machine_scan(fast, &request, f);
				machine_scan(slow, &request, g);
				if (f->holder_count == (size_t)most && is_same(f, g))
					break;
				usleep(50 * 1000);       /* sockets that were closed end later (RCU) */
			}
			assert_true(is_same(f, g));
			assert_int_equal(f->holder_count, most);
			for (int i = most - CROWD / 2; i < most; i++)
				close(fds[i]);
		}
	}
	free(fds);
	facts_free(f);
	facts_free(g);
	platform_free(fast);
	platform_free(slow);
}

/* holders.h: the young are read in each of their first scans, whatever happens to them. */
static void test_churn_of_holders(void **state)
{
	struct platform *kept = machine_open();
	struct facts *f = facts_new(), *g = facts_new();
	pid_t pids[CHILDREN] = {0};
	int fds[CHILDREN];

	(void)state;
	for (int i = 0; i < CHILDREN; i++)
		fds[i] = make_listener("127.0.0.1", (uint16_t)(3000 + i));
	for (int round = 0; round < ROUNDS; round++) {
		int at = round % CHILDREN;

		if (pids[at]) {
			kill(pids[at], SIGKILL);
			waitpid(pids[at], NULL, 0);
		}
		pids[at] = start_holder(fds[(at * 5) % CHILDREN], round % 2, round % 4 == 1);
		machine_scan(kept, &request, f);
	}
	await_execs(pids);
	for (int i = 0; i < 5; i++)
		machine_scan(kept, &request, f);
	for (int i = 0; i < 2; i++) {
		struct platform *fresh = NULL;

		assert_int_equal(i ? platform_linux_new(&fresh) : platform_linux_new_plain(&fresh), 0);
		machine_scan(fresh, &request, g);
		assert_true(is_same(f, g));
		platform_free(fresh);
	}
	for (int i = 0; i < CHILDREN; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
		close(fds[i]);
	}
	facts_free(f);
	facts_free(g);
	platform_free(kept);
}

/* A child that connects to the listener and keeps the connection, which the caller accepts. */
static pid_t start_client(int listener, uint16_t port, int *accepted)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port),
				 .sin_addr = {htonl(INADDR_LOOPBACK)}};
	pid_t pid = fork();

	if (!pid) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		close(listener);
		if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to))
			_exit(1);
		for (;;)
			pause();
	}
	*accepted = must(accept(listener, NULL, NULL));
	return pid;
}

static unsigned count_owned_links(const struct facts *f, uint16_t port, pid_t client)
{
	unsigned count = 0;

	for (size_t i = 0; i < f->socket_count; i++) {
		const struct socket_fact *s = &f->sockets[i];

		if (s->state != SOCKET_ESTABLISHED || (s->local.port != port && s->remote.port != port))
			continue;
		for (size_t k = 0; k < f->holder_count; k++)
			count += f->holders[k].inode == s->inode &&
				 f->holders[k].pid == (s->local.port == port ? getpid() : client);
	}
	return count;
}

/* Both ends of connections that were there before anybody asked for them, and of one that came later, between
 * processes that are known. */
static void test_owners_of_connections(void **state)
{
	static const struct scan_request links = {.connections = true, .owners = true, .bound_only = true};
	int listener = make_listener("127.0.0.1", 3900), accepted[2];
	struct facts *f = facts_new();

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct platform *p = NULL;
		pid_t clients[2];

		assert_int_equal(i ? platform_linux_new(&p) : platform_linux_new_plain(&p), 0);
		clients[0] = start_client(listener, 3900, &accepted[0]);
		for (int scans = 0; scans < 4; scans++)
			machine_scan(p, &request, f);
		assert_int_equal(count_owned_links(f, 3900, clients[0]), 0);
		for (int scans = 0; scans < 50 && count_owned_links(f, 3900, clients[0]) < 2; scans++)
			machine_scan(p, &links, f);
		assert_int_equal(count_owned_links(f, 3900, clients[0]), 2);
		clients[1] = start_client(listener, 3900, &accepted[1]);
		for (int scans = 0; scans < 500 && count_owned_links(f, 3900, clients[1]) < 3; scans++) {
			usleep(20 * 1000);               /* connections are listed at a pace of their own */
			machine_scan(p, &links, f);
		}
		assert_int_equal(count_owned_links(f, 3900, clients[1]), 3);     /* ours of both, and its own */
		for (int k = 0; k < 2; k++) {
			kill(clients[k], SIGKILL);
			waitpid(clients[k], NULL, 0);
			close(accepted[k]);
		}
		platform_free(p);
	}
	close(listener);
	facts_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_pass_finds_what_walks_find),
		cmocka_unit_test(test_a_crowded_table),
		cmocka_unit_test(test_churn_of_holders),
		cmocka_unit_test(test_owners_of_connections),
	};

	return machine_enter() ? cmocka_run_group_tests(tests, NULL, NULL) : SKIPPED;
}
