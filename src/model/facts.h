/* One scan of the machine, raw: what the kernel said, nothing about what it means.
 * A platform fills it through the facts_add_* calls; snapshot_build() takes it and reads it.
 * Unknown is always representable: a number has its *_UNKNOWN value, a text is {NULL,0}; what could
 * not be seen at all is recorded as a gap and shown to the user. Text is RAW here (hostile, any bytes).
 * One thread at a time (the platform's); after snapshot_build() it never changes.
 * Sources: sock_diag(7), linux/inet_diag.h, proc(5), tcp(7); bit 13 (bound-inactive) is Linux 6.8. */
#ifndef MODEL_FACTS_H
#define MODEL_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/slice.h"
#include "model/fact.h"

enum gap_kind {                  /* what could not be seen; texts in the table of gap_text() */
	GAP_SOCK_DIAG,               /* refused: /proc/net instead; bound-only, v6only ... not seen */
	GAP_BOUND_ONLY,              /* this kernel cannot list bound-but-not-listening sockets (< 6.8) */
	GAP_DUMP_INTERRUPTED,        /* a dump stayed inconsistent after retries */
	GAP_PROTOCOL,                /* one protocol/family table could not be read */
	GAP_OWNERS_DENIED,           /* descriptors that may not be read (other users, setcap, undumpable) */
	GAP_OWNERS_FOREIGN,          /* the same for root: other namespaces; and what no process here holds */
	GAP_PROCESSES_HIDDEN,        /* /proc hides processes (hidepid, subset=pid, pid namespace) */
	GAP_DESCRIPTORS_EXHAUSTED,   /* EMFILE/ENFILE while looking for owners */
	GAP_PROC_MISSING,            /* /proc is not mounted: no owners at all */
	GAP_OWNERS_PENDING,          /* the hunt for owners has not finished in this frame */
	GAP_RECORDING,               /* the recording of the scans could not be written and has stopped */
	GAP_NETNS_HIDDEN,            /* processes whose network namespace may not be told */
	GAP_NETNS_UNREAD,            /* network namespaces that could not be read */
	GAP_LO_DOWN,                 /* the loopback device is down: who listens there cannot be reached */
	GAP_COUNT
};

struct gap_fact {
	uint8_t kind;                /* enum gap_kind */
	uint32_t count;              /* how many things it hides (sockets, processes); 0 = not countable */
	int32_t error;               /* errno, positive; 0 = none */
};

struct name_fact {               /* uid -> user name, ifindex -> device, protocol<<16|port -> service */
	uint32_t key;
	struct slice name;           /* raw */
};

struct kernel_limits {
	uint16_t ephemeral_low, ephemeral_high;   /* net.ipv4.ip_local_port_range; 0,0 = not known */
	uint16_t unprivileged_start;              /* net.ipv4.ip_unprivileged_port_start; default 1024 */
	uint32_t self_pid, self_uid;
};

enum facts_source { SOURCE_SOCK_DIAG, SOURCE_PROCFS, SOURCE_REPLAY };

struct leftovers;                /* what the facts of several scans share: model/shared.h */
struct owners;

