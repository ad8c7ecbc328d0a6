/* One frame of the truth: facts joined, folded and judged. Immutable after snapshot_build() and
 * shared between threads by reference counting (atomic); borrowed pointers live as long as a reference.
 *
 * A listener is one ROW: the sockets that share a row key. The key is what the user sees as "the same
 * port": (endpoint, kind). So SO_REUSEPORT groups and UDP sharers fold into one row with a count, a
 * restarted server keeps its row (its cookies changed: diff calls that rebound), and leftovers of one local
 * port fold into one row. Leftovers on the *client* side (an ephemeral local port where nobody listens; a
 * peer port that is not ephemeral, or where somebody listens) fold by (local address, peer port): their key
 * holds the peer's port. Facts that show one socket twice (same cookie) count once. Connected sockets are
 * no rows: TCP ones are clients of the listener that accepted them. */
#ifndef MODEL_SNAPSHOT_H
#define MODEL_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "model/cgroup.h"
#include "model/exposure.h"
#include "model/facts.h"
#include "model/host.h"
#include "model/netns.h"
#include "model/ports.h"

enum row_kind { ROW_LISTENER, ROW_BOUND, ROW_LEFTOVER, ROW_CLIENT_LEFTOVER };   /* UDP is ROW_LISTENER */

static inline bool row_kind_is_leftover(unsigned kind)
{
	return kind >= ROW_LEFTOVER;
}

struct row_key {
	struct endpoint endpoint;
	uint8_t kind;                    /* enum row_kind */
	uint16_t machine;                /* as facts->machine */
};
/* Endpoint order, but that at each port leftovers come last; then kind, then machine. */
int row_key_compare(const struct row_key *a, const struct row_key *b);

enum habit { HABIT_NONE, HABIT_PASSES_ON, HABIT_NEVER_SERVES };      /* of a program (model/role.h) */

struct process {                     /* texts are safe (base/text) and never NULL unless said */
	const struct process_fact *fact; /* raw facts, for JSON */
	const char *name;                /* comm, completed where it was cut at 15 bytes or is "MainThread" */
	const char *command;             /* argv joined by blanks, its first 4 KiB; NULL = not known */
	const char *cwd;                 /* NULL = not known */
	const char *tty;                 /* NULL = none */
	const char *user;                /* name, or the uid in decimal */
	const char *project;             /* "shop (main)"; NULL = none known */
	const struct directory_fact *directory;  /* where that comes from; NULL = nothing is known */
	const char *unit, *container;    /* by its cgroup; NULL = none */
	struct cgroup cgroup;            /* the same, raw; zeroed = none */
	const char *runtime;             /* what it runs: "next.js", "postgres"; NULL = not known. Static */
	bool is_plain_runtime;           /* only its language is known: "node" */
	uint8_t habit;                   /* enum habit */
};

enum role {                      /* by weight: the lowest one among the holders stands for the row */
	ROLE_SERVER,                 /* the eldest, or the eldest of another family on the same port */
	ROLE_WORKER,                 /* of the same program as a server, and forked */
	ROLE_ACTIVATOR,              /* opened it for others: systemd */
	ROLE_LEAKED                  /* another program, that merely inherited the descriptor */
};

struct holder {
	const struct process *process;
	const int32_t *fds;              /* ascending */
	uint32_t fd_count;
	uint8_t role;                    /* enum role */
};

enum certainty {
	OWNER_NONE,                      /* no process has it */
	OWNER_CERTAIN,                   /* seen to hold it */
	OWNER_INFERRED,                  /* by the cgroup it was made in: a description, never a target */
	OWNER_HIDDEN                     /* there may be one, but it cannot be seen, or not yet */
};

struct owner {                           /* safe texts; NULL = not known */
	const char *name, *unit, *container; /* of the process; of its cgroup */
	const char *reason;              /* one line; of CERTAIN only where nobody serves, else NULL */
	int32_t pid;                     /* 0 = not known */
	uint8_t certainty;               /* enum certainty */
};

struct publication {                     /* a container's port, which this row stands for */
	const struct container_fact *fact;
	const char *container;           /* safe: its name, or its short id */
};

