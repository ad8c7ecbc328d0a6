/* A kill is a transaction on a verified process: begin (arm, plan), send (check again, signal), step (what
 * really happened). Shared by the dialog and the command line. Nothing here prints, asks, or sends a signal that was
 * not requested. Runs on the thread that owns the platform.
 *
 *   begin  the pidfd is opened before anything is asked and kept; refusals are part of the plan, not errors
 *   send   the same pidfd, still alive, same start time, still holds socket:[inode], exact lookup still has the
 *          (inode, cookie): any mismatch -> KILL_CHANGED and no signal
 *   step   by later snapshots and the pidfd: exited? port free? still held by a sibling? bound again by a new process? */
#ifndef ACTION_KILL_H
#define ACTION_KILL_H

#include <stdbool.h>
#include <stdint.h>
#include "model/snapshot.h"
#include "platform/platform.h"

enum { KILL_TEXT = 160, KILL_GRACE_MS = 5000, KILL_WATCH_MS = 2500, KILL_HELD_MAX = 8 };

enum kill_refusal {          /* why there will be no signal; the text says it to the user */
	KILL_ALLOWED, KILL_NO_HOLDER, KILL_IS_INIT, KILL_IS_SELF, KILL_IS_KERNEL, KILL_NOT_PERMITTED, KILL_GONE,
	KILL_IS_OTHER,       /* the pid belongs to another process now, or the socket to another holder */
	KILL_NO_PIDFD, KILL_REPLAY
};

struct kill_plan {           /* a value: copied through the mailbox; all texts safe and NUL-terminated */
	struct target_id id;
	struct row_key key;
	enum kill_refusal refusal;
	char refusal_text[KILL_TEXT];    /* "" when allowed */
	char name[64], user[40];
	char command[KILL_TEXT];         /* "~/shop: next dev" as far as it is known */
	char address[64];                /* "127.0.0.1:3000" */
	char parent[64];                 /* "npm 4200" or "" */
	char supervisor[KILL_TEXT];      /* "nodemon 4199 may restart it" or "" */
	char effect[KILL_TEXT];          /* what TERM will do: "" as usual, "ignores TERM", "is stopped: TERM waits until it continues" */
	char confirm_twice[KILL_TEXT];   /* why a second confirmation is needed, "" when not */
	char held[KILL_HELD_MAX][64];    /* other sockets that it holds: "[::1]:9229" */
	uint32_t held_count;             /* may exceed KILL_HELD_MAX */
	int32_t clients;                 /* -1 not known */
	uint32_t other_holders;          /* processes besides this one that hold the same socket */
	int64_t up_ms;                   /* age of the process; -1 not known */
};

enum kill_phase {             /* which of them end the story is told by is_final */
	KILL_ARMED,
	KILL_SENT,           /* not over yet; over at once for a signal that ends nothing (STOP, CONT, USR1) */
	KILL_EXITED,         /* the port's fate is not known yet; over when it could not be learned in KILL_WATCH_MS */
	KILL_RELEASED,       /* exited, port free; watched for KILL_WATCH_MS, then told again as over, with the same text */
	KILL_STILL_HELD,     /* exited, another process has the same socket; over after KILL_WATCH_MS */
	KILL_STILL_RUNNING,  /* KILL_GRACE_MS have passed; never over by itself: a second kill_send may follow */
	KILL_PENDING,        /* stopped or traced: the signal waits; never over by itself */
	KILL_CAME_BACK,      /* exited, a new socket has the port; over */
	KILL_CHANGED,        /* nothing was sent; over */
	KILL_FAILED          /* nothing was sent: `error`; over */
};

struct kill_status {         /* a value; `text` is the whole story in one line, as the status bar shows it */
	enum kill_phase phase;
	bool is_final;
	int signal;
	int error;                       /* errno of KILL_FAILED */
	int32_t new_pid;                 /* KILL_CAME_BACK, KILL_STILL_HELD */
	int64_t elapsed_ms;              /* since the signal */
	char text[KILL_TEXT];
};

struct kill;                 /* opaque; owns the target */

/* Picks the process `pid` among the holders of the row `key` in `s` (pid 0: the only one, else the oldest same-named one) and
 * arms it. Always gives a plan; *out is NULL when plan->refusal is set. */
void kill_begin(struct platform *p, const struct snapshot *s, const struct row_key *key, int32_t pid,
		struct kill_plan *plan, struct kill **out);
/* Checks again and signals. May be called again for an explicit escalation (same pidfd), while the story is not over. */
void kill_send(struct kill *k, int signal, int64_t now_ms, struct kill_status *status);
/* Looks at what happened. `s` is a newer snapshot than the one given last, or NULL: then only the pidfd and the exact lookup are
 * asked. True when there is news; *status is always what is known. */
bool kill_step(struct kill *k, const struct snapshot *s, int64_t now_ms, struct kill_status *status);
void kill_free(struct kill *k);      /* NULL is fine; closes the pidfd */

const char *kill_signal_name(int signal);            /* "TERM" */
int kill_signal_parse(struct slice text);            /* "TERM", "SIGTERM", "term", "15"; -EINVAL */

#endif
