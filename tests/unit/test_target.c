/* Arming, checking and signalling a process: only the one that was meant, and what is said about it is
 * true. */
#include "machine.h"
#include <signal.h>
#include <sys/wait.h>
#include <sys/syscall.h>
#include "platform/linux/process.h"

struct fixture {
	struct platform *platform;
	struct facts *facts;
	struct target_id id;
	pid_t pid;
	int listener;
};

static void block_and_wait(int ready)
{
	sigset_t set;

	signal(SIGINT, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	close(ready);
	for (;;)
		pause();
}

static int begin(void **state)
{
	struct fixture *x = calloc(1, sizeof *x);
	const struct socket_fact *s;
	int ready[2];

	must(pipe2(ready, O_CLOEXEC));
	x->platform = machine_open();
	x->facts = facts_new();
	x->listener = make_listener("127.0.0.1", 3000);
	x->pid = fork();
	if (x->pid == 0)
		block_and_wait(ready[1]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &(char){0}, 1), 0);
	close(ready[0]);
	machine_scan(x->platform, &everything, x->facts);
	s = find_inode(x->facts, inode_of(x->listener));
	x->id = (struct target_id){.local = s->local,
				   .cookie = s->cookie,
				   .inode = s->inode,
				   .pid = x->pid,
				   .state = s->state,
				   .start_time = find_process(x->facts, x->pid)->start_time};
	*state = x;
	return 0;
}

static int end(void **state)
{
	struct fixture *x = *state;

	kill(x->pid, SIGKILL);
	waitpid(x->pid, NULL, 0);
	close(x->listener);
	facts_free(x->facts);
	platform_free(x->platform);
	free(x);
	return 0;
}

static struct target *open_target(struct fixture *x)
{
	struct target *t = NULL;

	assert_int_equal(x->platform->ops->target_open(x->platform, &x->id, &t), 0);
	return t;
}

static struct target_status check(struct fixture *x, struct target *t)
{
	struct target_status status;

	assert_int_equal(x->platform->ops->target_check(x->platform, t, &status), 0);
	return status;
}

static void test_everything_is_as_it_was(void **state)
{
	struct fixture *x = *state;
	struct target *t = open_target(x);
	struct target_status s = check(x, t);

	assert_false(s.has_exited || s.is_zombie || s.is_kernel_thread || s.is_namespace_init);
	assert_true(s.is_same_process && s.holds_socket && s.socket_exists && s.may_signal);
	assert_int_equal(s.state, 'S');
	assert_true(s.ignored & (uint64_t)1 << (SIGINT - 1));
	assert_true(s.blocked & (uint64_t)1 << (SIGHUP - 1));
	assert_false(s.caught & (uint64_t)1 << (SIGTERM - 1));
	assert_string_equal(s.comm, "test_target");
	x->platform->ops->target_close(x->platform, t);
}

static void test_another_start_time_is_another_process(void **state)
{
	struct fixture *x = *state;
	struct target *t = NULL;

	x->id.start_time++;
	assert_int_equal(x->platform->ops->target_open(x->platform, &x->id, &t), -ESTALE);
	assert_null(t);
}

static void test_gone_before_it_was_armed(void **state)
{
	struct fixture *x = *state;
	struct target *t = NULL;

	kill(x->pid, SIGKILL);
	waitpid(x->pid, NULL, 0);
	assert_int_equal(x->platform->ops->target_open(x->platform, &x->id, &t), -ESRCH);
	x->id.pid = 0;
	assert_int_equal(x->platform->ops->target_open(x->platform, &x->id, &t), -ESRCH);
}

static void test_a_kernel_thread_is_told(void **state)
{
	struct fixture *x = *state;
	struct process kthreadd = {0};
	struct target *t = NULL;
	struct target_status s;
	struct process_reader reader;
	int proc = open("/proc", O_RDONLY | O_CLOEXEC);

	process_reader_init(&reader, proc);
	if (process_load(&kthreadd, &reader, 2) || kthreadd.fact.ppid != 0 || geteuid() != 0) {
		process_done(&kthreadd);
		close(proc);
		skip();
	}
	x->id.pid = 2;
	x->id.start_time = kthreadd.fact.start_time;
	assert_int_equal(x->platform->ops->target_open(x->platform, &x->id, &t), 0);
	s = check(x, t);
	assert_true(s.is_kernel_thread);
	assert_false(s.holds_socket);
	x->platform->ops->target_close(x->platform, t);
	process_done(&kthreadd);
	close(proc);
}

static void test_the_signal_arrives_and_the_exit_is_seen(void **state)
{
	struct fixture *x = *state;
	struct target *t = open_target(x);
	struct target_status s;
	int status;

	assert_int_equal(x->platform->ops->target_signal(x->platform, t, SIGTERM), 0);
	assert_int_equal(waitpid(x->pid, &status, 0), x->pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	s = check(x, t);
	assert_true(s.has_exited);
	assert_false(s.is_same_process || s.holds_socket || s.may_signal);
	assert_true(s.socket_exists);                /* this process holds it too */
	assert_int_equal(x->platform->ops->target_signal(x->platform, t, SIGTERM), -ESRCH);
	x->platform->ops->target_close(x->platform, t);
}

static void test_a_zombie_has_exited(void **state)
{
	struct fixture *x = *state;
	struct target *t = open_target(x);

	kill(x->pid, SIGKILL);
	await(check(x, t).has_exited);
	x->platform->ops->target_close(x->platform, t);
}

static void test_another_socket_on_the_port_is_not_this_one(void **state)
{
	struct fixture *x = *state;
	struct target *t = open_target(x);

	x->platform->ops->target_close(x->platform, t);
	x->id.cookie++;
	t = open_target(x);
	assert_false(check(x, t).socket_exists);
	x->platform->ops->target_close(x->platform, t);
	x->id.cookie--;
	x->id.inode++;
	t = open_target(x);
	assert_false(check(x, t).socket_exists);
	assert_false(check(x, t).holds_socket);
	x->platform->ops->target_close(x->platform, t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_everything_is_as_it_was, begin, end),
		cmocka_unit_test_setup_teardown(test_another_start_time_is_another_process, begin, end),
		cmocka_unit_test_setup_teardown(test_gone_before_it_was_armed, begin, end),
		cmocka_unit_test_setup_teardown(test_a_kernel_thread_is_told, begin, end),
		cmocka_unit_test_setup_teardown(test_the_signal_arrives_and_the_exit_is_seen, begin, end),
		cmocka_unit_test_setup_teardown(test_a_zombie_has_exited, begin, end),
		cmocka_unit_test_setup_teardown(test_another_socket_on_the_port_is_not_this_one, begin, end),
	};

	return machine_enter() ? cmocka_run_group_tests(tests, NULL, NULL) : SKIPPED;
}
