/* What a kill would hit, told before it happens: the process among a row's holders, what else it holds,
 * who would restart it, what the signal will do, and why it will not be sent at all (objection.h). Pure: asks
 * no platform. */
#ifndef ACTION_PLAN_H
#define ACTION_PLAN_H

#include <stdbool.h>
#include <stdint.h>
#include "action/phrase.h"
#include "model/snapshot.h"
#include "platform/platform.h"

struct lineage;

enum { KILL_HELD_MAX = 8 };

enum kill_refusal {          /* why there will be no signal; the text says it to the user */
	KILL_ALLOWED, KILL_NO_HOLDER, KILL_IS_INIT, KILL_IS_SELF, KILL_IS_KERNEL, KILL_NOT_PERMITTED,
	KILL_GONE,
	KILL_IS_OTHER,       /* the pid belongs to another process now, or the socket to another holder */
	KILL_NO_PIDFD, KILL_REPLAY,
	KILL_ELSEWHERE,      /* it is on a machine that cannot be asked */
	KILL_NO_REMEDY,      /* there is no unit or container that could be stopped */
	KILL_NOT_WHOLE       /* its group or tree: somebody in it cannot be seen or signalled */
};

enum remedy_kind {           /* what the command of kill_plan.remedy stops, and with whose rights it is run */
	REMEDY_NONE, REMEDY_UNIT, REMEDY_USER_UNIT, REMEDY_CONTAINER, REMEDY_USER_CONTAINER
};

struct kill_plan {           /* a value: copied through the mailbox; all texts safe and NUL-terminated */
	struct target_id id;
	struct row_key key;
	enum kill_refusal refusal;
	char refusal_text[KILL_TEXT];    /* "" when allowed */
	char name[64], user[40];
	char command[KILL_TEXT];         /* "~/shop: next dev" as far as it is known */
	char address[64];                /* "127.0.0.1:3000" */
	char parent[64];                 /* "npm 4200"; "4200" when its name is unknown; "" = init, or none */
	char supervisor[KILL_TEXT];      /* "nodemon 4199 may restart it" or "" */
	char remedy[112];                /* "systemctl stop nginx.service": ends it for good; "" = no such command */
	enum remedy_kind remedy_kind;
	char effect[KILL_TEXT];          /* what TERM will do: "" as usual, "ignores TERM" */
	char confirm_twice[KILL_TEXT];   /* why a second confirmation is needed, "" when not */
	char held[KILL_HELD_MAX][64];    /* other sockets that it holds: "[::1]:9229" */
	uint32_t held_count;             /* may exceed KILL_HELD_MAX */
	int32_t clients;                 /* -1 not known */
	uint32_t other_holders;          /* processes besides this one that hold the same socket */
	char others[KILL_TEXT];          /* "sleep 8 holds the same socket: the port stays taken"; "" = nobody */
	int64_t up_ms;                   /* age of the process; -1 not known */
};

/* The process of `l` that is meant: `pid`, or the only holder, or of the largest group of the same name
 * the oldest (the master of a pre-fork server), of those that serve. NULL: no holder, or not this one. */
const struct holder *plan_choose(const struct listener *l, int32_t pid);
bool plan_holds(const struct listener *l, int32_t pid);
/* "127.0.0.1:3000", "udp [::]:53 in web". size > 3. */
void plan_set_address(char *out, size_t size, const struct listener *l);
/* Identity and texts. `h` NULL: nobody to name; `line`: its ancestors. */
void plan_describe(struct kill_plan *plan, const struct snapshot *s, const struct lineage *line,
		   const struct listener *l, const struct holder *h);
void plan_refuse(struct kill_plan *plan, enum kill_refusal refusal, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
