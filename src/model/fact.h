/* The single facts: one socket, one holder, one process, what stands around it; raw, as the kernel said
 * it. Plain values without owners: texts are borrowed from the arena of whoever holds them (facts.h,
 * shared.h). Unknown is always representable: a number has its *_UNKNOWN value, a text is {NULL,0}.
 * Sources: sock_diag(7), linux/inet_diag.h, proc(5), tcp(7); bit 13 (bound-inactive) is Linux 6.8. */
#ifndef MODEL_FACT_H
#define MODEL_FACT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/slice.h"
#include "model/endpoint.h"
#include "model/project.h"

#define UID_UNKNOWN UINT32_MAX      /* an enumerator has to fit in an int */
#define QUEUE_UNKNOWN UINT32_MAX
enum { EXPIRES_UNKNOWN = -1 };

enum socket_state {          /* the kernel's TCP_* numbers where there is one */
	SOCKET_ESTABLISHED = 1, SOCKET_SYN_SENT, SOCKET_SYN_RECV, SOCKET_FIN_WAIT_1, SOCKET_FIN_WAIT_2,
	SOCKET_TIME_WAIT, SOCKET_CLOSE, SOCKET_CLOSE_WAIT, SOCKET_LAST_ACK, SOCKET_LISTEN, SOCKET_CLOSING,
	SOCKET_BOUND = 13,       /* bound, not listening; sock_diag state bit 13 */
	SOCKET_UNCONN = 14       /* UDP without a peer (a UDP socket with a peer is ESTABLISHED) */
};

enum tristate { TRISTATE_UNKNOWN = -1, TRISTATE_FALSE = 0, TRISTATE_TRUE = 1 };

struct socket_fact {
	struct endpoint local;
	struct endpoint remote;      /* all zero address and port when there is no peer */
	uint64_t cookie;             /* the kernel's own identity of the socket; 0 = not known (/proc/net) */
	uint64_t cgroup_id;          /* inode of its cgroup2 directory; 0 = not known */
	uint32_t inode;              /* 0 = no process can hold it (TIME-WAIT, orphan, not accepted) */
	uint32_t uid;                /* creator's uid; UID_UNKNOWN where inode is 0 */
	uint32_t queue_length;       /* LISTEN: connections waiting for accept; else bytes to read */
	uint32_t queue_limit;        /* LISTEN: backlog; else bytes not yet sent; QUEUE_UNKNOWN */
	uint32_t drops;              /* sk_drops; 0 where not known */
	int32_t expires_ms;          /* time until the kernel frees it (TIME-WAIT, orphaned FIN-WAIT-2) */
	uint8_t state;               /* enum socket_state */
	int8_t v6only;               /* enum tristate; unknown for IPv4 */
	uint8_t timer;               /* idiag_timer: 0 off 1 retransmit 2 keepalive 3 time-wait 4 probe */
	bool is_mptcp;
	uint32_t others;             /* TIME-WAIT: so many more with this local end, none of which lasts longer, are not
				      * told each (scan_request.shares_leftovers) */
};

/* What a thread does, as far as it can be told from the call that it is in. */
enum wait_kind {
	WAIT_UNKNOWN,                /* not readable, or a call that says nothing */
	WAIT_RUNS,                   /* it does not wait at all */
	WAIT_CONNECTION,             /* for connections on that socket */
	WAIT_PERHAPS,                /* for several things, the socket perhaps among them */
	WAIT_EVENTS,                 /* for an epoll that does not watch the socket */
	WAIT_SLEEP, WAIT_LOCK, WAIT_SIGNAL, WAIT_CHILD, WAIT_READ, WAIT_WRITE, WAIT_CONNECT, WAIT_FILE_LOCK,
	WAIT_DISK,
	WAIT_COUNT
};

struct wait_fact {                   /* what holder `pid` of a listening socket does with it */
	uint32_t inode;
	int32_t pid;
	int8_t is_waiting;           /* enum tristate: some thread for connections; FALSE: surely none */
	int8_t is_inheritable;       /* enum tristate: its descriptor lacks FD_CLOEXEC, may be a parent's */
	bool is_adopted;             /* whoever started it has ended: its parent is of another session */
	uint8_t kind;                /* enum wait_kind: of its main thread, else of the unsure one */
	int16_t error;               /* errno, positive: why that could not be read; 0 = it could */
	struct slice call;           /* raw: where that thread is, "clock_nanosleep"; empty = not known */
};

