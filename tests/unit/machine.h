/* For the tests of platform/linux: a private network namespace, sockets of this process, and scans of
 * them. */
#ifndef UNIT_MACHINE_H
#define UNIT_MACHINE_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "platform/platform.h"

enum { SKIPPED = 77 };

static inline bool machine_enter(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd, error;

	if (unshare(CLONE_NEWNET) && unshare(CLONE_NEWUSER | CLONE_NEWNET)) {
		fprintf(stderr, "no private network namespace here: %s\n", strerror(errno));
		return false;
	}
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	error = ioctl(fd, SIOCSIFFLAGS, &request);
	close(fd);
	return error == 0;
}

/* A number that is no error; which error it was is told, as it may be one of a machine far away. */
#define must(call) must_(#call, (call), __FILE__, __LINE__)

static inline int must_(const char *what, int result, const char *file, int line)
{
	if (result < 0) {
		fprintf(stderr, "%s: %s\n", what, strerror(errno));
		_assert_true(false, what, file, line);
	}
	return result;
}

enum { PATIENCE_MS = 5000 };

/* Each condition comes true by itself, on a busy machine later. */
#define await(condition) do { \
		for (int waited_ms_ = 0; !(condition); waited_ms_++) { \
			assert_in_range(waited_ms_, 0, PATIENCE_MS); \
			usleep(1000); \
		} \
	} while (0)

/* Whoever reads /proc/PID/fd/N, or walks descriptors with BPF, has the file for a moment (proc_fd_link in
 * fs/proc/fd.c): when that is the last to let go of it, the socket outlives its close(). */
static inline int bind_soon(int fd, const struct sockaddr *address, socklen_t size)
{
	int error = bind(fd, address, size);

	for (int waited_ms = 0; error && errno == EADDRINUSE && waited_ms < PATIENCE_MS; waited_ms++) {
		usleep(1000);
		error = bind(fd, address, size);
	}
	return error;
}

static inline int make_socket(int type, const char *address, uint16_t port)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	bool is_v4 = inet_pton(AF_INET, address, &v4.sin_addr) == 1;
	int yes = 1, fd = must(socket(is_v4 ? AF_INET : AF_INET6, type | SOCK_CLOEXEC, 0));

	if (!is_v4)
		assert_int_equal(inet_pton(AF_INET6, address, &v6.sin6_addr), 1);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (is_v4)
		must(bind_soon(fd, (struct sockaddr *)&v4, sizeof v4));
	else
		must(bind_soon(fd, (struct sockaddr *)&v6, sizeof v6));
	return fd;
}

static inline int make_listener(const char *address, uint16_t port)
{
	int fd = make_socket(SOCK_STREAM, address, port);

	must(listen(fd, 5));
	return fd;
}

static inline uint32_t inode_of(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return (uint32_t)st.st_ino;
}

static inline struct platform *machine_open(void)
{
	struct platform *p = NULL;

	assert_int_equal(platform_linux_new(&p), 0);
	return p;
}

static const struct scan_request everything = {
	.bound_only = true, .leftovers = true, .connections = true, .owners = true};

/* One complete scan into `facts`, in slices as the collector makes them. */
static inline void machine_scan(struct platform *p, const struct scan_request *request, struct facts *facts)
{
	int more, steps = 0;

	facts_reset(facts);
	assert_int_equal(platform_scan_begin(p, request, facts), 0);
	while ((more = platform_scan_step(p, 500)) == 1)
		assert_true(++steps < 100000);
	assert_int_equal(more, 0);
}

static inline bool has_comm(pid_t pid, const char *name)
{
	char path[32], comm[17] = "";
	int fd;

	snprintf(path, sizeof path, "/proc/%d/comm", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, comm, sizeof comm - 1) <= 0)
		comm[0] = '\0';
	if (fd >= 0)
		close(fd);
	comm[strcspn(comm, "\n")] = '\0';
	return !strcmp(comm, name);
}

static inline const struct socket_fact *find_inode(const struct facts *f, uint32_t inode)
{
	const struct socket_fact *found = NULL;

	for (size_t i = 0; i < f->socket_count; i++)
		if (f->sockets[i].inode == inode) {
			assert_null(found);          /* no doubles */
			found = &f->sockets[i];
		}
	return found;
}

static inline const struct socket_fact *find_port(const struct facts *f, uint16_t port, uint8_t state)
{
	for (size_t i = 0; i < f->socket_count; i++)
		if (f->sockets[i].local.port == port && f->sockets[i].state == state)
			return &f->sockets[i];
	return NULL;
}

static inline bool is_holder(const struct facts *f, uint32_t inode, int32_t pid, int32_t fd)
{
	for (size_t i = 0; i < f->holder_count; i++)
		if (f->holders[i].inode == inode && f->holders[i].pid == pid &&
		    (fd < 0 || f->holders[i].fd == fd))
			return true;
	return false;
}

static inline const struct process_fact *find_process(const struct facts *f, int32_t pid)
{
	for (size_t i = 0; i < f->process_count; i++)
		if (f->processes[i].pid == pid)
			return &f->processes[i];
	return NULL;
}

static inline bool has_gap(const struct facts *f, enum gap_kind kind)
{
	for (size_t i = 0; i < f->gap_count; i++)
		if (f->gaps[i].kind == kind)
			return true;
	return false;
}

#endif
