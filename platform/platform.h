/* The door to the operating system. Three rooms behind it: linux (the real one), replay (a recording), and
 * the tests' fake. One thread owns a platform; nothing else in lotop opens sockets, reads /proc, or signals.
 *
 * A scan runs in steps so that its owner can serve jobs in between:
 *     platform_scan_begin(p, &request, facts);
 *     while ((error = platform_scan_step(p, 2000)) == 1)
 *             ... serve a job ...
 * The sockets are complete in `facts` after the first step; holders and processes fill in with later ones. The owner
 * takes the facts when the scan is done (0). For a first frame without owners it asks with request.owners = false.
 *
 * Errors: 0 / -errno. What could not be seen is a gap in facts, not an error; a step fails only when nothing at all can be
 * seen (no sock_diag and no /proc/net). */
#ifndef PLATFORM_PLATFORM_H
#define PLATFORM_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/slice.h"
#include "model/facts.h"
#include "model/probe.h"

struct platform;
struct target;                       /* a process under the sights: a pidfd and what was verified */

struct scan_request {
	bool bound_only;                 /* bound-but-not-listening sockets */
	bool leftovers;                  /* TIME-WAIT, FIN-WAIT-1/2, CLOSE-WAIT, LAST-ACK, CLOSING */
	bool connections;                /* ESTABLISHED loopback connections, each */
	bool owners;                     /* holders and processes */
	bool clients;                    /* client counts: without `connections` these are only counted, in the platform */
	bool other_netns;                /* listeners of other network namespaces, too */
	bool shares_leftovers;           /* leftovers may come as facts->leftovers, the same table in several scans; of those
					  * that differ in their peer alone only one (socket_fact.others), unless `connections` */
	bool is_quick;                   /* soon after another scan: who is known to hold what is looked at again with the next
					  * one that is not */
	bool heeds_wake;                 /* who scans also does when wake_fd is readable: what the kernel would have told of
					  * or counted need not be read again */
};

struct target_id {                   /* what the user saw and meant */
	struct endpoint local;
	uint64_t cookie;                 /* 0 = not known */
	uint64_t start_time;             /* of the process */
	uint32_t inode;
	int32_t pid;
	uint8_t state;                   /* enum socket_state of the socket */
};

struct target_status {               /* read now, by the verified handle; false/0 where it could not be read */
	bool has_exited;                 /* the pidfd is readable: nothing left to signal */
	bool is_zombie;                  /* leader is a zombie (threads may live on) */
	bool is_kernel_thread;           /* PF_KTHREAD */
	bool is_same_process;            /* start time equals target_id's */
	bool holds_socket;               /* some thread's descriptor still links socket:[inode] */
	bool socket_exists;              /* an exact lookup still answers with the inode and cookie */
	bool is_namespace_init;          /* pid 1 of its pid namespace (NSpid) */
	bool may_signal;                 /* signal 0 was permitted */
	char state;                      /* as process_fact.state */
	uint64_t ignored, blocked, caught; /* signal masks, bit n-1 for signal n: SigIgn, SigBlk, SigCgt */
	uint64_t start_time;             /* the start time that was read */
	char comm[16];                   /* RAW name right now (exec keeps every identity but this), NUL-terminated */
};

struct probe_request {
	struct endpoint at;              /* protocol and port; family 0 = no address in particular, else that one too */
	struct endpoint connect;         /* one connection to there, reset at once (TCP); family 0 = none */
	int32_t pid;                     /* whose limits matter; 0 = nobody's */
	int32_t waiters[PROBE_WAITERS];  /* who may wait for connections on the socket `inode`; 0 behind the last */
	uint32_t inode;                  /* of the socket that answers; 0 = none */
	bool is_unheld;                  /* nobody was seen to have it open: look where else it may be */
	int timeout_ms;                  /* of the connection */
	bool binds;                      /* trial binds, closed at once */
	bool elsewhere;                  /* look into other network namespaces */
	bool starts_nothing;             /* no other program: the firewall's rules are not asked of nft */
	bool only_binds;                 /* nothing but the trial binds, and whether the port is reserved: fast */
};

