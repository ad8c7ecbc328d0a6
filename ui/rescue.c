/* Owns signal handlers, the saved terminal modes, and the bytes that undo what the dashboard did to the
 * terminal. A handler of a deadly signal writes them, restores the modes, and raises its signal again; the
 * others leave a note and ring. Refuses to know where the bytes come from (screen.c) and what events lead
 * to (tui.c). */
#include "ui/rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include "base/fatal.h"

enum { WRITE_WAIT_MS = 200, HOLD_WAIT_S = 1, STACK_BYTES = 64 * 1024 };

/* lotop's one mutable global, because a signal brings no argument. Written before the handlers are
 * installed, but for the atomics, which are lock-free and so allowed in a handler (C17 7.14.1.1). */
static struct {
	struct termios saved;
	char leave[256];
	size_t leave_len;
	int event_fd;
	int terminal, nowhere;   /* copies that belong to the way back: stdout and /dev/null; -1 = none */
	pthread_mutex_t hold;    /* who changes the terminal; for threads only, no handler takes it */
	void *stack;             /* for handlers, also after an overflow; NULL when a sanitizer has set one */
	atomic_uint events;      /* enum screen_event bits */
	atomic_bool is_armed;
} rescue = { .event_fd = -1, .terminal = -1, .nowhere = -1, .hold = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP };

static const int deadly[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGSEGV, SIGABRT, SIGBUS, SIGFPE };
static const int noted[] = { SIGWINCH, SIGTSTP, SIGCONT };

enum { DEADLY_COUNT = sizeof deadly / sizeof *deadly, NOTED_COUNT = sizeof noted / sizeof *noted };

/* A terminal that Ctrl-S has stopped would block the write, and with it the signal: then it stays as it
 * is. Whatever another thread is drawing meanwhile goes nowhere. */
static void restore_terminal(void)
{
	struct pollfd out = { .fd = rescue.terminal, .events = POLLOUT };

	if (!atomic_exchange(&rescue.is_armed, false))
		return;
	if (rescue.nowhere < 0 || rescue.terminal < 0 || dup2(rescue.nowhere, STDOUT_FILENO) < 0)
		out.fd = STDOUT_FILENO;
	if (poll(&out, 1, WRITE_WAIT_MS) == 1 && !(out.revents & (POLLERR | POLLHUP))) {
		ssize_t written = write(out.fd, rescue.leave, rescue.leave_len);

		(void)written;                   /* nothing is left to try */
	}
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.saved);
}

/* Never released: the process ends. The wait has an end, because a terminal that Ctrl-S has stopped holds
 * whoever writes to it. */
static void restore_for_good(void)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += HOLD_WAIT_S;
	pthread_mutex_clocklock(&rescue.hold, CLOCK_MONOTONIC, &until);
	restore_terminal();
}

void rescue_hold(void)
{
	pthread_mutex_lock(&rescue.hold);
}

void rescue_release(void)
{
	pthread_mutex_unlock(&rescue.hold);
}

/* SA_RESETHAND: the signal that is raised here ends the process when the handler returns. */
static void on_deadly(int number)
{
	restore_terminal();
	raise(number);
}

static void on_noted(int number)
{
	int saved_errno = errno;
	unsigned event = SCREEN_CONTINUED;

	if (number != SIGCONT)
		event = number == SIGWINCH ? SCREEN_RESIZED : SCREEN_SUSPENDED;
	atomic_fetch_or(&rescue.events, event);
	eventfd_write(rescue.event_fd, 1);
	errno = saved_errno;
}

/* All signals are held back meanwhile; SIGTTOU too, or tcsetattr from the background would stop the
 * process for good. */
static void handle(int number, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	sigfillset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

static bool is_ignored(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static void handle_all(bool on)
{
	for (unsigned i = 0; i < DEADLY_COUNT; i++)
		if (!is_ignored(deadly[i]))              /* nohup means it */
			handle(deadly[i], on ? on_deadly : SIG_DFL, on ? SA_RESETHAND | SA_ONSTACK : 0);
	for (unsigned i = 0; i < NOTED_COUNT; i++)
		handle(noted[i], on ? on_noted : SIG_DFL, SA_RESTART);
}

static void begin_stack(void)
{
	stack_t old, own = { .ss_size = STACK_BYTES };

	if (sigaltstack(NULL, &old) || !(old.ss_flags & SS_DISABLE))
		return;
	rescue.stack = own.ss_sp = fatal_alloc(STACK_BYTES);
	sigaltstack(&own, NULL);
}

static void end_stack(void)
{
	stack_t none = { .ss_flags = SS_DISABLE };

	if (rescue.stack)
		sigaltstack(&none, NULL);
	free(rescue.stack);
	rescue.stack = NULL;
}

int rescue_begin(void)
{
	if (tcgetattr(STDIN_FILENO, &rescue.saved))
		return -errno;
	rescue.event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (rescue.event_fd < 0)
		return -errno;
	atomic_store(&rescue.events, 0);
	rescue.terminal = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	rescue.nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	atexit(restore_terminal);        /* curses ends the process by itself when it has no memory */
	begin_stack();
	handle_all(true);
	return 0;
}

static void close_kept(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void rescue_end(void)
{
	rescue_disarm();
	handle_all(false);
	end_stack();
	close_kept(&rescue.event_fd);
	close_kept(&rescue.terminal);
	close_kept(&rescue.nowhere);
}

void rescue_clear(void)
{
	rescue.leave_len = 0;
}

/* Padding ("$<5/>") is for tputs, which waits; a dying process does not. */
void rescue_add(const char *bytes)
{
	while (*bytes && rescue.leave_len < sizeof rescue.leave) {
		if (bytes[0] == '$' && bytes[1] == '<' && strchr(bytes, '>'))
			bytes = strchr(bytes, '>') + 1;
		else
			rescue.leave[rescue.leave_len++] = *bytes++;
	}
}

void rescue_arm(void)
{
	atomic_store(&rescue.is_armed, true);    /* first: the hook looks at it */
	fatal_set_hook(restore_for_good);
}

void rescue_disarm(void)
{
	atomic_store(&rescue.is_armed, false);
	fatal_set_hook(NULL);
}

void rescue_stop(void)
{
	handle(SIGTSTP, SIG_DFL, 0);
	raise(SIGTSTP);
	handle(SIGTSTP, on_noted, SA_RESTART);
	atomic_fetch_and(&rescue.events, ~(unsigned)SCREEN_CONTINUED);
}

int rescue_event_fd(void)
{
	return rescue.event_fd;
}

unsigned rescue_events(void)
{
	eventfd_t count;

	eventfd_read(rescue.event_fd, &count);
	return atomic_exchange(&rescue.events, 0);
}