struct holder_fact {             /* process `pid` has socket `inode` open as descriptor `fd` */
	uint32_t inode;
	int32_t pid;
	int32_t fd;
};

/* How many established TCP connections have this local end. Told instead of the connections themselves
 * where they were only to be counted; ports on which nobody listens are left out. */
struct client_fact {
	struct endpoint local;
	uint32_t count;
};

enum process_unknown {           /* which process facts could not be read (permission or gone) */
	PROCESS_EXE_HIDDEN = 1, PROCESS_COMMAND_HIDDEN = 2, PROCESS_CWD_HIDDEN = 4, PROCESS_CGROUP_HIDDEN = 8
};

enum { PROCESS_COMMAND_MAX = 16 * 1024 };    /* a command line of that length is the begin of a longer one */
#define COMMAND_CUT "\xe2\x80\xa6"           /* behind what is shown of it */

enum process_tie {               /* what became of those that a process was started by */
	PROCESS_LEADER_GONE = 1,     /* it is not the leader of its session, and there is none any more */
	PROCESS_ADOPTED = 2          /* its parent is of another session: init or a subreaper took it in */
};

struct process_fact {
	int32_t pid, ppid, group, session;
	uint32_t uid, gid;           /* effective; UID_UNKNOWN */
	uint32_t tty_device;         /* tty_nr of /proc/PID/stat; 0 = no controlling terminal */
	uint64_t start_time;         /* clock ticks after boot, field 22 of stat: with pid, which process */
	int64_t started_wall_ms;     /* the same in wall time; 0 = not known */
	char state;                  /* R S D Z T t X I; '?' = not known */
	uint8_t unknown;             /* enum process_unknown bits */
	uint8_t ties;                /* enum process_tie bits */
	bool in_other_mounts;        /* its paths are not those of this process, or that is not known */
	struct slice comm;           /* raw, at most 15 bytes */
	struct slice exe;            /* raw link target; may end in " (deleted)" */
	struct slice command;        /* raw, argv separated by NUL; empty for kernel threads */
	struct slice cwd;            /* raw link target; may end in " (deleted)" */
	struct slice tty;            /* "pts/3", "tty1"; empty = none */
	struct slice cgroup;         /* cgroup2 path, "/user.slice/..." */
	struct slice environment;    /* raw NAME=value, a NUL behind each: those of terminal_names[] alone, and
				      * only of a process with a terminal */
};

struct directory_fact {          /* what stands around a working directory */
	struct slice path;           /* as in process_fact.cwd */
	uint32_t uid;                /* with whose rights it was looked at */
	uint8_t state;               /* enum project_state */
	struct project_fact project; /* of PROJECT_FOUND */
};

struct cgroup_fact {             /* where sockets were made whose holder is hidden, or is init */
	uint64_t id;                 /* socket_fact.cgroup_id */
	struct slice path;           /* as in process_fact.cgroup */
	uint32_t count;              /* processes in there that may hold them: those that cannot be looked into */
	int32_t pid;                 /* the first of them; 0 = none */
	struct slice name;           /* and its comm */
};

struct container_fact {          /* what an engine told: a container, or one port that it publishes */
	struct slice id;             /* 64 hexadecimal digits */
	struct slice name;
	struct slice image;
	struct endpoint published;   /* where, on this machine; family 0 = it is about the container itself */
	uint16_t inner_port;         /* and which port of the container stands behind */
};

struct wait_fact wait_fact_copy(struct arena *arena, const struct wait_fact *wait);
struct container_fact container_fact_copy(struct arena *arena, const struct container_fact *container);

struct netns_fact {              /* another network namespace of this machine in which sockets were found */
	uint32_t inode;              /* endpoint.netns */
	int32_t pid;                 /* a process in there; 0 = none was seen */
	struct slice name;           /* of ip-netns(8); empty = none */
	struct slice comm;           /* of that process */
	struct slice cgroup;         /* and its cgroup2 path */
};

struct netns_fact netns_fact_copy(struct arena *arena, const struct netns_fact *netns);
struct directory_fact directory_fact_copy(struct arena *arena, const struct directory_fact *directory);
/* With copies of all its texts in `arena`, a NUL behind each. */
struct process_fact process_fact_copy(struct arena *arena, const struct process_fact *process);
/* The same, with those texts of `before`, which is in the arena, that are equal: neighbours often are of one program. */
struct process_fact process_fact_copy_after(struct arena *arena, const struct process_fact *process,
					    const struct process_fact *before);

#endif
