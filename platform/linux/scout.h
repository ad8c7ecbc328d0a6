/* A disposable process for looks that may never return: a directory of another process can be on a stuck FUSE
 * or NFS, and then stat and open hang uninterruptibly. It is started when something is asked, answers one
 * packet with one packet in the order of the questions, and is killed when an answer takes longer than its
 * limit. One that does not die even then is left behind; SCOUT_LEFT_MAX of them are the most there can be.
 *
 * It has none of lotop's descriptors, signal handlers or terminal, and the privileges of the user on whose
 * behalf it looks. `work` runs in a fork of a process with threads: it may do system calls and use the stack,
 * and not allocate or lock. Needs close_range(2): Linux 5.9. One thread owns a scout; time is passed in. */
#ifndef PLATFORM_LINUX_SCOUT_H
#define PLATFORM_LINUX_SCOUT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/slice.h"

enum { SCOUT_LEFT_MAX = 4, SCOUT_REQUEST_MAX = 4096, SCOUT_ANSWER_MAX = 2048, SCOUT_ASKED_MAX = 32 };

struct scout {
	size_t (*work)(struct slice request, void *answer);      /* at most SCOUT_ANSWER_MAX bytes */
	int64_t limit_us;                /* per answer; ten times that while it waits for a processor */
	int64_t since_us;                /* when the oldest question was asked, or the last answer came */
	uint32_t uid, gid;               /* whose privileges it has */
	unsigned asked;                  /* questions without an answer */
	int fd;                          /* -1 = there is none */
	pid_t pid;
	pid_t left[SCOUT_LEFT_MAX];      /* ended or killed, but not seen to be dead; 0 = free */
};

void scout_init(struct scout *s, size_t (*work)(struct slice request, void *answer), int64_t limit_us);
void scout_done(struct scout *s);

/* Asks with the privileges of that user, where they can be taken: root takes anybody's, others have their
 * own. -EAGAIN: not now (questions of another user are open, or too many, or too many scouts are left
 * behind); -errno: it could not start. */
int scout_ask(struct scout *s, uint32_t uid, uint32_t gid, struct slice request, int64_t now_us);
/* The answer to the oldest question. -EAGAIN: not yet. -ETIMEDOUT: it took too long; -EPIPE: the scout died.
 * After these two all open questions are lost: the oldest is the one to blame. */
int scout_answer(struct scout *s, void *answer, size_t *len, int64_t now_us);
/* Lets it go when no question is open: it costs nothing to have none. */
void scout_rest(struct scout *s);

#endif
