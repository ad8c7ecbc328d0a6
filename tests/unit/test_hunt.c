/* Fast and slow ways to the same holders: the BPF pass against the walks, and what was kept over many
 * scans against a platform that starts from nothing, beside processes that come, go, exec and pass sockets
 * around. */
#include "machine.h"
#include <signal.h>
#include <sys/wait.h>

enum { CHILDREN = 12, ROUNDS = 40 };

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

static pid_t start_holder(int fd, bool execs, bool closes)
{
	pid_t pid = fork();

	if (pid == 0) {
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_pass_finds_what_walks_find),
		cmocka_unit_test(test_churn_of_holders),
	};

	return machine_enter() ? cmocka_run_group_tests(tests, NULL, NULL) : SKIPPED;
}
