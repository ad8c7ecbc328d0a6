/* Owns one child process from fork to its end: its descriptors, session, user and deadline. Knows neither
 * clipboards nor browsers. The child is a copy of a process with threads: between fork and exec only calls
 * that are safe there (signal-safety(7)), so the user is looked up before. */
#include "platform/linux/spawn.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/child.h"
#include "base/clock.h"

enum { GROUPS_MAX = 256, PASSWD_BYTES = 16 * 1024, PATH_BYTES = 512, POLL_MS = 5 };

struct user {                        /* whom the child becomes */
	bool is_other;               /* not who we are: sudo */
	uid_t uid;
	gid_t gid;
	gid_t groups[GROUPS_MAX];
	int group_count;
	char name[64], home[PATH_BYTES], runtime[PATH_BYTES];
};

struct child {
	pid_t pid;
	int input;                   /* write end of its stdin; -1 = closed */
	int failure;                 /* read end: the errno of a failed exec, or nothing */
	int64_t deadline_ms;
};

/* Under sudo a helper belongs to the user at the keyboard: the clipboard and the browser are theirs. */
static int find_user(struct user *out)
{
	char bytes[PASSWD_BYTES];
	struct passwd entry, *found = NULL;
	uint64_t uid;

	*out = (struct user){0};
	if (geteuid() != 0 || !slice_to_u64(slice_of(getenv("SUDO_UID")), 10, &uid) || uid == 0 ||
	    uid >= UINT32_MAX)
		return 0;
	if (getpwuid_r((uid_t)uid, &entry, bytes, sizeof bytes, &found) || !found)
		return -ENOENT;
	out->is_other = true;
	out->uid = found->pw_uid;
	out->gid = found->pw_gid;
	out->group_count = GROUPS_MAX;
	if (getgrouplist(found->pw_name, found->pw_gid, out->groups, &out->group_count) < 0)
		out->group_count = GROUPS_MAX;
	snprintf(out->name, sizeof out->name, "%s", found->pw_name);
	snprintf(out->home, sizeof out->home, "%s", found->pw_dir);
	snprintf(out->runtime, sizeof out->runtime, "/run/user/%u", (unsigned)found->pw_uid);
	return 0;
}

/* System calls, not the C library's functions: those would tell threads that do not exist in the child. */
static int become(const struct user *u)
{
	if (!u->is_other)
		return 0;
	if (syscall(SYS_setgroups, u->group_count, u->groups) ||
	    syscall(SYS_setresgid, u->gid, u->gid, u->gid) || syscall(SYS_setresuid, u->uid, u->uid, u->uid))
		return -errno;
	return 0;
}

struct environment {                 /* made before the fork: setenv() is not safe behind it */
	char *items[512];            /* borrowed from environ and from `own` */
	char own[4][PATH_BYTES + 32];
};

static bool is_own(const char *item)
{
	static const char *const names[] = {"HOME=", "USER=", "LOGNAME=", "XDG_RUNTIME_DIR="};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strncmp(item, names[i], strlen(names[i])))
			return true;
	return false;
}

static char **make_environment(const struct user *u, struct environment *e)
{
	size_t count = 0, last = sizeof e->items / sizeof *e->items - 5;

	if (!u->is_other)
		return environ;
	for (char **item = environ; item && *item && count < last; item++)
		if (!is_own(*item))
			e->items[count++] = *item;
	snprintf(e->own[0], sizeof e->own[0], "HOME=%s", u->home);
	snprintf(e->own[1], sizeof e->own[1], "USER=%s", u->name);
	snprintf(e->own[2], sizeof e->own[2], "LOGNAME=%s", u->name);
	snprintf(e->own[3], sizeof e->own[3], "XDG_RUNTIME_DIR=%s", u->runtime);
	for (int i = 0; i < 4; i++)
		e->items[count++] = e->own[i];
	e->items[count] = NULL;
	return e->items;
}

/* Descriptor 3 becomes the one that reports a failed exec; all above are closed. */
static int arrange_descriptors(int input, int failure)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int safe_input = fcntl(input, F_DUPFD_CLOEXEC, 4), safe_failure = fcntl(failure, F_DUPFD_CLOEXEC, 4);

	if (null < 0 || safe_input < 0 || safe_failure < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0 ||
	    dup2(safe_input, 0) < 0 || dup3(safe_failure, 3, O_CLOEXEC) < 0)
		return -errno;
	return child_close_from(4);
}

