/* platform/linux/taskiter, and process_load_seen() behind it: what BPF says of a process is what its files in /proc
 * say, whoever it is. Where BPF is not permitted nothing can be compared. */
#include "machine.h"
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include "platform/linux/process.h"
#include "platform/linux/taskiter.h"

enum { LONG = 5000, NOBODY = 65534 };

extern char **environ;
static int proc, listener, ready_fd;
static struct taskiter *iterator;
static char **arguments;

static bool is_plain(void)
{
	return true;
}

static bool has_other_name(void)
{
	return prctl(PR_SET_NAME, ") R 1 (\n", 0, 0, 0) == 0;
}

static bool leads_a_session(void)
{
	return setsid() > 0 && setpgid(0, 0) <= 0;
}

static bool is_in_a_group(void)
{
	return setpgid(0, 0) == 0;
}

static bool has_a_terminal(void)
{
	int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (terminal < 0 || grantpt(terminal) || unlockpt(terminal) || setsid() < 0)
		return false;
	setenv("TMUX", "/tmp/tmux-0/default,1,0", 1);
	return open(ptsname(terminal), O_RDWR) >= 0;
}

static bool is_nobody(void)
{
	return setresgid(NOBODY, NOBODY, NOBODY) == 0 && setresuid(NOBODY, NOBODY, NOBODY) == 0;
}

static bool is_effectively_nobody(void)
{
	return setegid(NOBODY) == 0 && seteuid(NOBODY) == 0;
}

static bool is_elsewhere(void)
{
	return chdir("/tmp") == 0;
}

static bool is_in_no_directory(void)
{
	char path[] = "/tmp/test_taskiter.XXXXXX";

	return mkdtemp(path) && chdir(path) == 0 && rmdir(path) == 0;
}

static bool is_in_other_mounts(void)
{
	return unshare(CLONE_NEWNS) == 0;
}

/* As setproctitle(3) does: over the end of the arguments into the environment. */
static bool has_a_title(void)
{
	memset(arguments[0], 'x', strlen(arguments[0]) + 1);
	return true;
}

/* Longer than what a pass copies. It is ready when it runs this program again, which ends in pause(). */
static bool has_a_long_command(void)
{
	char line[LONG] = {0}, fd[16];

	memset(line, 'y', sizeof line - 1);
	snprintf(fd, sizeof fd, "%d", ready_fd);
	fcntl(ready_fd, F_SETFD, 0);
	fcntl(listener, F_SETFD, 0);
	execl("/proc/self/exe", "test_taskiter", fd, line, NULL);
	return false;
}

