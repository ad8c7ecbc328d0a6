/* The other processes of a group or a tree, each armed by its own pidfd before anybody is asked. All of
 * them or none: where one cannot be seen, armed or signalled, the reason is told instead. */
#ifndef ACTION_COMPANY_H
#define ACTION_COMPANY_H

#include <stdbool.h>
#include <stddef.h>
#include "model/snapshot.h"
#include "platform/platform.h"

enum company_kind { COMPANY_NONE, COMPANY_GROUP, COMPANY_TREE };

struct companion {
	struct target_id id;         /* without a socket: what it holds is not what is meant */
	struct target *target;       /* owned */
	char name[64];               /* safe */
	bool has_exited;
	bool is_elsewhere;           /* another company or a kill signals it: no target here */
	bool was_sent;               /* a signal, at least once */
};

struct company {                     /* zeroed = nobody */
	struct platform *platform;   /* borrowed */
	enum company_kind kind;
	int32_t leader;              /* the process that it was formed around; no member itself */
	int32_t group;               /* the leader's process group, once armed */
	struct companion *members;   /* owned; oldest first */
	size_t count, cap;
	bool has_ancestor;           /* lotop runs under one of them */
	bool was_sent;               /* company_send() was called: who joins from now on does not matter */
};

/* Finds and arms everybody in the leader's process group, or below it in the tree of processes. `s` tells who
 * lotop is. 0; -EACCES: not everybody can be seen here; -EPERM: one of them is in the way. Then why in `refusal`
 * (size bytes), and there is nobody. */
int company_arm(struct company *c, const struct snapshot *s, char *refusal, size_t size);
/* Has nobody joined since? Those who left do not matter, nor who joins after the first signal. */
bool company_is_whole(struct company *c);
/* To everybody who has not exited and still is who he was. */
void company_send(struct company *c, int signal);
/* Looks who has exited. Returns how many have not. */
size_t company_running(struct company *c);
bool company_has(const struct company *c, int32_t pid);
/* Leaves this member to somebody else. */
void company_leave(struct company *c, size_t index);
void company_done(struct company *c);

#endif
