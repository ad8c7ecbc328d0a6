/* Judgements on one row: a table of rules -> marks with evidence. Pure; never guesses: a rule
 * that cannot know stays silent. */
#ifndef MODEL_HEALTH_H
#define MODEL_HEALTH_H

#include <stdint.h>
#include "base/buf.h"

struct listener;
struct snapshot;

enum mark {                      /* bit numbers, by weight: the lowest set bit is the row's main mark */
	MARK_STOPPED,                /* every holder is stopped (T/t): the port is held, nobody answers */
	MARK_FROZEN,                 /* the same by its control group: signals wait, too */
	MARK_ZOMBIE,                 /* a holder's thread group leader is a zombie */
	MARK_BOUND,                  /* reserved by bind(), not listening */
	MARK_STUCK,                  /* the same in several looks one after the other (recall.h) */
	MARK_FULL,                   /* accept queue longer than its limit: new connections time out */
	MARK_INHERITED,              /* its server is gone: only those are left that inherited the socket */
	MARK_EXPOSED,                /* reachable from the network: wildcard (or, with --all, lan) listener */
	MARK_DELETED,                /* a holder's executable or directory was deleted */
	MARK_ORPHAN,                 /* its terminal, its session and its parent are gone */
	MARK_LEAKED,                 /* beside the server, another program inherited the socket */
	MARK_RESPAWNED,              /* another process has taken it over lately (recall.h) */
	MARK_INFERRED,               /* no holder was visible; its cgroup tells who it belongs to */
	MARK_HIDDEN,                 /* has an inode, but no holder was visible */
	MARK_UNHELD,                 /* everybody was visible, and no process has it open */
	MARK_LEFTOVER,               /* TIME-WAIT and the like */
	MARK_EPHEMERAL,              /* a server inside this kernel's ephemeral range */
	MARK_IDLE,                   /* no connection for a set time (recall.h) */
	MARK_COUNT
};

struct health_rule {
	enum mark mark;
	const char *id;              /* JSON and query name: "exposed" */
	char sign;                   /* first column of the table: '!' */
	const char *title;           /* what it means, one line */
	const char *remedy;          /* what to do, one line; NULL = nothing */
	/* Does it hold? Appends the evidence (safe text, one line) when `evidence` is not NULL. NULL: one
	 * look does not tell (recall.h). */
	_Bool (*holds)(const struct snapshot *s, const struct listener *l, struct buf *evidence);
};

const struct health_rule *health_rule(enum mark mark);                 /* static table */
const struct health_rule *health_main(uint32_t marks);                 /* the weightiest, NULL when none */
uint32_t health_judge(const struct snapshot *s, const struct listener *l);   /* bits 1u << enum mark */

#endif
