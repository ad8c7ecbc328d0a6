/* platform/linux/confine: what is given up is gone, in a child for each, and what is needed is there. */
#include "machine.h"
#include <linux/capability.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "platform/linux/confine.h"

enum { UNTRIED = 255 };

/* The errno that `attempt` gives in a child that is confined; 0 = it may. */
static int errno_of(int (*attempt)(void))
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (confine_calls())
			_exit(UNTRIED);
		errno = 0;
		_exit(attempt() < 0 ? errno : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int start_program(void)
{
	return execl("/bin/true", "true", (char *)NULL);
}

static int start_program_by_descriptor(void)
{
	char *const argv[] = {"true", NULL};

	return (int)syscall(SYS_execveat, open("/bin/true", O_PATH), "", argv, environ, AT_EMPTY_PATH);
}

static int signal_by_pidfd(void)
{
	return (int)syscall(SYS_pidfd_send_signal, (int)syscall(SYS_pidfd_open, getpid(), 0), 0, NULL, 0);
}

static int open_packets(void)
{
	return socket(AF_PACKET, SOCK_DGRAM, 0);
}

static int open_bluetooth(void)
{
	return socket(AF_BLUETOOTH, SOCK_STREAM, 0);
}

static int do_what_scans_do(void)
{
	int pair[2];

	if (socket(AF_INET6, SOCK_STREAM, 0) < 0 || socket(AF_NETLINK, SOCK_RAW, 4) < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) || open("/proc/self/stat", O_RDONLY) < 0)
		return -1;
	return fork() == 0 ? (_exit(0), 0) : wait(NULL);
}

static void calls_are_refused(void **state)
{
	int (*const refused[])(void) = {
		start_program, start_program_by_descriptor, signal_by_pidfd, open_packets, open_bluetooth,
	};

	(void)state;
	if (errno_of(do_what_scans_do) == UNTRIED)
		skip();
	assert_int_equal(errno_of(do_what_scans_do), 0);
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		assert_int_equal(errno_of(refused[i]), EPERM);
}

static uint64_t effective(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

	syscall(SYS_capget, &header, sets);
	return sets[0].effective | (uint64_t)sets[1].effective << 32;
}

static bool may(int capability)
{
	return effective() >> capability & 1;
}

static void root_keeps_what_it_uses(void **state)
{
	pid_t child;
	int status;

	(void)state;
	if (!may(CAP_SYS_PTRACE) || !may(CAP_CHOWN) || !may(CAP_NET_BIND_SERVICE))
		skip();
	child = fork();
	if (child == 0) {
		bool is_right = !confine_capabilities(false) && may(CAP_NET_BIND_SERVICE) && !may(CAP_CHOWN) &&
				!confine_capabilities(true) && may(CAP_SYS_PTRACE) && may(CAP_DAC_READ_SEARCH) &&
				!may(CAP_NET_BIND_SERVICE) && !may(CAP_DAC_OVERRIDE) && !may(CAP_SYS_MODULE);

		_exit(!is_right);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_true(may(CAP_CHOWN));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_refused),
		cmocka_unit_test(root_keeps_what_it_uses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
