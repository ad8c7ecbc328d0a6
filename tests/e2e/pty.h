/* A program on a pseudo terminal, as a shell would start it: a keeper process leads the session and
 * outlives the program, because the kernel resets the terminal when a session leader ends, which would
 * hide what the program left behind. */
#ifndef E2E_PTY_H
#define E2E_PTY_H

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

struct pty {
	int master, slave;           /* -1 after pty_vanish() */
	int news;                    /* the keeper tells of the program: readable when it stopped or ended */
	int hold;                    /* closing it ends the keeper */
	pid_t keeper, program;
	struct termios before;       /* the terminal's settings when the program was started */
	bool is_stopped, has_ended;
	int status;                  /* of waitpid(2), once it has ended */
};

/* `env` is the whole environment. Ends the test program when the machine has no pty. */
void pty_start(struct pty *p, int rows, int cols, const char *const argv[], const char *const env[]);
/* Takes in what `news` has; updates is_stopped, has_ended, status. */
void pty_read_news(struct pty *p);
/* After SIGTSTP: what `fg` does. */
void pty_continue(struct pty *p);
void pty_resize(struct pty *p, int rows, int cols);
/* The terminal window is closed. The keeper swallows the SIGHUP that a shell would pass on, so only the
 * dead terminal tells. */
void pty_vanish(struct pty *p);
/* Ends the program (SIGKILL, when it still runs) and the keeper. */
void pty_end(struct pty *p);

#endif
