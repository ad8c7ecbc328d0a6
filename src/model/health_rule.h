/* One rule: what it is called, how weighty it is, when it holds. A new one is an entry beside its
 * function, in the file of its noun (health_*.c). */
#ifndef MODEL_HEALTH_RULE_H
#define MODEL_HEALTH_RULE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"

struct listener;
struct snapshot;

enum mark {                      /* numbers of the marks that code must name; others are counted on behind */
	MARK_STOPPED,                /* every holder is stopped (T/t): the port is held, nobody answers */
	MARK_FROZEN,                 /* the same by its control group: signals wait, too */
	MARK_ZOMBIE,                 /* a holder's thread group leader is a zombie */
	MARK_BOUND,                  /* reserved by bind(), not listening */
	MARK_STUCK,                  /* the same in several looks one after the other (recall.h) */
	MARK_FULL,                   /* accept queue longer than its limit: new connections time out */
	MARK_EXPOSED,                /* reachable from the network: wildcard (or, with --all, lan) listener */
	MARK_DELETED,                /* a holder's executable or directory was deleted */
	MARK_ORPHAN,                 /* its terminal, its session and its parent are gone */
	MARK_RESPAWNED,              /* another process has taken it over lately (recall.h) */
	MARK_HIDDEN,                 /* has an inode, but no holder was visible */
	MARK_LEFTOVER,               /* TIME-WAIT and the like */
	MARK_EPHEMERAL,              /* a server inside this kernel's ephemeral range */
	MARK_IDLE,                   /* no connection for a set time (recall.h) */
	MARK_UNNAMED
};

enum { MARKS_MAX = 32 };         /* a set of marks is an uint32_t: bits 1u << number */

struct health_rule {
	const char *id;              /* JSON and query name: "exposed" */
	uint8_t place;               /* its own: the smaller, the weightier */
	uint8_t mark;                /* enum mark */
	char sign;                   /* first column of the table: '!' */
	const char *title;           /* what it means, one line */
	const char *remedy;          /* what to do, one line; NULL = nothing */
	/* Does it hold? Appends the evidence (safe text, one line) when `evidence` is not NULL. NULL: one
	 * look does not tell (recall.h). */
	bool (*holds)(const struct snapshot *s, const struct listener *l, struct buf *evidence);
};

/* An entry without an id stands behind the last; their order does not matter. */
extern const struct health_rule health_sockets[];
extern const struct health_rule health_processes[];

#endif