struct platform_ops {
	const char *name;                                   /* "linux", "replay", "fake" */
	int (*scan_begin)(struct platform *p, const struct scan_request *request, struct facts *facts);
	int (*scan_step)(struct platform *p, int64_t budget_us);   /* 1 = more to do, 0 = done, -errno */
	/* The socket that is bound to `local` in `state` right now, by the kernel's own lookup. 0, or -ENOENT. `remote` may be
	 * NULL (listener). */
	int (*lookup)(struct platform *p, const struct endpoint *local, const struct endpoint *remote,
		      uint8_t state, struct socket_fact *out);
	/* Ends one TCP connection, or what is left of one, of this network namespace: the kernel forgets it, the other end is
	 * reset. Told by its cookie; never a listener. 0, -ENOENT gone, -EPERM, -EOPNOTSUPP, or -errno. */
	int (*destroy)(struct platform *p, const struct socket_fact *socket);
	/* Asks and tries what a scan does not tell about one port. 0, or -EOPNOTSUPP (replay): *out untouched. What could not
	 * be asked is unknown in *out. Without `connect` nobody notices it. */
	int (*probe)(struct platform *p, const struct probe_request *request, struct probe *out);
	/* Readable when a rescan is worth while before the interval is over (socket destroyed ...); -1 = never. */
	int (*wake_fd)(struct platform *p);
	void (*wake_drain)(struct platform *p);
	/* Every process there is, as process facts of pid, ppid, group, session, start time, state and name, added to
	 * `out`; GAP_PROCESSES_HIDDEN where some may be missing. 0, -EOPNOTSUPP (replay), or -errno. */
	int (*processes)(struct platform *p, struct facts *out);
	/* The process `pid` and those that it descends from, with all that is known about each, added to `out`; it ends
	 * with the first that cannot be read. 0, -EOPNOTSUPP (replay), or -errno. */
	int (*lineage)(struct platform *p, int32_t pid, struct facts *out);
	/* pidfd_open and verification (start time equal before and after). -ESRCH gone, -ESTALE another process has the
	 * pid now, -EPERM may not be signalled, -ENOSYS no pidfd here, -EOPNOTSUPP replay. */
	int (*target_open)(struct platform *p, const struct target_id *id, struct target **out);
	int (*target_check)(struct platform *p, struct target *t, struct target_status *out);
	/* Sends through the pidfd; checks nothing itself. */
	int (*target_signal)(struct platform *p, struct target *t, int signal);
	void (*target_close)(struct platform *p, struct target *t);
	/* Runs a helper (argv, no shell) with `input` on its stdin, output discarded, as the invoking user, with a deadline.
	 * 0 when it ended with status 0; -ENOENT no such program; -EIO failed; -ETIMEDOUT. */
	int (*run)(struct platform *p, const char *const argv[], struct slice input, int timeout_ms);
	/* The same without input, and under sudo with its rights. */
	int (*run_own)(struct platform *p, const char *const argv[], int timeout_ms);
	void (*free)(struct platform *p);
};

struct platform {
	const struct platform_ops *ops;  /* first member of every implementation */
};

/* Thin calls through the table. */
static inline int platform_scan_begin(struct platform *p, const struct scan_request *r, struct facts *f)
{ return p->ops->scan_begin(p, r, f); }
static inline int platform_scan_step(struct platform *p, int64_t budget_us)
{ return p->ops->scan_step(p, budget_us); }
static inline int platform_lookup(struct platform *p, const struct endpoint *local, const struct endpoint *remote,
				  uint8_t state, struct socket_fact *out)
{ return p->ops->lookup(p, local, remote, state, out); }
static inline int platform_probe(struct platform *p, const struct probe_request *r, struct probe *out)
{ return p->ops->probe(p, r, out); }
static inline void platform_free(struct platform *p)
{ if (p) p->ops->free(p); }

/* platform/linux/linux.c. 0, or -errno when neither sock_diag nor /proc/net can be used. */
int platform_linux_new(struct platform **out);
int platform_linux_new_plain(struct platform **out);     /* the same without the BPF pass (--no-bpf) */
/* Gives up what is not needed any more when all is open, as far as this kernel lets us: capabilities; and what starts a
 * program or signals a process, where this one `only_looks`. For the calling thread and those that it starts later. */
void platform_linux_confine(bool only_looks);
/* platform/replay: plays `path`; *line gets the line of the first error. -EINVAL not a recording, else -errno. */
int platform_replay_new(const char *path, struct platform **out, unsigned *line);
/* Wraps `inner` (takes it, unless it fails) and appends every finished scan to `path` (created 0600, must not exist or be
 * empty). A file that cannot be written any more is GAP_RECORDING, not an error of the scan. `is_redacted`: without command
 * lines and names of users and projects. */
int platform_record_new(struct platform *inner, const char *path, bool is_redacted, struct platform **out);
/* The same to what is open already (a pipe), which stays the caller's, with the time between two scans in the header. */
int platform_record_to(struct platform *inner, int fd, int interval_ms, struct platform **out);

#endif