static const struct kind {
	const char *what;
	bool (*prepare)(void);
} kinds[] = {
	{"plain", is_plain}, {"another name", has_other_name}, {"leads a session", leads_a_session},
	{"a group", is_in_a_group}, {"a terminal", has_a_terminal}, {"nobody", is_nobody},
	{"effectively nobody", is_effectively_nobody}, {"another directory", is_elsewhere},
	{"no directory", is_in_no_directory}, {"other mounts", is_in_other_mounts}, {"a title", has_a_title},
	{"a long command line", has_a_long_command}, {"plain again", is_plain},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

struct seen {
	pid_t pids[KINDS];
	struct taskiter_facts facts[KINDS];
	char *commands[KINDS];               /* owned */
	unsigned records[KINDS];
};

static void take_record(void *context, const struct taskiter_record *record)
{
	struct seen *s = context;

	for (int i = 0; i < KINDS; i++)
		s->records[i] += record->pid == s->pids[i] && record->tid == s->pids[i] && record->fd == listener;
}

static void take_facts(void *context, const struct taskiter_facts *facts)
{
	struct seen *s = context;

	for (int i = 0; i < KINDS; i++) {
		if (facts->pid != s->pids[i])
			continue;
		s->facts[i] = *facts;
		s->commands[i] = malloc(facts->command.len + 1);
		memcpy(s->commands[i], facts->command.len ? facts->command.ptr : "", facts->command.len);
		s->facts[i].command.ptr = s->commands[i];
	}
}

static bool is_asleep(pid_t pid)
{
	char path[PROCFS_PATH], bytes[1024];
	struct proc_stat stat;
	int error;

	procfs_path(path, pid, 0, "stat");
	return !procfs_parse_stat(procfs_read(proc, path, bytes, sizeof bytes, &error), &stat) && stat.state == 'S';
}

static pid_t start(const struct kind *k)
{
	int ready[2];
	char byte = 0;
	pid_t pid;

	must(pipe2(ready, O_CLOEXEC));
	pid = must(fork());
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		ready_fd = ready[1];
		byte = k->prepare();
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(0);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	if (!byte)
		fprintf(stderr, "not permitted here: %s\n", k->what);
	await(is_asleep(pid));
	return pid;
}

#define assert_same_text(a, b, member) \
	do { \
		if (!slice_equal((a).member, (b).member)) \
			fail_msg("%s: " #member ": \"%.*s\", in /proc \"%.*s\"", what, (int)(a).member.len, \
				 (a).member.len ? (a).member.ptr : "", (int)(b).member.len, \
				 (b).member.len ? (b).member.ptr : ""); \
	} while (0)

static void check_same(const char *what, struct process_fact a, struct process_fact b)
{
	assert_same_text(a, b, comm);
	assert_same_text(a, b, exe);
	assert_same_text(a, b, cwd);
	assert_same_text(a, b, cgroup);
	assert_same_text(a, b, command);
	assert_same_text(a, b, tty);
	assert_same_text(a, b, environment);
	assert_int_equal(a.pid, b.pid);
	assert_int_equal(a.ppid, b.ppid);
	assert_int_equal(a.group, b.group);
	assert_int_equal(a.session, b.session);
	assert_int_equal(a.tty_device, b.tty_device);
	assert_int_equal(a.start_time, b.start_time);
	assert_int_equal(a.state, b.state);
	assert_int_equal(a.uid, b.uid);
	assert_int_equal(a.gid, b.gid);
	assert_int_equal(a.unknown, b.unknown);
	assert_int_equal(a.ties, b.ties);
	assert_int_equal(a.in_other_mounts, b.in_other_mounts);
}

static void test_bpf_says_what_proc_says(void **state)
{
	const struct taskiter_visitor visitor = {take_record, take_facts, *state};
	struct seen *seen = *state;
	struct process_reader reader, other;

	if (!iterator)
		skip();
	process_reader_init(&reader, proc);
	process_reader_init(&other, proc);
	listener = must(make_listener("127.0.0.1", 3000));
	for (int i = 0; i < KINDS; i++)
		seen->pids[i] = start(&kinds[i]);
	assert_int_equal(taskiter_pass(iterator, &visitor), 0);
	for (int i = 0; i < KINDS; i++) {
		struct process a = {.texts = NULL}, b = {.texts = NULL};

		assert_int_equal(seen->records[i], 1);
		assert_int_equal(process_load_seen(&a, &reader, &seen->facts[i]), 0);
		assert_int_equal(process_load(&b, &other, seen->pids[i]), 0);
		check_same(kinds[i].what, a.fact, b.fact);
		process_done(&a);
		process_done(&b);
	}
	process_reader_done(&reader);
	process_reader_done(&other);
}

static void test_who_is_gone_is_not_there(void **state)
{
	struct seen *seen = *state;
	struct process p = {.texts = NULL};
	struct process_reader reader;

	if (!iterator)
		skip();
	process_reader_init(&reader, proc);
	for (int i = 0; i < KINDS; i++) {
		kill(seen->pids[i], SIGKILL);
		waitpid(seen->pids[i], NULL, 0);
	}
	assert_int_equal(process_load_seen(&p, &reader, &seen->facts[0]), -ESRCH);
	for (int i = 0; i < KINDS; i++)
		free(seen->commands[i]);
	process_done(&p);
	process_reader_done(&reader);
}

int main(int argc, char *argv[])
{
	struct seen seen = {.pids = {0}};
	int failed;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_bpf_says_what_proc_says, &seen),
		cmocka_unit_test_prestate(test_who_is_gone_is_not_there, &seen),
	};

	arguments = argv;
	if (argc > 2)
		return write(atoi(argv[1]), "!", 1) == 1 ? pause() : 1;
	if (!machine_enter())
		return SKIPPED;
	proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (taskiter_new(&iterator))
		fprintf(stderr, "no BPF here\n");
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	taskiter_free(iterator);
	return failed;
}
