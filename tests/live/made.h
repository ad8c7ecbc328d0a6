/* What a situation consists of: the rows that a perfect observer would see, with every holder, and the
 * processes that were started to hold them. Printed as one line of JSON, in the spelling of `lotop list
 * --json`. */
#ifndef LIVE_MADE_H
#define LIVE_MADE_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum { MADE_ROWS = 4, MADE_HOLDERS = 8 };

struct made_row {
	char protocol[4], state[16], address[64], device[16];
	uint16_t port;
	uint32_t inode;              /* 0 = no process can hold it */
	int v6only;                  /* -1 = IPv4 */
	int sockets;                 /* how many fold into the row */
	int queue_length, queue_limit;       /* -1 = not asserted */
	struct { pid_t pid; int fd; } holders[MADE_HOLDERS];
	int holder_count;
};

struct made {
	struct made_row rows[MADE_ROWS];
	int row_count;
	int absent_port;             /* this port must not be a row at all; 0 = nothing asserted */
};

/* A row read from the open descriptor `fd`: protocol, address, port, device, v6only, inode. Holder: none
 * yet. */
struct made_row *made_socket(struct made *m, int fd, const char *state);
/* A row that no descriptor leads to (TIME-WAIT and the like). */
struct made_row *made_bare(struct made *m, const char *address, uint16_t port, const char *state);
void made_holder(struct made_row *row, pid_t pid, int fd);
void made_print(const struct made *m, FILE *out);

/* A child that holds just `fd` (-1: nothing) and runs `body` (NULL: waits for ever). It dies with this
 * process. The caller keeps its own copy of `fd`. */
pid_t holder_start(int fd, void (*body)(int fd));
/* The same, and `fd` is closed here: the child is its only holder, and noted as one. */
pid_t holder_give(struct made_row *row, int fd, void (*body)(int fd));
/* Waits until the process is in `state` of /proc/PID/stat ('T', 'Z'), at most two seconds. */
void holder_await_state(pid_t pid, char state);
/* Ends all children and waits for them, so that what they held is free. Their own children come to this
 * process first (PR_SET_CHILD_SUBREAPER). */
void holders_end(void);

#endif