struct listener {
	struct row_key key;
	const struct socket_fact *socket;       /* lowest cookie; of leftovers the longest-lived. Of shared ones
						 * (facts->leftovers) their own expires_ms is that of their reading */
	const struct socket_fact **sockets;     /* all that are folded into the row, ascending by cookie */
	const struct holder *holders;           /* ascending by pid */
	struct owner owner;                     /* of CERTAIN: listener_eldest() */
	const char *device;                     /* safe name, NULL = any device */
	const char *user;                       /* safe name of the socket's uid; NULL = not known */
	const char *service;                    /* NULL = none known */
	const struct host *host;                /* of a joint snapshot (joint.h); NULL = of no other */
	const struct publication *publication;  /* of a container's port; NULL = none, as far as was told */
	const struct netns *netns;              /* NULL = this one (key.endpoint.netns 0) */
	uint32_t socket_count;
	uint32_t others;                        /* leftovers: sockets of the row that the facts do not tell each */
	uint32_t holder_count;
	uint32_t queue_length, queue_limit;     /* LISTEN: sums; else 0 and QUEUE_UNKNOWN */
	int32_t clients;                        /* LISTEN: accepted connections; -1 = not counted */
	int64_t expires_wall_ms;                /* leftovers: when all are gone; -1 = never by itself. A time:
						 * a row that merely waits is the same in every frame */
	uint32_t marks;                         /* bits of enum mark (model/health.h) */
	uint8_t range;                          /* enum port_range */
	uint8_t exposure;                       /* enum exposure */
	bool is_ephemeral, is_privileged;
};

struct snapshot {
	const struct facts *facts;
	const struct listener *listeners;       /* ascending by key, keys unique */
	size_t listener_count;
	const struct process *processes;        /* ascending by pid */
	size_t process_count;
	const struct host *hosts;               /* of a joint snapshot: by their numbers; facts and processes are */
	size_t host_count;                   /* those of the first, this machine. 0 = it is of one machine */
};

/* Takes `facts` (owned by the snapshot from now on). Returns a reference for the caller. */
const struct snapshot *snapshot_build(struct facts *facts);
/* The same, cheaper where `facts` share leftovers or owners with those of `before` (NULL: none). */
const struct snapshot *snapshot_build_after(struct facts *facts, const struct snapshot *before);
const struct snapshot *snapshot_ref(const struct snapshot *s);
void snapshot_unref(const struct snapshot *s);         /* NULL is fine */

/* The snapshot in which rows of that machine were judged: `s` unless it is joint. NULL: nothing of it yet. */
const struct snapshot *snapshot_of(const struct snapshot *s, uint16_t machine);
/* All who hold rows of that machine have been looked for; false while the search goes on. */
bool snapshot_knows_owners(const struct snapshot *s, uint16_t machine);

const struct listener *snapshot_find(const struct snapshot *s, const struct row_key *key);
const struct process *snapshot_process(const struct snapshot *s, int32_t pid);

/* LISTEN, BOUND, UNCONN, TIME-WAIT, FIN-WAIT-1 ...: the JSON and table spelling. */
const char *socket_state_name(enum socket_state state);
/* True when the endpoint's socket may be named by loopback: not EXPOSURE_LAN. */
bool listener_is_local(const struct listener *l);
/* How many sockets share the row, be they told or not. */
static inline uint32_t listener_sockets(const struct listener *l) { return l->socket_count + l->others; }
/* From `now_ms` (wall time) until its leftovers are gone, 0 when they should be; -1 = never by itself. */
int64_t listener_expires_ms(const struct listener *l, int64_t now_ms);
/* The holder that stands for a row: of the weightiest role who started first, then the lowest pid. NULL: none
 * was visible. */
const struct holder *listener_eldest(const struct listener *l);
/* Whether one server may be behind both: a process holds both, or who holds them is not seen and the user is the same. */
bool listener_may_be_same(const struct listener *a, const struct listener *b);
/* A deep copy in `arena`, valid without the snapshot (the row of something that is gone). */
const struct listener *listener_copy(struct arena *arena, const struct listener *l);

#endif
