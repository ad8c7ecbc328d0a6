/* Helper programs: what they are given, how they end, and that none outlives its deadline. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "platform/linux/spawn.h"

static void test_how_it_ends(void **state)
{
	static const struct ending {
		const char *argv[4];
		int timeout_ms, result;
	} endings[] = {
		{{"true"}, 5000, 0},
		{{"false"}, 5000, -EIO},
		{{"sh", "-c", "kill -9 $$"}, 5000, -EIO},
		{{"lotop-no-such-program"}, 5000, -ENOENT},
		{{"/dev/null"}, 5000, -EACCES},
		{{"sleep", "60"}, 100, -ETIMEDOUT},
		{{"sh", "-c", "trap '' TERM INT HUP; sleep 60"}, 100, -ETIMEDOUT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		int64_t began = clock_monotonic_ms();

		assert_int_equal(spawn_run(endings[i].argv, slice_of("text"), endings[i].timeout_ms),
				 endings[i].result);
		assert_true(clock_monotonic_ms() - began < 4000);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);    /* no zombie is left */
	}
}

static void test_input_arrives_whole(void **state)
{
	enum { SIZE = 300 * 1000 };          /* more than a pipe holds */
	char path[] = "/tmp/lotop-spawn-XXXXXX", command[128];
	char *sent = malloc(SIZE), *got = malloc(SIZE + 1);
	const char *argv[] = {"sh", "-c", command, NULL};
	int fd = mkstemp(path);

	(void)state;
	for (size_t i = 0; i < SIZE; i++)
		sent[i] = (char)(i * 7);
	strcpy(command, "sleep 0.05; cat > ");
	strcat(command, path);
	assert_int_equal(spawn_run(argv, (struct slice){sent, SIZE}, 5000), 0);
	assert_int_equal(read(fd, got, SIZE + 1), SIZE);
	assert_memory_equal(sent, got, SIZE);
	close(fd);
	unlink(path);
	free(sent);
	free(got);
}

static void test_a_helper_that_reads_nothing(void **state)
{
	static const char *const ends[] = {"true", NULL}, *const stays[] = {"sleep", "60", NULL};
	struct slice input = {calloc(1, 1 << 20), 1 << 20};

	(void)state;
	assert_int_equal(spawn_run(ends, input, 5000), 0);       /* and no SIGPIPE */
	assert_int_equal(spawn_run(stays, input, 100), -ETIMEDOUT);
	free((void *)(uintptr_t)input.ptr);
}

static void test_no_descriptor_and_no_signal_mask_is_inherited(void **state)
{
	static const char *const argv[] = {
		"sh", "-c",
		"test $(ls /proc/self/fd | wc -l) -eq 4 && grep -q '^SigBlk:.0*$' /proc/self/status", NULL};
	int leak = open("/dev/null", O_RDONLY), high = fcntl(leak, F_DUPFD, 200);
	sigset_t set, old;
	int result;

	(void)state;
	sigfillset(&set);
	pthread_sigmask(SIG_SETMASK, &set, &old);
	result = spawn_run(argv, slice_of(""), 5000);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	assert_int_equal(result, 0);
	close(leak);
	close(high);
}

static void test_the_group_dies_at_the_deadline(void **state)
{
	char path[] = "/tmp/lotop-spawn-XXXXXX", command[128];
	const char *argv[] = {"sh", "-c", command, NULL};
	char byte;
	int fd = mkstemp(path);

	(void)state;
	strcpy(command, "(sleep 0.4; echo x > ");
	strcat(command, path);
	strcat(command, ") & wait");
	assert_int_equal(spawn_run(argv, slice_of(""), 100), -ETIMEDOUT);
	usleep(600 * 1000);
	assert_int_equal(read(fd, &byte, 1), 0);
	close(fd);
	unlink(path);
}

