/* Owns the life of one disposable process and the pipe to it. Refuses to know what it looks at, or why. */
#include "platform/linux/scout.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "platform/linux/procfs.h"

enum { FD_PIPE = 0, PATIENCE = 10, STAT_BYTES = 512 };

void scout_init(struct scout *s, size_t (*work)(struct slice request, void *answer), int64_t limit_us)
{
	*s = (struct scout){.work = work, .limit_us = limit_us, .fd = -1};
}

/* A handler of lotop's would write to the terminal of lotop. */
static void forget_signals(void)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int signal = 1; signal < NSIG; signal++)
		sigaction(signal, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A scout that is left behind must not keep a terminal, a socket or the pipe of its successor open. */
static bool keep_only(int fd)
{
	return dup2(fd, FD_PIPE) == FD_PIPE && syscall(SYS_close_range, FD_PIPE + 1, ~0u, 0) == 0;
}

static bool drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};

	return syscall(SYS_capset, &header, none) == 0;
}

/* For good: there is no way back for what it will read. Without privilege only what lotop's own file
 * capabilities give is dropped; a user namespace may forbid setgroups, and then there are no groups of root's
 * to drop either. */
static bool become(uint32_t uid, uint32_t gid)
{
	if (geteuid() == 0 && uid != 0) {
		if (syscall(SYS_setgroups, 0, NULL) && errno != EPERM)
			return false;
		if (syscall(SYS_setresgid, gid, gid, gid) || syscall(SYS_setresuid, uid, uid, uid))
			return false;
	}
	return geteuid() == 0 || drop_capabilities();
}

/* PR_SET_PDEATHSIG is lost with every change of credentials, so it comes last. What it can miss is seen as
 * the end of the pipe. */
_Noreturn static void serve(const struct scout *s, int fd, uint32_t uid, uint32_t gid)
{
	char request[SCOUT_REQUEST_MAX];
	_Alignas(max_align_t) char answer[SCOUT_ANSWER_MAX];
	ssize_t len;

	if (!keep_only(fd) || chdir("/"))
		_exit(1);
	setsid();
	forget_signals();
	if (!become(uid, gid) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		_exit(1);
	prctl(PR_SET_NAME, "lotop-scout", 0, 0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	while ((len = recv(FD_PIPE, request, sizeof request, 0)) > 0) {
		size_t size = s->work((struct slice){request, (size_t)len}, answer);

		if (send(FD_PIPE, answer, size, MSG_NOSIGNAL) < 0)
			break;
	}
	_exit(0);
}

/* Takes off those that are dead by now. NULL: there is no room for one more that may have to be left
 * behind. */
static pid_t *free_place(struct scout *s)
{
	pid_t *place = NULL;

	for (size_t i = 0; i < SCOUT_LEFT_MAX; i++) {
		if (s->left[i] && waitpid(s->left[i], NULL, WNOHANG) != 0)
			s->left[i] = 0;
		if (!s->left[i])
			place = &s->left[i];
	}
	return place;
}

/* start() made sure of the place. A pid that was not waited for cannot have become somebody else's. */
static void let_go(struct scout *s)
{
	pid_t *place;

	if (s->fd < 0)
		return;
	close(s->fd);
	place = free_place(s);
	if (place && waitpid(s->pid, NULL, WNOHANG) == 0) {
		kill(s->pid, SIGKILL);
		*place = s->pid;
	}
	s->fd = -1;
	s->pid = 0;
	s->asked = 0;
}

void scout_done(struct scout *s)
{
	let_go(s);
	free_place(s);
}

void scout_rest(struct scout *s)
{
	if (s->asked)
		return;
	let_go(s);
	free_place(s);
}

/* All signals wait until the child has forgotten the handlers. */
static pid_t fork_quietly(sigset_t *before)
{
	sigset_t all;
	pid_t pid;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, before);
	pid = fork();
	if (pid)
		pthread_sigmask(SIG_SETMASK, before, NULL);
	return pid;
}

static int start(struct scout *s, uint32_t uid, uint32_t gid)
{
	sigset_t before;
	int ends[2], error = 0;
	pid_t pid;

	if (!free_place(s))
		return -EAGAIN;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	pid = fork_quietly(&before);
	if (pid < 0)
		error = -errno;
	if (pid == 0)
		serve(s, ends[1], uid, gid);
	close(ends[1]);
	if (error) {
		close(ends[0]);
		return error;
	}
	s->fd = ends[0];
	s->pid = pid;
	s->uid = uid;
	s->gid = gid;
	return 0;
}

int scout_ask(struct scout *s, uint32_t uid, uint32_t gid, struct slice request, int64_t now_us)
{
	int error;

	if (!request.len || request.len > SCOUT_REQUEST_MAX)
		return -EMSGSIZE;
	if (s->asked == SCOUT_ASKED_MAX || (s->asked && (s->uid != uid || s->gid != gid)))
		return -EAGAIN;
	if (s->uid != uid || s->gid != gid)
		let_go(s);
	error = s->fd < 0 ? start(s, uid, gid) : 0;
	if (error)
		return error;
	error = send(s->fd, request.ptr, request.len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -errno : 0;
	if (error && s->asked)
		return -EAGAIN;                  /* scout_answer() will tell what became of it */
	if (error) {
		let_go(s);
		return error;
	}
	if (!s->asked++)
		s->since_us = now_us;
	return 0;
}

/* On a machine with too much to do it may just not have had its turn: who is stuck sleeps. */
static bool is_runnable(const struct scout *s)
{
	char path[PROCFS_PATH], bytes[STAT_BYTES];
	struct proc_stat stat;
	struct slice text;
	int error;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)s->pid);
	text = procfs_read(AT_FDCWD, path, bytes, sizeof bytes, &error);
	return !error && !procfs_parse_stat(text, &stat) && stat.state == 'R';
}

static bool may_take_longer(const struct scout *s, int64_t now_us)
{
	int64_t took_us = now_us - s->since_us;

	return took_us < s->limit_us || (took_us < PATIENCE * s->limit_us && is_runnable(s));
}

int scout_answer(struct scout *s, void *answer, size_t *len, int64_t now_us)
{
	ssize_t got;
	bool is_silent;

	if (!s->asked)
		return -EAGAIN;
	got = recv(s->fd, answer, SCOUT_ANSWER_MAX, MSG_DONTWAIT);
	if (got > 0) {
		*len = (size_t)got;
		s->asked--;
		s->since_us = now_us;
		return 0;
	}
	is_silent = got < 0 && (errno == EAGAIN || errno == EINTR);
	if (is_silent && may_take_longer(s, now_us))
		return -EAGAIN;
	let_go(s);
	return is_silent ? -ETIMEDOUT : -EPIPE;
}
