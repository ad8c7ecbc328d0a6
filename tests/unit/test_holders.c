/* Who holds what, from scan to scan: each change is noticed within the time that platform/linux/holders.h
 * states, and what was kept equals what a new platform finds from nothing. */
#include "machine.h"
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* A child that obeys single bytes: 'c' closes its descriptor FD, 'd' dups it, 'r' receives one, 'e' execs
 * sleep, 'E' the same with the socket kept open, 'x' exits, 'g' takes its parent's descriptor of the number that
 * follows. Answers each but 'e', 'E' and 'x' with 'k', or 'n' when that is not permitted. */
struct child {
	pid_t pid;
	int control;
};

static int receive_fd(int control)
{
	char byte, space[CMSG_SPACE(sizeof(int))];
	struct iovec part = {&byte, 1};
	struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = space,
				.msg_controllen = sizeof space};
	int fd = -1;

	if (recvmsg(control, &header, 0) == 1 && CMSG_FIRSTHDR(&header))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&header)), sizeof fd);
	return fd;
}

static void send_fd(int control, int fd)
{
	char byte = 0;
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} message = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	struct iovec part = {&byte, 1};
	struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &message,
				.msg_controllen = sizeof message};

	memcpy(CMSG_DATA(&message.header), &fd, sizeof fd);
	assert_int_equal(sendmsg(control, &header, 0), 1);
}

/* pidfd_getfd(2), Linux 5.6 */
static int take_fd(int control)
{
	unsigned char number;
	int parent = (int)syscall(SYS_pidfd_open, getppid(), 0);

	return read(control, &number, 1) == 1 ? (int)syscall(SYS_pidfd_getfd, parent, number, 0) : -1;
}

_Noreturn static void obey(int control, int fd)
{
	char order;

	while (read(control, &order, 1) == 1) {
		if (order == 'c')
			close(fd);
		else if (order == 'd')
			fd = dup(fd);
		else if (order == 'r')
			fd = receive_fd(control);
		else if (order == 'g')
			fd = take_fd(control);
		else if (order == 'l')
			fd = make_listener("127.0.0.1", 3100);
		if (order == 'E')
			fcntl(fd, F_SETFD, 0);
		if (order == 'e' || order == 'E')
			execlp("sleep", "sleep", "60", NULL);
		if (order == 'x' || write(control, order == 'g' && fd < 0 ? "n" : "k", 1) != 1)
			break;
	}
	_exit(0);
}

static struct child start_child(int fd)
{
	struct child c;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	c.pid = fork();
	if (c.pid == 0) {
		close(pair[0]);
		obey(pair[1], fd);
	}
	close(pair[1]);
	c.control = pair[0];
	return c;
}

static void tell(const struct child *c, char order)
{
	char answer;

	assert_int_equal(write(c->control, &order, 1), 1);
	if (order == 'c' || order == 'd' || order == 'l')
		assert_int_equal(read(c->control, &answer, 1), 1);
}

static void end_child(struct child *c)
{
	kill(c->pid, SIGKILL);
	waitpid(c->pid, NULL, 0);
	close(c->control);
}

struct fixture {
	struct platform *platform;
	struct facts *facts;
	int listener;
};

static bool uses_bpf;        /* all tests run twice, where BPF is permitted by two different ways */

static int begin(void **state)
{
	struct fixture *x = calloc(1, sizeof *x);

	assert_int_equal(uses_bpf ? platform_linux_new(&x->platform) : platform_linux_new_plain(&x->platform),
			 0);
	x->facts = facts_new();
	x->listener = make_listener("127.0.0.1", 3000);
	*state = x;
	return 0;
}

static int compare_holders(const void *left, const void *right)
{
	return memcmp(left, right, sizeof(struct holder_fact));
}

static void scan_from_nothing(struct facts *f)
{
	struct platform *fresh = machine_open();

	machine_scan(fresh, &everything, f);
	platform_free(fresh);
}

/* A socket may outlive its close() for a moment: what is compared is a time in which nothing changed. */
static void scan_in_calm(struct fixture *x, struct facts *f)
{
	struct facts *later = facts_new();
	int tries = 0;

	do {
		assert_in_range(tries++, 0, 100);
		scan_from_nothing(f);
		machine_scan(x->platform, &everything, x->facts);
		scan_from_nothing(later);
	} while (f->socket_count != later->socket_count || f->holder_count != later->holder_count);
	facts_free(later);
}

static void assert_same_as_from_nothing(struct fixture *x)
{
	struct facts *f = facts_new();

	scan_in_calm(x, f);
	assert_int_equal(f->socket_count, x->facts->socket_count);
	assert_int_equal(f->process_count, x->facts->process_count);
	assert_int_equal(f->holder_count, x->facts->holder_count);
	qsort(f->holders, f->holder_count, sizeof *f->holders, compare_holders);
	qsort(x->facts->holders, x->facts->holder_count, sizeof *f->holders, compare_holders);
	if (f->holder_count)
		assert_memory_equal(f->holders, x->facts->holders, f->holder_count * sizeof *f->holders);
	for (size_t i = 0; i < f->process_count; i++) {
		const struct process_fact *kept = find_process(x->facts, f->processes[i].pid);

		assert_non_null(kept);
		assert_true(slice_equal(kept->comm, f->processes[i].comm));
		assert_true(slice_equal(kept->command, f->processes[i].command));
		assert_true(kept->start_time == f->processes[i].start_time);
	}
	facts_free(f);
}

