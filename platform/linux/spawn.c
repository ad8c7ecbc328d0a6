/* Owns one child process from fork to its end: its descriptors, session, user and deadline. Knows neither
 * clipboards nor browsers. The child is a copy of a process with threads: between fork and exec only calls
 * that are safe there (signal-safety(7)), so the user is looked up before. */
#include "platform/linux/spawn.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/child.h"
#include "base/clock.h"

enum { GROUPS_MAX = 256, PASSWD_BYTES = 16 * 1024, PATH_BYTES = 512, POLL_MS = 1, END_MS = 1000,
       PIECE = 4096 };

struct order {
	const char *const *argv;
	bool is_own;                 /* with lotop's own rights, even under sudo */
	int capability;              /* that it gets where lotop has it without being root */
	struct slice input;
	struct buf *output;          /* takes what it writes; NULL = that is discarded */
	size_t output_max;
	int timeout_ms;
};

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
	int output;                  /* read end of its stdout; -1 = discarded */
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

/* What answers for lotop itself may have rights that the user has not, and is told nothing of theirs:
 * libraries load what a variable names. */
static char **make_environment(const struct order *o, const struct user *u, struct environment *e)
{
	static const char *const plain[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
	size_t count = 0, last = sizeof e->items / sizeof *e->items - 5;

	if (o->output)
		return (char **)plain;
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

/* capabilities(7): an exec keeps the ambient ones; root has all of its own again. */
static int hand_on(int capability)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {{0}};

	if (capability == SPAWN_NO_CAPABILITY || geteuid() == 0)
		return 0;
	if (syscall(SYS_capget, &header, sets))
		return -errno;
	sets[CAP_TO_INDEX(capability)].inheritable |= CAP_TO_MASK(capability);
	if (syscall(SYS_capset, &header, sets))
		return -errno;
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) ? -errno : 0;
}

struct pipes {                       /* -1 = not open */
	int input[2], output[2], failure[2];
};

static int open_pipes(struct pipes *p, bool has_output)
{
	*p = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}};
	if (pipe2(p->input, O_CLOEXEC) || pipe2(p->failure, O_CLOEXEC) ||
	    (has_output && pipe2(p->output, O_CLOEXEC)))
		return -errno;
	return 0;
}

static void close_end(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* Descriptor 3 becomes the one that reports a failed exec; all above are closed. */
static int arrange_descriptors(const struct pipes *p)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int input = fcntl(p->input[0], F_DUPFD_CLOEXEC, 4);
	int failure = fcntl(p->failure[1], F_DUPFD_CLOEXEC, 4);
	int output = p->output[1] < 0 ? null : fcntl(p->output[1], F_DUPFD_CLOEXEC, 4);

	if (null < 0 || input < 0 || output < 0 || failure < 0 || dup2(output, 1) < 0 || dup2(null, 2) < 0 ||
	    dup2(input, 0) < 0 || dup3(failure, 3, O_CLOEXEC) < 0)
		return -errno;
	return child_close_from(4);
}

_Noreturn static void be_child(const struct order *o, char **environment, const struct user *u,
			       const struct pipes *p)
{
	int failure = p->failure[1], error;

	child_reset_signals();
	setsid();
	error = become(u);
	if (!error)
		error = hand_on(o->capability);
	if (!error)
		error = arrange_descriptors(p);
	if (!error) {
		failure = 3;
		(o->output ? execve : execvpe)(o->argv[0], (char *const *)o->argv, environment);
		error = -errno;
	}
	if (write(failure, &error, sizeof error) < 0)
		_exit(126);
	_exit(127);
}

static int start(const struct order *o, struct child *out)
{
	struct environment environment;
	struct user user = {0};
	struct pipes pipes;
	char **environ_of_child;
	int error = o->is_own ? 0 : find_user(&user);

	if (error)
		return error;
	environ_of_child = make_environment(o, &user, &environment);
	error = open_pipes(&pipes, o->output);
	out->input = pipes.input[1];
	out->output = pipes.output[0];
	out->failure = pipes.failure[0];
	out->deadline_ms = clock_monotonic_ms() + o->timeout_ms;
	if (!error && (out->pid = fork()) == 0)
		be_child(o, environ_of_child, &user, &pipes);
	if (!error && out->pid < 0)
		error = -errno;
	close_end(pipes.input[0]);
	close_end(pipes.output[1]);
	close_end(pipes.failure[1]);
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

/* Until it closes its end: whoever it started may have it, too. */
static int listen_to(const struct child *c, struct buf *out, size_t max)
{
	struct pollfd p = {.fd = c->output, .events = POLLIN};
	char bytes[PIECE];
	ssize_t count;

	do {
		count = poll(&p, 1, remaining_ms(c));
		if (count == 0)
			return -ETIMEDOUT;
		if (count > 0)
			count = read(c->output, bytes, sizeof bytes);
		if (count > 0 && (size_t)count > max - out->len)
			return -EFBIG;
		if (count > 0)
			buf_add(out, bytes, (size_t)count);
	} while (count > 0 || (count < 0 && errno == EINTR));
	return count < 0 ? -errno : 0;
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

/* One that the kernel does not let go even now is not waited for. */
static void end(struct child *c)
{
	while (kill(-c->pid, SIGKILL) && errno == EINTR)
		;
	kill(c->pid, SIGKILL);       /* when it did not get as far as its own session */
	c->deadline_ms = clock_monotonic_ms() + END_MS;
	wait_for_exit(c);
}

static int run(const struct order *o)
{
	struct child child = {.pid = -1, .input = -1, .output = -1, .failure = -1};
	bool has_ended = false;
	int error = start(o, &child);

	if (!error)
		error = wait_for_exec(&child);
	if (!error)
		error = feed_quietly(&child, o->input);
	if (!error && o->output)
		error = listen_to(&child, o->output, o->output_max);
	if (!error) {
		error = wait_for_exit(&child);
		has_ended = error != -ETIMEDOUT;
	}
	if (child.pid > 0 && !has_ended)
		end(&child);
	close_end(child.input);
	close_end(child.output);
	close_end(child.failure);
	return error;
}

int spawn_run(const char *const argv[], struct slice input, int timeout_ms)
{
	return run(&(struct order){.argv = argv, .capability = SPAWN_NO_CAPABILITY, .input = input,
				   .timeout_ms = timeout_ms});
}

int spawn_run_own(const char *const argv[], int timeout_ms)
{
	return run(&(struct order){.argv = argv, .is_own = true, .capability = SPAWN_NO_CAPABILITY,
				   .timeout_ms = timeout_ms});
}

int spawn_read(const char *const argv[], int capability, int timeout_ms, size_t max, struct buf *out)
{
	return run(&(struct order){.argv = argv, .is_own = true, .capability = capability,
				   .output = out, .output_max = max, .timeout_ms = timeout_ms});
}
