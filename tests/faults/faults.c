/* Owns the calls that fail: preloaded into a program (LD_PRELOAD), it counts them and lets the Nth one fail.
 *     LOTOP_FAULT=openat:7:24:1   the 7th openat() fails with errno 24, once (0 = this and all that follow)
 *     LOTOP_FAULT_COUNTS=FILE     "NAME COUNT" lines at the end, of the process that was started
 *     LOTOP_FAULT_PLACES=1        a call counts once for each way that leads to it: all of its callers
 * Allocations of glibc and ncurses themselves are spared: neither looks at the result of each (glibc 2.36
 * nss_database.c, ncurses 6.4 setupterm). Refuses to know which program it is in. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum point {
	MALLOC, CALLOC, REALLOC, STRDUP, OPEN, OPENAT, OPENDIR, READ, PREAD, WRITE, READLINKAT, GETDENTS, FSTATAT,
	SOCKET, SENDMSG, RECVMSG, FORK, PTHREAD_CREATE, EVENTFD, EPOLL_CREATE, EPOLL_CTL, EPOLL_WAIT, POLL, PIPE,
	TIMERFD, SYSCALL, POINTS
};

enum { PLACES_BITS = 16, CALLERS = 16 };

static const char *const names[POINTS] = {
	[MALLOC] = "malloc",
	[CALLOC] = "calloc",
	[REALLOC] = "realloc",
	[STRDUP] = "strdup",
	[OPEN] = "open",
	[OPENAT] = "openat",
	[OPENDIR] = "opendir",
	[READ] = "read",
	[PREAD] = "pread",
	[WRITE] = "write",
	[READLINKAT] = "readlinkat",
	[GETDENTS] = "getdents64",
	[FSTATAT] = "fstatat",
	[SOCKET] = "socket",
	[SENDMSG] = "sendmsg",
	[RECVMSG] = "recvmsg",
	[FORK] = "fork",
	[PTHREAD_CREATE] = "pthread_create",
	[EVENTFD] = "eventfd",
	[EPOLL_CREATE] = "epoll_create1",
	[EPOLL_CTL] = "epoll_ctl",
	[EPOLL_WAIT] = "epoll_wait",
	[POLL] = "poll",
	[PIPE] = "pipe2",
	[TIMERFD] = "timerfd_create",
	[SYSCALL] = "syscall",
};

static struct {
	atomic_uint counts[POINTS];
	enum point armed;            /* POINTS: none */
	unsigned first, times;       /* the first call that fails, and how many do; 0 = all from there on */
	int error;
	pid_t pid;
	bool by_places;
	atomic_bool has_begun;       /* to fail */
	atomic_uint_least64_t places[1 << PLACES_BITS];      /* hashes; 0 = free */
} plan = { .armed = POINTS };

static unsigned number(const char **text)
{
	char *end;
	unsigned long value = strtoul(*text, &end, 10);

	*text = *end == ':' ? end + 1 : end;
	return (unsigned)value;
}

__attribute__((constructor)) static void begin(void)
{
	const char *text = getenv("LOTOP_FAULT");
	size_t len = text ? strcspn(text, ":") : 0;

	plan.pid = getpid();
	if (getenv("LOTOP_FAULT_PLACES")) {
		backtrace((void *[1]){ 0 }, 1);          /* the first one loads a library */
		plan.by_places = true;
	}
	if (!text || text[len] != ':')
		return;
	for (enum point p = 0; p < POINTS; p++)
		if (strlen(names[p]) == len && !strncmp(names[p], text, len))
			plan.armed = p;
	text += len + 1;
	plan.first = number(&text);
	plan.error = (int)number(&text);
	plan.times = number(&text);
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("LOTOP_FAULT_COUNTS");
	char line[64];
	int fd;

	if (!path || plan.pid != getpid())
		return;
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	for (enum point p = 0; p < POINTS; p++) {
		int len = snprintf(line, sizeof line, "%s %u\n", names[p], plan.counts[p]);

		if (syscall(SYS_write, fd, line, len) != len)
			abort();
	}
	syscall(SYS_close, fd);
}

