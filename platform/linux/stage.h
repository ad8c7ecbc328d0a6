/* The stages of a hunt: each looks at one process per step. Shared by hunt.c, which decides the order, and
 * stage.c, which takes the steps; nobody else includes it. */
#ifndef PLATFORM_LINUX_STAGE_H
#define PLATFORM_LINUX_STAGE_H

#include "platform/linux/cgroup_index.h"
#include "platform/linux/crew.h"
#include "platform/linux/holders.h"
#include "platform/linux/owner.h"
#include "platform/linux/pass.h"
#include "platform/linux/pid_list.h"
#include "platform/linux/process.h"
#include "platform/linux/roster.h"
#include "platform/linux/rotation.h"
#include "platform/linux/walk.h"
#include "platform/linux/wants.h"

enum { RECENT = 16 };

enum stage {
	STAGE_FIRST,
	STAGE_COLLECT, /* of the first hunt: two threads, then the helper's finds */
	STAGE_QUEUE,
	STAGE_DEEP,
	STAGE_LINKS,
	STAGE_RECENT,
	STAGE_CGROUP,
	STAGE_PASS,
	STAGE_CHANGED,
	STAGE_ALL,
	STAGE_TASKS,
	STAGE_DONE
};

struct hunt {
	int proc;                            /* borrowed */
	struct roster roster;
	struct holders *holders;             /* owned */
	struct rotation rotation;
	struct wants wants;
	struct cgroup_index *cgroups;        /* borrowed */
	struct crew *crew;                   /* owned; of the first hunt */
	size_t crew_at, crew_finds_at;       /* how much of the helper's results was taken */
	struct finds finds;                  /* scratch: of one process */
	struct pass pass;
	struct process_reader reader;
	struct passed passed;                /* what the last pass found */
	size_t passed_at;                    /* how much of it was taken */
	size_t links_at, links_left; /* roster index and how many are left in this round for connections */
	int64_t links_began_us, links_end_us;
	int64_t links_cost_us;               /* of this round so far */
	bool has_all_links;                  /* the round visits everybody, not only those with other descriptors */
	struct pid_list queue;               /* of the stages that visit a list */
	size_t queue_at;
	int32_t recent[RECENT];              /* ring of pids; 0 = none */
	size_t recent_at;
	enum stage stage;
	enum stage pending; /* STAGE_ALL, STAGE_TASKS: goes on in this scan; STAGE_DONE: nothing does */
	size_t round_at, round_left; /* roster index and how many are left in this round of a pending stage */
	size_t hint_at, deep_at;             /* where the rolling looks stand */
	int64_t scan_us;                     /* taken by the last three stages in this scan */
	int64_t cost_us;                     /* taken by this hunt in all its scans */
	int64_t deep_end_us;
	uint64_t scans, rotations;           /* the latter without the quick ones */
	uint64_t mount_looks;                /* how often it mattered whether /proc hides processes */
	uint64_t signature;                  /* of the sockets of the last scan */
	int exhausted;                       /* -EMFILE, -ENFILE in this scan */
	bool is_first;                       /* nobody was ever walked */
	bool is_hunting;                     /* owners were asked for in this scan */
	bool is_quick;                       /* no rotation goes on in this scan */
	bool is_shut_out;                    /* who was found is not shown by /proc; since the last pass began */
	bool may_pass;                       /* BPF is not forbidden */
	bool lacks_counts, repeats_pass;     /* see learn_counts() */
	bool may_hide;                       /* /proc may not show everybody; looked up now and then */
};

/* Takes one step of the present stage. False when there is none left. */
bool stage_step(struct hunt *h);
/* Has the number of its descriptors changed since it was walked? */
bool stage_has_changed(const struct hunt *h, const struct member *m);
/* The next member in a rotation through the roster; NULL when it is empty. */
struct member *stage_next(struct hunt *h, size_t *at);

#endif
