/* A program in a session of its own, of which stdout and stderr are read. */
#ifndef STREAM_CHILD_H
#define STREAM_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "base/buf.h"

enum { CHILD_COMPLAINT_MAX = 400 };

struct child {                   /* zeroed = none */
	pid_t pid;               /* also its process group; 0 = none runs */
	int output, errors;      /* read ends, nonblocking */
	bool has_output, has_errors;     /* they are open: it may write there */
	struct buf complaint;    /* the last line of its stderr, raw, cut */
	bool is_line_over;       /* ... and the next byte begins another */
};

/* 0, or -errno: -ENOENT where there is no such program. Without a shell, stdin is empty, there is no terminal. */
int child_start(struct child *c, const char *const argv[]);
/* Bytes of its stdout; 0 = none right now, -EPIPE = it will write no more. */
ssize_t child_read(struct child *c, char *bytes, size_t size);
/* Takes what it wrote to stderr. */
void child_listen(struct child *c);
/* True when it has ended: *status as of waitpid(2). Its process id is not used any more then, and what it wrote and was
 * not read is lost. */
bool child_ended(struct child *c, int *status);
/* Asks it, then makes it end, with all of its session's first group; waits shortly. Nothing is left of it. */
void child_end(struct child *c);

#endif