static int end(void **state)
{
	struct fixture *x = *state;

	assert_same_as_from_nothing(x);
	close(x->listener);
	facts_free(x->facts);
	platform_free(x->platform);
	free(x);
	return 0;
}

static void scan(struct fixture *x)
{
	machine_scan(x->platform, &everything, x->facts);
}

/* How many scans until `pid` holds the listener (or not any more), at most `most`. */
static int scans_until(struct fixture *x, int32_t pid, bool holds, int most)
{
	int count = 0;

	do
		scan(x);
	while (++count < most && is_holder(x->facts, inode_of(x->listener), pid, -1) != holds);
	print_message("%s after %d of at most %d scans\n", holds ? "holds it" : "lets go", count, most);
	assert_int_equal(is_holder(x->facts, inode_of(x->listener), pid, -1), holds);
	return count;
}

static void test_fork_and_exit(void **state)
{
	struct fixture *x = *state;
	struct child c;

	scan(x);
	c = start_child(x->listener);
	assert_int_equal(scans_until(x, c.pid, true, 1), 1);
	assert_true(is_holder(x->facts, inode_of(x->listener), getpid(), x->listener));
	end_child(&c);
	assert_int_equal(scans_until(x, c.pid, false, 1), 1);
	assert_null(find_process(x->facts, c.pid));
}

static void test_exec_closes(void **state)
{
	struct fixture *x = *state;
	struct child c;

	scan(x);
	c = start_child(x->listener);
	scans_until(x, c.pid, true, 1);
	tell(&c, 'e');
	await(has_comm(c.pid, "sleep"));
	assert_int_equal(scans_until(x, c.pid, false, 2), 1);
	end_child(&c);
}

static void test_exec_keeps(void **state)
{
	struct fixture *x = *state;
	struct child c;

	scan(x);
	c = start_child(x->listener);
	scans_until(x, c.pid, true, 1);
	tell(&c, 'E');
	await(has_comm(c.pid, "sleep"));
	scan(x);
	assert_true(is_holder(x->facts, inode_of(x->listener), c.pid, x->listener));
	assert_true(slice_is(find_process(x->facts, c.pid)->comm, "sleep"));
	end_child(&c);
	scan(x);
}

static void test_new_listener_of_an_old_process(void **state)
{
	struct fixture *x = *state;
	struct child c = start_child(x->listener);

	tell(&c, 'c');
	for (int i = 0; i < 20; i++)
		scan(x);
	tell(&c, 'l');
	scan(x);
	for (int i = 0; i < 300 && !x->facts->owners_complete; i++)
		scan(x);             /* a hunt among many takes HUNT_SCAN_US of a scan */
	assert_true(x->facts->owners_complete);
	assert_non_null(find_port(x->facts, 3100, SOCKET_LISTEN));
	assert_true(is_holder(x->facts, find_port(x->facts, 3100, SOCKET_LISTEN)->inode, c.pid, -1));
	end_child(&c);
	await((scan(x), !find_port(x->facts, 3100, SOCKET_LISTEN)));
}

static size_t count_processes(void)
{
	char name[32];
	size_t count = 0;

	for (int pid = 1; pid < 70000; pid++) {
		snprintf(name, sizeof name, "/proc/%d", pid);
		count += access(name, F_OK) == 0;
	}
	return count;
}

/* holders.h: p / HUNT_HINTS scans, HUNT_HINTS is 4. */
static void test_passed_to_an_old_process(void **state)
{
	struct fixture *x = *state;
	struct child c = start_child(-1);
	int most;

	close(x->listener);                  /* the child keeps that one: it was born with it */
	x->listener = make_listener("127.0.0.1", 3300);
	for (int i = 0; i < 10; i++)
		scan(x);
	tell(&c, 'r');
	send_fd(c.control, x->listener);
	assert_int_equal(read(c.control, &(char){0}, 1), 1);
	most = (int)count_processes() / 4 + 2;
	scans_until(x, c.pid, true, most);
	end_child(&c);
	scan(x);
}

static void test_taken_by_an_old_process(void **state)
{
	struct fixture *x = *state;
	struct child c = start_child(-1);
	char orders[] = {'g', 0}, answer;

	close(x->listener);
	x->listener = make_listener("127.0.0.1", 3301);
	orders[1] = (char)x->listener;
	for (int i = 0; i < 10; i++)
		scan(x);
	assert_int_equal(write(c.control, orders, sizeof orders), sizeof orders);
	assert_int_equal(read(c.control, &answer, 1), 1);
	if (answer == 'k')
		scans_until(x, c.pid, true, (int)count_processes() / 4 + 2);
	else
		print_message("pidfd_getfd is not permitted here\n");
	end_child(&c);
	scan(x);
}