_Noreturn static void be_child(const char *const argv[], char **environment, const struct user *u, int input,
			       int failure)
{
	int error;

	child_reset_signals();
	setsid();
	error = become(u);
	if (!error)
		error = arrange_descriptors(input, failure);
	if (!error) {
		execvpe(argv[0], (char *const *)argv, environment);
		error = -errno;
		failure = 3;
	}
	if (write(failure, &error, sizeof error) < 0)
		_exit(126);
	_exit(127);
}

static int start(const char *const argv[], bool is_own, int timeout_ms, struct child *out)
{
	struct environment environment;
	struct user user = {0};
	char **environ_of_child;
	int input[2] = {-1, -1}, failure[2] = {-1, -1}, error = is_own ? 0 : find_user(&user);

	if (error)
		return error;
	environ_of_child = make_environment(&user, &environment);
	if (pipe2(input, O_CLOEXEC) || pipe2(failure, O_CLOEXEC))
		error = -errno;
	out->input = input[1];
	out->failure = failure[0];
	out->deadline_ms = clock_monotonic_ms() + timeout_ms;
	if (!error && (out->pid = fork()) == 0)
		be_child(argv, environ_of_child, &user, input[0], failure[1]);
	if (!error && out->pid < 0)
		error = -errno;
	if (input[0] >= 0)
		close(input[0]);
	if (failure[1] >= 0)
		close(failure[1]);
	return error;
}

static int remaining_ms(const struct child *c)
{
	int64_t left = c->deadline_ms - clock_monotonic_ms();

	return left > 0 ? (int)left : 0;
}

/* The child may read slowly, or never: the pipe is written without blocking, until the deadline. */
static int feed(struct child *c, struct slice input)
{
	fcntl(c->input, F_SETFL, O_NONBLOCK);
	while (input.len) {
		struct pollfd p = {.fd = c->input, .events = POLLOUT};
		ssize_t put = write(c->input, input.ptr, input.len);

		if (put >= 0)
			input = slice_from(input, (size_t)put);
		else if (errno == EPIPE)
			break;       /* it wants no more: its exit status says whether that is well */
		else if (errno != EAGAIN && errno != EINTR)
			return -errno;
		else if (poll(&p, 1, remaining_ms(c)) == 0)
			return -ETIMEDOUT;
	}
	close(c->input);
	c->input = -1;
	return 0;
}

/* SIGPIPE is sent to the writing thread: kept back while it writes, and taken away before anybody sees it. */
static int feed_quietly(struct child *c, struct slice input)
{
	const struct timespec now = {0};
	sigset_t pipe_signal, old, pending;
	bool was_pending;
	int error;

	sigemptyset(&pipe_signal);
	sigaddset(&pipe_signal, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe_signal, &old);
	was_pending = sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
	error = feed(c, input);
	while (!was_pending && sigtimedwait(&pipe_signal, NULL, &now) < 0 && errno == EINTR)
		;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return error;
}

/* The pipe closes with a successful exec. */
static int wait_for_exec(const struct child *c)
{
	struct pollfd p = {.fd = c->failure, .events = POLLIN};
	int error;

	if (poll(&p, 1, remaining_ms(c)) <= 0)
		return -ETIMEDOUT;
	return read(c->failure, &error, sizeof error) == sizeof error ? error : 0;
}

static int wait_for_exit(const struct child *c)
{
	int status;
	pid_t ended;

	while ((ended = waitpid(c->pid, &status, WNOHANG)) == 0 && remaining_ms(c) > 0)
		poll(NULL, 0, POLL_MS);
	if (ended == 0)
		return -ETIMEDOUT;
	return ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

static void end(const struct child *c)
{
	while (kill(-c->pid, SIGKILL) && errno == EINTR)
		;
	kill(c->pid, SIGKILL);       /* when it did not get as far as its own session */
	while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static int run(const char *const argv[], bool is_own, struct slice input, int timeout_ms)
{
	struct child child = {.pid = -1, .input = -1, .failure = -1};
	bool has_ended = false;
	int error = start(argv, is_own, timeout_ms, &child);

	if (!error)
		error = wait_for_exec(&child);
	if (!error)
		error = feed_quietly(&child, input);
	if (!error) {
		error = wait_for_exit(&child);
		has_ended = error != -ETIMEDOUT;
	}
	if (child.pid > 0 && !has_ended)
		end(&child);
	if (child.input >= 0)
		close(child.input);
	if (child.failure >= 0)
		close(child.failure);
	return error;
}

int spawn_run(const char *const argv[], struct slice input, int timeout_ms)
{
	return run(argv, false, input, timeout_ms);
}

int spawn_run_own(const char *const argv[], int timeout_ms)
{
	return run(argv, true, (struct slice){NULL, 0}, timeout_ms);
}