/* What it wrote is there even where it came to no good end, and never more than was asked for. */
static void test_what_it_writes(void **state)
{
	enum { MAX = 200 * 1000 };           /* more than a pipe holds */
	static const struct {
		const char *argv[5];
		int timeout_ms, result;
		size_t len;
	} writers[] = {
		{{"/bin/echo", "text"}, 5000, 0, 5},
		{{"/bin/true"}, 5000, 0, 0},
		{{"/bin/sh", "-c", "cat; echo complaint >&2"}, 5000, 0, 0},       /* stdin is empty, stderr goes nowhere */
		{{"/bin/sh", "-c", "echo half; kill -SEGV $$"}, 5000, -EIO, 5},
		{{"/bin/sh", "-c", "echo half; exit 1"}, 5000, -EIO, 5},
		{{"/bin/sh", "-c", "echo half; exec sleep 60"}, 200, -ETIMEDOUT, 5},
		{{"/bin/sh", "-c", "echo half; sleep 60 & exit 0"}, 200, -ETIMEDOUT, 5}, /* who has its end as well */
		{{"/bin/head", "-c", "200000", "/dev/zero"}, 5000, 0, MAX},
		{{"/bin/head", "-c", "200001", "/dev/zero"}, 5000, -EFBIG, SIZE_MAX},
		{{"/bin/cat", "/dev/zero"}, 5000, -EFBIG, SIZE_MAX},
		{{"/lotop-no-such-program"}, 5000, -ENOENT, 0},
		{{"echo", "along PATH"}, 5000, -ENOENT, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
		int64_t began = clock_monotonic_ms();
		struct buf got = {0};

		assert_int_equal(spawn_read(writers[i].argv, SPAWN_NO_CAPABILITY, writers[i].timeout_ms, MAX, &got),
				 writers[i].result);
		if (writers[i].len == SIZE_MAX)
			assert_in_range(got.len, 1, MAX);
		else
			assert_int_equal(got.len, writers[i].len);
		assert_true(clock_monotonic_ms() - began < 4000);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
		buf_done(&got);
	}
}

/* Nothing that the user has set reaches a program that may get more rights than they have. */
static void test_no_variable_of_the_user(void **state)
{
	static const char *const argv[] = {"/usr/bin/env", NULL};
	struct buf got = {0};

	(void)state;
	setenv("XTABLES_LIBDIR", "/tmp", 1);
	assert_int_equal(spawn_read(argv, SPAWN_NO_CAPABILITY, 5000, 4096, &got), 0);
	assert_string_equal(buf_string(&got), "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLC_ALL=C\n");
	unsetenv("XTABLES_LIBDIR");
	buf_done(&got);
}

/* A user who has one capability, as of a file: it is handed on where that is asked for, and only then. */
static void test_a_capability_is_handed_on(void **state)
{
	static const char *const argv[] = {"/bin/grep", "^CapEff:", "/proc/self/status", NULL};
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {{0}};
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	pid = fork();
	if (pid == 0) {
		struct buf with = {0}, without = {0};

		sets[0].permitted = sets[0].effective = 1u << CAP_NET_ADMIN;
		if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) || setresuid(65534, 65534, 65534) ||
		    syscall(SYS_capset, &header, sets))
			_exit(77);
		if (spawn_read(argv, CAP_NET_ADMIN, 5000, 4096, &with) ||
		    spawn_read(argv, SPAWN_NO_CAPABILITY, 5000, 4096, &without))
			_exit(1);
		_exit(strcmp(buf_string(&with), "CapEff:\t0000000000001000\n") ||
		      strcmp(buf_string(&without), "CapEff:\t0000000000000000\n"));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(status, 0);
}

static void test_under_sudo_it_is_the_user(void **state)
{
	static const char *const argv[] = {
		"sh", "-c", "test $(id -u) = 65534 && test $(id -ru) = 65534 && test \"$USER\" = nobody",
		NULL};

	(void)state;
	if (geteuid() != 0)
		skip();
	setenv("SUDO_UID", "65534", 1);
	assert_int_equal(spawn_run(argv, slice_of(""), 5000), 0);
	setenv("SUDO_UID", "4294967294", 1);
	assert_int_equal(spawn_run(argv, slice_of(""), 5000), -ENOENT);      /* never as root instead */
	unsetenv("SUDO_UID");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_how_it_ends),
		cmocka_unit_test(test_input_arrives_whole),
		cmocka_unit_test(test_a_helper_that_reads_nothing),
		cmocka_unit_test(test_no_descriptor_and_no_signal_mask_is_inherited),
		cmocka_unit_test(test_the_group_dies_at_the_deadline),
		cmocka_unit_test(test_what_it_writes),
		cmocka_unit_test(test_no_variable_of_the_user),
		cmocka_unit_test(test_a_capability_is_handed_on),
		cmocka_unit_test(test_under_sudo_it_is_the_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
