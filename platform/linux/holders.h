/* Who holds what, kept from scan to scan, with the facts of each holder.
 *
 * How each change is noticed, and how long it can take at most (a scan is one interval, but no quick one; n owners, p
 * processes):
 *   a holder exits:
 *      its pidfd becomes readable: the next scan. Without pidfds: as "changes" below.
 *   fork, new process:
 *      the newest pid in /proc/loadavg moved: the next scan. clone3(set_tid): as SCM_RIGHTS.
 *   exec, setuid, stop, name:
 *      `stat` of HOLDERS_REFRESH owners is read per scan, of HOLDERS_REFRESH_DEEP in each
 *      HUNT_DEEP_EVERYth: n / 5 scans. An exec that keeps the name is noticed by what it closed.
 *      Whoever is younger than HOLDERS_YOUNG scans is read in each.
 *   close:
 *      HOLDERS_VERIFY known descriptors are read per scan: (holder rows) / HOLDERS_VERIFY scans;
 *      those of the young in each. When the last holder closes, the socket dies: the next scan.
 *   dup, SCM_RIGHTS, pidfd_getfd:
 *      into an old process: the number of its descriptors changed: p / HUNT_HINTS scans (hunt.h).
 *      When it closed as many at the same time, or before Linux 6.2: one round of the rolling walk,
 *      HUNT_DEEP_US each HUNT_DEEP_EVERY scans.
 * A socket that nobody is known to hold is hunted at once (hunt.h). */
#ifndef PLATFORM_LINUX_HOLDERS_H
#define PLATFORM_LINUX_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "model/facts.h"

enum { HOLDERS_REFRESH = 3, HOLDERS_REFRESH_DEEP = 24, HOLDERS_VERIFY = 3, HOLDERS_YOUNG = 4 };

struct holders;
struct finds;
struct find;
struct process;
struct process_reader;
struct wants;

/* How one knows that the facts of a process and what was found in its table belong together. Zeroed = not at all:
 * then another look at a descriptor says so. */
struct witness {
	struct process *process;     /* borrowed: read by who walked the table; what is needed of it is taken */
	const struct taskiter_facts *seen;   /* borrowed: what BPF saw of it besides its table */
	uint64_t start_ns;           /* of whose table it was, as BPF saw it */
};

struct holders *holders_new(struct process_reader *reader);  /* borrows it */
void holders_free(struct holders *h);

/* What was found in the tables of `pid` replaces what was known; nothing found drops it. `is_new`: the
 * process was just born, so it may be about to exec and to close what it inherited. False when nothing could be
 * read about somebody new: it is gone, or /proc does not show it to lotop. */
bool holders_set(struct holders *h, int32_t pid, bool is_new, const struct witness *witness,
		 const struct find *found, size_t count);
bool holders_has(const struct holders *h, int32_t pid);
/* Drops those that exited. True when there were any. */
bool holders_reap(struct holders *h);
/* Both append to `again` the pids whose tables are to be walked. All of the young; and the rotation described above. */
struct pid_list;
void holders_refresh_young(struct holders *h, struct pid_list *again);
void holders_refresh(struct holders *h, bool is_deep, struct pid_list *again);
/* Forgets sockets that are not wanted any more, and counts each want's holders. */
void holders_count(struct holders *h, struct wants *wants);
bool holders_changed(const struct holders *h);           /* since holders_count() */

/* Appends what `pid` is known to hold of connections, where `finds` has nothing about that descriptor. */
void holders_add_passive(const struct holders *h, int32_t pid, const struct wants *wants,
			 struct finds *finds);
bool holders_has_tasks(const struct holders *h, int32_t pid); /* holds something in a thread's own table */
bool holders_is_held(const struct holders *h, uint32_t inode);       /* by a look at the known descriptors */
/* Holders and processes of the wanted: the same table as in the scan before unless something changed. All that is
 * held is wanted: holders_count() comes before. */
void holders_emit(struct holders *h, const struct wants *wants, struct facts *facts);

struct pid_list {                    /* zeroed = empty */
	int32_t *items;              /* owned */
	size_t count, cap;
};
void pid_list_add(struct pid_list *l, int32_t pid);      /* unless it is there */
void pid_list_done(struct pid_list *l);

#endif