/* FNV-1a over those who called, this library's own function not among them. */
static uint64_t hash_callers(enum point p)
{
	void *callers[CALLERS];
	uint64_t hash = 14695981039346656037u ^ p;

	for (int i = 2, count = backtrace(callers, CALLERS); i < count; i++)
		hash = (hash ^ (uintptr_t)callers[i]) * 1099511628211u;
	return hash ? hash : 1;
}

static bool is_new_place(enum point p)
{
	uint64_t hash = hash_callers(p);

	for (size_t i = hash >> (64 - PLACES_BITS), left = 1 << PLACES_BITS; left; i++, left--) {
		uint64_t there = 0;
		size_t at = i & ((1 << PLACES_BITS) - 1);

		if (atomic_compare_exchange_strong(&plan.places[at], &there, hash))
			return true;
		if (there == hash)
			return false;
	}
	abort();
}

static bool is_due(enum point p)
{
	unsigned nth;

	if (plan.by_places && !is_new_place(p))
		return p == plan.armed && !plan.times && plan.has_begun;
	nth = atomic_fetch_add(&plan.counts[p], 1) + 1;
	return p == plan.armed && nth >= plan.first && (!plan.times || nth < plan.first + plan.times);
}

static bool strikes(enum point p)
{
	if ((p != plan.armed && plan.armed != POINTS) || !is_due(p))
		return false;
	plan.has_begun = true;
	errno = plan.error;
	return true;
}

#ifndef SPARES_MEMORY             /* beside a sanitizer's own malloc() */
static bool is_spared(const void *caller)
{
	Dl_info of;

	return dladdr(caller, &of) && of.dli_fname &&
	       (strstr(of.dli_fname, "libncurses") || strstr(of.dli_fname, "libtinfo") ||
		strstr(of.dli_fname, "libc.so"));
}

/* The plan first: looking the caller up at every allocation would take too long. */
static bool starves(enum point p, const void *caller)
{
	return (p == plan.armed || plan.armed == POINTS) && !is_spared(caller) && strikes(p);
}

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

