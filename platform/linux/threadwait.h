/* What one thread waits for, told from the system call that it is in, or from the kernel's function that
 * it sleeps in where that may not be read (Yama, ptrace(2)). */
#ifndef PLATFORM_LINUX_THREADWAIT_H
#define PLATFORM_LINUX_THREADWAIT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/slice.h"
#include "model/fact.h"

enum { THREADWAIT_ARGUMENTS = 2 };

struct thread_wait {
	uint8_t kind;                /* enum wait_kind; WAIT_CONNECTION: on the socket of arguments[0] */
	bool is_timed;               /* it wakes by itself */
	bool has_arguments;
	uint64_t arguments[THREADWAIT_ARGUMENTS];
	const char *call;            /* static; NULL = not known */
	int error;                   /* 0, or why it could not be read, -errno */
};

void threadwait_read(int proc, int32_t pid, int32_t task, struct thread_wait *out);
/* How often it has begun to wait; false: that cannot be read. */
bool threadwait_switches(int proc, int32_t pid, int32_t task, uint64_t *out);
/* Has it seldom waited, in its whole life? Who looks for connections every few seconds and sleeps in
 * between has often. */
bool threadwait_is_rare(int proc, int32_t pid, int32_t task);

/* "230 0x1 0x0 ..." of /proc/PID/task/TID/syscall; false: it says nothing of that form. */
bool threadwait_parse_syscall(struct slice text, struct thread_wait *out);
/* "hrtimer_nanosleep" of wchan; false: a function that is not known. */
bool threadwait_parse_function(struct slice text, struct thread_wait *out);
/* The voluntary switches of /proc/PID/task/TID/status; false: no such line. */
bool threadwait_parse_switches(struct slice status, uint64_t *out);

#endif