struct facts {                       /* whatever is added here is to be compared in repeat.c */
	struct arena arena;          /* owns every array's texts below */
	uint8_t source;              /* enum facts_source */
	uint16_t machine;            /* that was looked at: 0 = this one, else the number of a source (joint.h) */
	bool owners_complete;        /* false while the hunt for holders goes on (GAP_OWNERS_PENDING) */
	bool lacks_bound;            /* bound-only sockets were not asked for, though others may be shown with them */
	bool has_connections;        /* ESTABLISHED loopback TCP was read or counted: client counts are known */
	bool has_other_netns;        /* asked for: listeners of other network namespaces are here, too */
	int64_t wall_ms;             /* when the socket tables were read */
	struct slice host;           /* raw host name */
	struct kernel_limits limits;
	struct socket_fact *sockets;    size_t socket_count, socket_cap;
	struct client_fact *clients;    size_t client_count, client_cap;
	const struct leftovers *leftovers;  /* a reference; NULL = all leftovers are among the sockets */
	int32_t leftovers_age_ms;    /* what expires sooner than this is over */
	const struct owners *owners; /* a reference; not NULL: holders and processes below are its own */
	struct holder_fact *holders;    size_t holder_count, holder_cap;
	struct process_fact *processes; size_t process_count, process_cap;   /* once per pid */
	struct directory_fact *directories; size_t directory_count, directory_cap;
	struct cgroup_fact *cgroups;    size_t cgroup_count, cgroup_cap;
	int32_t *ancestors;             size_t ancestor_count, ancestor_cap; /* own pid, ... up to 1 */
	struct name_fact *users;        size_t user_count, user_cap;
	struct name_fact *devices;      size_t device_count, device_cap;
	struct name_fact *services;     size_t service_count, service_cap;
	struct container_fact *containers; size_t container_count, container_cap;
	struct netns_fact *namespaces;  size_t namespace_count, namespace_cap;
	struct endpoint *addresses;     size_t address_count, address_cap;   /* of this machine, 127.0.0.1 among them:
						      * family and address; none = not known, or not asked for */
	int32_t *frozen;                size_t frozen_count, frozen_cap;     /* pids whose control group is frozen */
	struct wait_fact *waits;        size_t wait_count, wait_cap; /* of holders that may be left behind */
	struct gap_fact gaps[GAP_COUNT];size_t gap_count;
};

struct facts *facts_new(void);
void facts_free(struct facts *f);                     /* NULL is fine */
void facts_reset(struct facts *f);                    /* empties it, keeps the memory for the next scan */

struct socket_fact *facts_add_socket(struct facts *f);     /* zeroed but for the *_UNKNOWN values */
void facts_add_sockets(struct facts *f, const struct socket_fact *sockets, size_t count);
void facts_add_client(struct facts *f, const struct endpoint *local, uint32_t count);
/* Both take a reference of their own. Facts have leftovers among their sockets or shared ones, never both;
 * the same holds for holders and processes. */
void facts_share_leftovers(struct facts *f, const struct leftovers *shared, int32_t age_ms);
void facts_share_owners(struct facts *f, const struct owners *shared);
void facts_add_holder(struct facts *f, uint32_t inode, int32_t pid, int32_t fd);
/* Copies *process and its texts, with a NUL behind each; the caller adds every holder's pid, once. */
void facts_add_process(struct facts *f, const struct process_fact *process);
/* Both copy their texts; at most one for a directory and uid, or an id. */
void facts_add_directory(struct facts *f, const struct directory_fact *directory);
void facts_add_cgroup(struct facts *f, const struct cgroup_fact *cgroup);
void facts_add_ancestor(struct facts *f, int32_t pid);
void facts_add_user(struct facts *f, uint32_t uid, struct slice name);
void facts_add_device(struct facts *f, uint32_t ifindex, struct slice name);
void facts_add_service(struct facts *f, uint8_t protocol, uint16_t port, struct slice name);
void facts_add_container(struct facts *f, const struct container_fact *container);     /* copies its texts */
/* Copies its texts; once for an inode. */
void facts_add_netns(struct facts *f, const struct netns_fact *netns);
void facts_add_frozen(struct facts *f, int32_t pid);
void facts_add_wait(struct facts *f, const struct wait_fact *wait);     /* copies its text; once each */
void facts_add_address(struct facts *f, const struct endpoint *address);
/* Gaps of one kind are merged: counts add up, the first error stays. */
void facts_add_gap(struct facts *f, enum gap_kind kind, uint32_t count, int error);

struct gap_text {
	const char *what;            /* JSON "what", stable: "sock_diag", "bound_only", "owners", ... */
	const char *reason;          /* plain English, one line */
	const char *remedy;          /* what to do, or NULL */
};
const struct gap_text *gap_text(enum gap_kind kind);   /* static table */
/* How many, and the reason: "6 owners hidden: other users' processes". */
void gap_add(struct buf *out, const struct gap_fact *gap);

#endif
