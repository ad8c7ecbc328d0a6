/* Owns the life of one program: fork, exec, its two pipes and its end. It becomes the leader of a session
 * without a terminal: ssh cannot ask for a password over the dashboard, and all that it starts ends with it.
 * Between fork and exec only calls that are safe in the copy of a process with threads (signal-safety(7)).
 * Knows no format. */
#include "platform/stream/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/child.h"

enum { END_MS = 300, END_POLL_MS = 10, PIECE = 4096, PIECES_AT_ONCE = 16 };

struct pipes {
	int output[2], errors[2], failure[2];    /* failure: the errno of an exec that failed, or nothing */
};

static void close_both(const int ends[2])
{
	if (ends[0] >= 0)
		close(ends[0]);
	if (ends[1] >= 0)
		close(ends[1]);
}

static void close_pipes(const struct pipes *p)
{
	close_both(p->output);
	close_both(p->errors);
	close_both(p->failure);
}

static int open_pipes(struct pipes *p)
{
	int error;

	*p = (struct pipes){ { -1, -1 }, { -1, -1 }, { -1, -1 } };
	if (!pipe2(p->output, O_CLOEXEC) && !pipe2(p->errors, O_CLOEXEC) && !pipe2(p->failure, O_CLOEXEC))
		return 0;
	error = -errno;
	close_pipes(p);
	return error;
}

/* The pipes may be 0 to 2 themselves where those were closed: copies above them first. */
static int arrange_descriptors(const struct pipes *p)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int output = fcntl(p->output[1], F_DUPFD_CLOEXEC, 4), errors = fcntl(p->errors[1], F_DUPFD_CLOEXEC, 4);
	int failure = fcntl(p->failure[1], F_DUPFD_CLOEXEC, 4);

	if (null < 0 || output < 0 || errors < 0 || failure < 0 || dup2(null, 0) < 0 || dup2(output, 1) < 0 ||
	    dup2(errors, 2) < 0 || dup3(failure, 3, O_CLOEXEC) < 0)
		return -errno;
	return child_close_from(4);
}

_Noreturn static void be_child(const char *const argv[], const struct pipes *p)
{
	int failure = p->failure[1], error;

	child_reset_signals();
	setsid();
	error = arrange_descriptors(p);
	if (!error) {
		failure = 3;
		execvp(argv[0], (char *const *)argv);
		error = -errno;
	}
	if (write(failure, &error, sizeof error) < 0)
		_exit(126);
	_exit(127);
}

/* The pipe closes with a successful exec. */
static int wait_for_exec(int failure)
{
	int error;
	ssize_t count;

	do
		count = read(failure, &error, sizeof error);
	while (count < 0 && errno == EINTR);
	return count == sizeof error ? error : 0;
}

static void reap(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
}

int child_start(struct child *c, const char *const argv[])
{
	struct pipes p;
	pid_t pid;
	int error = open_pipes(&p);

	if (error)
		return error;
	pid = fork();
	if (!pid)
		be_child(argv, &p);
	error = pid < 0 ? -errno : 0;
	close(p.output[1]);
	close(p.errors[1]);
	close(p.failure[1]);
	if (!error && (error = wait_for_exec(p.failure[0])))
		reap(pid);
	close(p.failure[0]);
	if (error) {
		close(p.output[0]);
		close(p.errors[0]);
		return error;
	}
	fcntl(p.output[0], F_SETFL, O_NONBLOCK);
	fcntl(p.errors[0], F_SETFL, O_NONBLOCK);
	buf_clear(&c->complaint);
	*c = (struct child){
		.pid = pid, .output = p.output[0], .errors = p.errors[0],
		.has_output = true, .has_errors = true, .complaint = c->complaint,
	};
	return 0;
}

/* What read(2) says; a pipe at its end is closed, or poll(2) would tell of it again and again. */
static ssize_t read_end(int fd, bool *is_open, char *bytes, size_t size)
{
	ssize_t count;

	if (!*is_open)
		return -EPIPE;
	do
		count = read(fd, bytes, size);
	while (count < 0 && errno == EINTR);
	if (count > 0)
		return count;
	if (count < 0 && errno == EAGAIN)
		return 0;
	close(fd);
	*is_open = false;
	return -EPIPE;
}

ssize_t child_read(struct child *c, char *bytes, size_t size)
{
	return read_end(c->output, &c->has_output, bytes, size);
}

static void hear(struct child *c, char byte)
{
	if (byte == '\n' || byte == '\r') {
		c->is_line_over = true;
		return;
	}
	if (c->is_line_over)
		buf_clear(&c->complaint);
	c->is_line_over = false;
	if (c->complaint.len < CHILD_COMPLAINT_MAX)
		buf_add_char(&c->complaint, byte);
}

/* A bounded piece, whatever is there: who complains without end must not keep the others waiting. */
void child_listen(struct child *c)
{
	char bytes[PIECE];

	for (unsigned piece = 0; piece < PIECES_AT_ONCE; piece++) {
		ssize_t count = read_end(c->errors, &c->has_errors, bytes, sizeof bytes);

		for (ssize_t i = 0; i < count; i++)
			hear(c, bytes[i]);
		if (count <= 0)
			break;
	}
}

static void close_ends(struct child *c)
{
	child_listen(c);
	if (c->has_output)
		close(c->output);
	if (c->has_errors)
		close(c->errors);
	c->has_output = c->has_errors = false;
}

bool child_ended(struct child *c, int *status)
{
	if (!c->pid || waitpid(c->pid, status, WNOHANG) != c->pid)
		return false;
	c->pid = 0;
	close_ends(c);
	return true;
}

void child_end(struct child *c)
{
	int status, waited_ms = 0;

	close_ends(c);
	if (!c->pid)
		return;
	kill(-c->pid, SIGTERM);
	while (waitpid(c->pid, &status, WNOHANG) == 0) {
		if (waited_ms >= END_MS) {
			kill(-c->pid, SIGKILL);
			reap(c->pid);
			break;
		}
		poll(NULL, 0, END_POLL_MS);
		waited_ms += END_POLL_MS;
	}
	c->pid = 0;
}