void *malloc(size_t size)
{
	return starves(MALLOC, __builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return starves(CALLOC, __builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return starves(REALLOC, __builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}

char *strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = starves(STRDUP, __builtin_return_address(0)) ? NULL : __libc_malloc(size);

	return copy ? memcpy(copy, text, size) : NULL;
}
#endif

/* What a call is meant to reach, found the first time. */
#define BEHIND(name)                                                       \
	static __typeof__(&name) behind;                                   \
	if (!behind)                                                       \
		*(void **)&behind = dlsym(RTLD_NEXT, #name)

#define WRAP(result, name, point, failure, parameters, ...)                \
	result name parameters                                             \
	{                                                                  \
		BEHIND(name);                                              \
		return strikes(point) ? failure : behind(__VA_ARGS__);     \
	}

ssize_t __read_chk(int fd, void *buffer, size_t count, size_t size);
ssize_t __pread_chk(int fd, void *buffer, size_t count, off_t at, size_t size);
ssize_t __readlinkat_chk(int dir, const char *path, char *buffer, size_t count, size_t size);
int __poll_chk(struct pollfd *fds, nfds_t count, int ms, size_t size);
int __open_2(const char *path, int flags);
int __openat_2(int dir, const char *path, int flags);

WRAP(DIR *, opendir, OPENDIR, NULL, (const char *path), path)
WRAP(int, __open_2, OPEN, -1, (const char *path, int flags), path, flags)
WRAP(int, __openat_2, OPENAT, -1, (int dir, const char *path, int flags), dir, path, flags)
WRAP(ssize_t, read, READ, -1, (int fd, void *buffer, size_t count), fd, buffer, count)
WRAP(ssize_t, __read_chk, READ, -1, (int fd, void *buffer, size_t count, size_t size), fd, buffer, count,
     size)
WRAP(ssize_t, pread, PREAD, -1, (int fd, void *buffer, size_t count, off_t at), fd, buffer, count, at)
WRAP(ssize_t, __pread_chk, PREAD, -1, (int fd, void *buffer, size_t count, off_t at, size_t size), fd, buffer,
     count, at, size)
WRAP(ssize_t, write, WRITE, -1, (int fd, const void *buffer, size_t count), fd, buffer, count)
WRAP(ssize_t, readlinkat, READLINKAT, -1, (int dir, const char *path, char *buffer, size_t count), dir, path,
     buffer, count)
WRAP(ssize_t, __readlinkat_chk, READLINKAT, -1,
     (int dir, const char *path, char *buffer, size_t count, size_t size), dir, path, buffer, count, size)
WRAP(ssize_t, getdents64, GETDENTS, -1, (int fd, void *buffer, size_t count), fd, buffer, count)
WRAP(int, fstatat, FSTATAT, -1, (int dir, const char *path, struct stat *out, int flags), dir, path, out,
     flags)
WRAP(int, socket, SOCKET, -1, (int family, int type, int protocol), family, type, protocol)
WRAP(ssize_t, sendmsg, SENDMSG, -1, (int fd, const struct msghdr *header, int flags), fd, header, flags)
WRAP(ssize_t, recvmsg, RECVMSG, -1, (int fd, struct msghdr *header, int flags), fd, header, flags)
WRAP(int, eventfd, EVENTFD, -1, (unsigned count, int flags), count, flags)
WRAP(int, epoll_create1, EPOLL_CREATE, -1, (int flags), flags)
WRAP(int, epoll_ctl, EPOLL_CTL, -1, (int epoll, int operation, int fd, struct epoll_event *event), epoll,
     operation, fd, event)
WRAP(int, epoll_wait, EPOLL_WAIT, -1, (int epoll, struct epoll_event *events, int count, int ms), epoll,
     events, count, ms)
WRAP(int, poll, POLL, -1, (struct pollfd *fds, nfds_t count, int ms), fds, count, ms)
WRAP(int, __poll_chk, POLL, -1, (struct pollfd *fds, nfds_t count, int ms, size_t size), fds, count, ms, size)
WRAP(int, pipe2, PIPE, -1, (int ends[2], int flags), ends, flags)
WRAP(int, timerfd_create, TIMERFD, -1, (int clock, int flags), clock, flags)
WRAP(int, pthread_create, PTHREAD_CREATE, plan.error,
     (pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *context), thread,
     attributes, run, context)

WRAP(ssize_t, sendto, SENDMSG, -1,
     (int fd, const void *bytes, size_t len, int flags, __CONST_SOCKADDR_ARG to, socklen_t size), fd, bytes,
     len, flags, to, size)

pid_t fork(void)
{
	BEHIND(fork);
	return strikes(FORK) ? -1 : behind();
}

static mode_t mode_of(int flags, va_list rest)
{
	return flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
	BEHIND(open);
	va_list rest;
	mode_t mode;

	va_start(rest, flags);
	mode = mode_of(flags, rest);
	va_end(rest);
	return strikes(OPEN) ? -1 : behind(path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...)
{
	BEHIND(openat);
	va_list rest;
	mode_t mode;

	va_start(rest, flags);
	mode = mode_of(flags, rest);
	va_end(rest);
	return strikes(OPENAT) ? -1 : behind(dir, path, flags, mode);
}

long syscall(long number_of_call, ...)
{
	BEHIND(syscall);
	va_list rest;
	long a[6];

	va_start(rest, number_of_call);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(rest, long);
	va_end(rest);
	return strikes(SYSCALL) ? -1 : behind(number_of_call, a[0], a[1], a[2], a[3], a[4], a[5]);
}
