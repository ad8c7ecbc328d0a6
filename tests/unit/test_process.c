/* platform/linux/process: the facts of real processes, by pid and by a descriptor of their directory; what readers
 * share is not carried from one session to another. */
#include "machine.h"
#include <signal.h>
#include <sys/wait.h>
#include "platform/linux/process.h"

static int proc;

/* A child that did as told, and pauses. */
struct child {
	pid_t pid;
	int ready;
	bool has_done;
};

static struct child start(bool (*prepare)(void))
{
	struct child c;
	int pipe_fds[2];
	char byte = 0;

	assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
	c.pid = fork();
	if (!c.pid) {
		byte = prepare();
		if (write(pipe_fds[1], &byte, 1) == 1)
			pause();
		_exit(0);
	}
	close(pipe_fds[1]);
	assert_int_equal(read(pipe_fds[0], &byte, 1), 1);
	c.ready = pipe_fds[0];
	c.has_done = byte;
	return c;
}

static void end(struct child *c)
{
	kill(c->pid, SIGKILL);
	waitpid(c->pid, NULL, 0);
	close(c->ready);
}

static bool leaves_the_mounts(void)
{
	return unshare(CLONE_NEWNS) == 0;
}

static bool leads_a_session(void)
{
	return setsid() > 0;
}

static bool does_nothing(void)
{
	return true;
}

static bool is_in_other_mounts(pid_t pid)
{
	struct process_reader reader;
	struct process p = {0};
	bool is_other;

	process_reader_init(&reader, proc);
	assert_int_equal(process_load(&p, &reader, pid), 0);
	is_other = p.fact.in_other_mounts;
	process_done(&p);
	return is_other;
}

static void test_other_mounts_are_told(void **state)
{
	struct child here = start(does_nothing), there = start(leaves_the_mounts);

	(void)state;
	assert_false(is_in_other_mounts(getpid()));
	assert_false(is_in_other_mounts(here.pid));
	assert_int_equal(is_in_other_mounts(there.pid), there.has_done);
	end(&here);
	end(&there);
}

static void test_a_directory_is_as_good_as_a_pid(void **state)
{
	struct child c = start(leads_a_session);
	struct process_place place = {.prefix = "../"};
	struct process_reader reader;
	struct process a = {0}, b = {0}, moved = {0};
	char path[PROCFS_PATH];

	(void)state;
	process_reader_init(&reader, proc);
	procfs_path(path, c.pid, 0, "fd");
	place.dir = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(process_load(&a, &reader, c.pid), 0);
	assert_int_equal(process_load_at(&b, &reader, c.pid, &place), 0);
	assert_int_equal(b.fact.uid, a.fact.uid);
	assert_int_equal(b.fact.in_other_mounts, a.fact.in_other_mounts);
	process_take(&moved, &b);
	assert_null(b.texts);
	assert_ptr_equal(moved.fact.comm.ptr, moved.comm);
	assert_int_equal(moved.fact.start_time, a.fact.start_time);
	assert_int_equal(moved.fact.session, c.pid);
	assert_true(slice_equal(moved.fact.comm, a.fact.comm) && slice_equal(moved.fact.exe, a.fact.exe) &&
		    slice_equal(moved.fact.cwd, a.fact.cwd) && slice_equal(moved.fact.command, a.fact.command) &&
		    slice_equal(moved.fact.cgroup, a.fact.cgroup));
	end(&c);
	assert_int_equal(process_load_at(&b, &reader, c.pid, &place), -ESRCH);
	assert_int_equal(process_load(&b, &reader, c.pid), -ENOENT);
	process_done(&a);
	process_done(&moved);
	close(place.dir);
}

/* The leader of a session starts a child in it, and goes. */
static pid_t make_orphan(void)
{
	pid_t leader, orphan_pid = 0;
	int pipe_fds[2];

	assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
	leader = fork();
	if (!leader) {
		setsid();
		orphan_pid = fork();
		if (!orphan_pid)
			for (;;)
				pause();
		if (write(pipe_fds[1], &orphan_pid, sizeof orphan_pid) < 0)
			_exit(1);
		_exit(0);
	}
	assert_int_equal(read(pipe_fds[0], &orphan_pid, sizeof orphan_pid), sizeof orphan_pid);
	waitpid(leader, NULL, 0);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	return orphan_pid;
}

static uint8_t ties_of(struct process_reader *reader, pid_t pid)
{
	struct process p = {0};
	uint8_t ties;

	assert_int_equal(process_load(&p, reader, pid), 0);
	ties = p.fact.ties;
	process_done(&p);
	return ties;
}

static void test_ties_are_those_of_each_session(void **state)
{
	struct child led = start(leads_a_session), child = start(does_nothing);
	struct process_reader reader;
	pid_t orphan = make_orphan();

	(void)state;
	process_reader_init(&reader, proc);
	for (int turn = 0; turn < 2; turn++) {
		assert_int_equal(ties_of(&reader, child.pid), ties_of(&reader, getpid()));
		assert_int_equal(ties_of(&reader, orphan) & PROCESS_LEADER_GONE, PROCESS_LEADER_GONE);
		assert_int_equal(ties_of(&reader, led.pid), 0);
	}
	kill(orphan, SIGKILL);
	end(&led);
	end(&child);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_other_mounts_are_told),
		cmocka_unit_test(test_a_directory_is_as_good_as_a_pid),
		cmocka_unit_test(test_ties_are_those_of_each_session),
	};

	proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
