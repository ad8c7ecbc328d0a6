/* Runs a program to its end and keeps what it said: lotop itself, and the tools that it is compared with. */
#ifndef LIVE_RUN_H
#define LIVE_RUN_H

#include <stddef.h>
#include <stdint.h>

enum { RUN_WORDS = 32 };

struct run {
	char *output, *errors;       /* owned, NUL-terminated */
	size_t output_len, errors_len;
	int status;                  /* exit status, or 128 + signal (SIGKILL after the deadline of 20 s) */
};

/* `prepare` (may be NULL) runs in the child before exec: drops a uid, installs a filter. stdin is
 * /dev/null. */
struct run run_program(const char *const argv[], void (*prepare)(void));
/* run_program on the lotop under test; `arguments` are split at blanks. */
struct run run_lotop(const char *arguments, void (*prepare)(void));
void run_done(struct run *r);
/* Time of the processor that all children which have ended took together. */
int64_t run_children_cpu_ms(void);
/* Makes argv of the lotop under test and `arguments`, split at blanks. Returns the memory of the words,
 * for free(). */
char *run_split(const char *arguments, const char *argv[RUN_WORDS]);

/* Calls `prepare` and becomes argv[0]: a path is opened before, so that it need not be reachable for the
 * user that `prepare` turns into. Exit status 127 when that fails. */
_Noreturn void run_exec(const char *const argv[], void (*prepare)(void));

/* What `prepare` may be; deprive.h has more. */
void run_as_nobody(void);            /* uid and gid 65534, no other groups, no capabilities */

#endif