/* holders.h: (holder rows) / ROTATION_VERIFY scans; here everything is young, or there are few. */
static void test_one_of_two_closes(void **state)
{
	struct fixture *x = *state;
	struct child c = start_child(x->listener);

	for (int i = 0; i < 20; i++)
		scan(x);
	assert_true(is_holder(x->facts, inode_of(x->listener), c.pid, -1));
	tell(&c, 'c');
	scans_until(x, c.pid, false, 3);
	assert_true(is_holder(x->facts, inode_of(x->listener), getpid(), x->listener));
	end_child(&c);
}

static void test_dup_is_a_second_descriptor(void **state)
{
	struct fixture *x = *state;
	int most = (int)count_processes() / 4 + 2, copy;

	scan(x);
	copy = fcntl(x->listener, F_DUPFD_CLOEXEC, 0);
	for (int i = 0; i < most && !is_holder(x->facts, inode_of(x->listener), getpid(), copy); i++)
		scan(x);
	assert_true(is_holder(x->facts, inode_of(x->listener), getpid(), copy));
	assert_true(is_holder(x->facts, inode_of(x->listener), getpid(), x->listener));
	close(copy);
	for (int i = 0; i < most && is_holder(x->facts, inode_of(x->listener), getpid(), copy); i++)
		scan(x);
	assert_false(is_holder(x->facts, inode_of(x->listener), getpid(), copy));
}

static void test_stop_is_seen(void **state)
{
	struct fixture *x = *state;
	struct child c = start_child(x->listener);

	for (int i = 0; i < 6; i++)
		scan(x);
	kill(c.pid, SIGSTOP);
	waitpid(c.pid, NULL, WUNTRACED);
	scan(x);
	assert_int_equal(find_process(x->facts, c.pid)->state, 'T');
	end_child(&c);
	scan(x);
}

/* A socket that only a message in flight holds: listed, without a holder, and no scan waits for it. */
static void test_in_flight(void **state)
{
	struct fixture *x = *state;
	int pair[2], fd = make_listener("127.0.0.1", 3200);
	uint32_t inode = inode_of(fd);

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	send_fd(pair[0], fd);
	close(fd);
	for (int i = 0; i < 300 && (i == 0 || !x->facts->owners_complete); i++)
		scan(x);
	assert_true(x->facts->owners_complete);
	assert_non_null(find_inode(x->facts, inode));
	assert_false(is_holder(x->facts, inode, getpid(), -1));
	fd = receive_fd(pair[1]);
	scan(x);
	close(fd);
	close(pair[0]);
	close(pair[1]);
	await((scan(x), !find_inode(x->facts, inode)));
}

/* Listeners that come and go by hundreds must not make a stable one disappear. */
static void test_churn_hides_nobody(void **state)
{
	struct fixture *x = *state;
	uint32_t inode = inode_of(x->listener);
	int fds[64];

	for (int i = 0; i < 64; i++)
		fds[i] = -1;
	for (int round = 0; round < 200; round++) {
		for (int i = round % 3; i < 64; i += 3) {
			if (fds[i] >= 0)
				close(fds[i]);
			fds[i] = make_listener("127.0.0.1", (uint16_t)(20000 + i));
		}
		scan(x);
		assert_non_null(find_inode(x->facts, inode));
		assert_true(is_holder(x->facts, inode, getpid(), x->listener));
	}
	for (int i = 0; i < 64; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	await((scan(x), x->facts->socket_count == 1));
}

static int open_descriptors(void)
{
	int count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void test_many_scans_leak_no_descriptor(void **state)
{
	struct fixture *x = *state;
	int before;

	for (int i = 0; i < 10; i++)
		scan(x);
	before = open_descriptors();
	for (int i = 0; i < 2000; i++)
		scan(x);
	assert_int_equal(open_descriptors(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_fork_and_exit, begin, end),
		cmocka_unit_test_setup_teardown(test_exec_closes, begin, end),
		cmocka_unit_test_setup_teardown(test_exec_keeps, begin, end),
		cmocka_unit_test_setup_teardown(test_new_listener_of_an_old_process, begin, end),
		cmocka_unit_test_setup_teardown(test_passed_to_an_old_process, begin, end),
		cmocka_unit_test_setup_teardown(test_taken_by_an_old_process, begin, end),
		cmocka_unit_test_setup_teardown(test_one_of_two_closes, begin, end),
		cmocka_unit_test_setup_teardown(test_dup_is_a_second_descriptor, begin, end),
		cmocka_unit_test_setup_teardown(test_stop_is_seen, begin, end),
		cmocka_unit_test_setup_teardown(test_in_flight, begin, end),
		cmocka_unit_test_setup_teardown(test_churn_hides_nobody, begin, end),
		cmocka_unit_test_setup_teardown(test_many_scans_leak_no_descriptor, begin, end),
	};

	if (!machine_enter())
		return SKIPPED;
	for (int i = 0; i < 2; i++) {
		int failed = cmocka_run_group_tests(tests, NULL, NULL);

		if (failed)
			return failed;
		uses_bpf = true;
	}
	return 0;
}
