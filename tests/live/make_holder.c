/* Owns the situations that differ in who holds the socket, and how: descriptors, threads, messages,
 * namespaces. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "make.h"
#include "sockets.h"

enum { BACKLOG = 4 };

static int listen_on(uint16_t port)
{
	return socket_listening("127.0.0.1", port, 0, BACKLOG);
}

void make_prefork(struct made *m, uint16_t port)
{
	int fd = listen_on(port);
	struct made_row *row = made_socket(m, fd, "LISTEN");

	made_holder(row, getpid(), fd);
	for (int i = 0; i < 3; i++)
		made_holder(row, holder_start(fd, NULL), fd);
}

void make_two_descriptors(struct made *m, uint16_t port)
{
	int fd = listen_on(port);
	struct made_row *row = made_socket(m, fd, "LISTEN");

	made_holder(row, getpid(), fd);
	made_holder(row, getpid(), dup(fd));
}

static void send_descriptor(int channel, int fd)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof fd)];
	} control = { 0 };
	char byte = 0;
	struct iovec data = { &byte, 1 };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes,
				  .msg_controllen = sizeof control.bytes };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof fd);
	memcpy(CMSG_DATA(header), &fd, sizeof fd);
	if (sendmsg(channel, &message, 0) < 0)
		cannot("sendmsg SCM_RIGHTS");
}

/* The only reference is a message that nobody has read. */
void make_in_flight(struct made *m, uint16_t port)
{
	int channel[2], fd = listen_on(port);

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel))
		cannot("socketpair");
	made_socket(m, fd, "LISTEN");
	send_descriptor(channel[0], fd);
	close(fd);
}

static void *wait_for_ever(void *unused)
{
	for (;;)
		pause();
	return unused;
}

static void leave_a_thread(int fd)
{
	pthread_t thread;

	(void)fd;
	if (pthread_create(&thread, NULL, wait_for_ever, NULL))
		_exit(1);
	pthread_exit(NULL);
}

/* /proc/PID/fd of a zombie leader is empty; the descriptors live on under task/TID/fd. */
void make_zombie_leader(struct made *m, uint16_t port)
{
	int fd = listen_on(port);

	holder_await_state(holder_give(made_socket(m, fd, "LISTEN"), fd, leave_a_thread), 'Z');
}

struct private_table {
	struct made *made;
	uint16_t port;
	sem_t is_ready;
};

static void *listen_in_own_table(void *argument)
{
	struct private_table *t = argument;

	if (unshare(CLONE_FILES))
		cannot("unshare(CLONE_FILES)");
	int fd = listen_on(t->port);
	made_holder(made_socket(t->made, fd, "LISTEN"), getpid(), fd);
	sem_post(&t->is_ready);
	return wait_for_ever(NULL);
}

/* One thread has a descriptor table of its own: only its task/TID/fd shows the socket. */
void make_thread_table(struct made *m, uint16_t port)
{
	struct private_table t = { .made = m, .port = port };
	pthread_t thread;

	sem_init(&t.is_ready, 0, 0);
	if (pthread_create(&thread, NULL, listen_in_own_table, &t))
		cannot("pthread_create");
	sem_wait(&t.is_ready);
}

static void stop(int fd)
{
	(void)fd;
	raise(SIGSTOP);
}

void make_stopped(struct made *m, uint16_t port)
{
	int fd = listen_on(port);

	holder_await_state(holder_give(made_socket(m, fd, "LISTEN"), fd, stop), 'T');
}

void make_deleted_directory(struct made *m, uint16_t port)
{
	char path[] = "/tmp/lotop-deleted-XXXXXX";
	int fd = listen_on(port);

	if (!mkdtemp(path) || chdir(path) || rmdir(path))
		cannot("chdir into a deleted directory");
	made_holder(made_socket(m, fd, "LISTEN"), getpid(), fd);
}

static void become_copy(int fd)
{
	fcntl(fd, F_SETFD, 0);
	execl("./sleep", "sleep", "1000", (char *)NULL);
	_exit(127);
}

static void await_program(pid_t pid, const char *directory)
{
	char path[32], target[64];

	snprintf(path, sizeof path, "/proc/%d/exe", pid);
	for (int tries = 0; tries < 200; tries++) {
		ssize_t length = readlink(path, target, sizeof target);
		if (length > 0 && !strncmp(target, directory, strlen(directory)))
			return;
		poll(NULL, 0, 10);
	}
	errno = ETIMEDOUT;
	cannot("exec");
}

/* The program was replaced or removed while it runs, as by an upgrade. */
void make_deleted_program(struct made *m, uint16_t port)
{
	char path[] = "/tmp/lotop-deleted-XXXXXX";
	int fd = listen_on(port);

	if (!mkdtemp(path) || chdir(path) || system("cp \"$(command -v sleep)\" sleep"))
		cannot("copy of sleep");
	await_program(holder_give(made_socket(m, fd, "LISTEN"), fd, become_copy), path);
	if (unlink("sleep") || chdir("/") || rmdir(path))
		cannot("unlink");
}

/* Its /proc/PID/fd belongs to root, as with file capabilities: its own user cannot read it. */
void make_undumpable(struct made *m, uint16_t port)
{
	int fd = listen_on(port);

	if (prctl(PR_SET_DUMPABLE, 0))
		cannot("PR_SET_DUMPABLE");
	made_holder(made_socket(m, fd, "LISTEN"), getpid(), fd);
}

/* The socket stays in the namespace where it was opened. */
void make_moved_namespace(struct made *m, uint16_t port)
{
	int fd = listen_on(port);

	made_holder(made_socket(m, fd, "LISTEN"), getpid(), fd);
	if (unshare(CLONE_NEWNET))
		cannot("unshare(CLONE_NEWNET)");
}

/* The process is here, the socket is not. */
void make_foreign_namespace(struct made *m, uint16_t port)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	if (home < 0 || unshare(CLONE_NEWNET))
		cannot("unshare(CLONE_NEWNET)");
	socket_listening("0.0.0.0", port, 0, BACKLOG);
	if (setns(home, CLONE_NEWNET))
		cannot("setns");
	close(home);
	m->absent_port = port;
}
