/* Who holds what, kept from scan to scan, with the facts of each holder.
 *
 * How each change is noticed, and how long it can take at most (a scan is one interval, but no quick one; n owners, p
 * processes):
 *   a holder exits:
 *      its pidfd becomes readable: the next scan. Without pidfds: as "changes" below.
 *   fork, new process:
 *      the newest pid in /proc/loadavg moved: the next scan. clone3(set_tid): as SCM_RIGHTS.
 *   exec, setuid, stop, name:
 *      `stat` of ROTATION_REFRESH owners is read per scan, of ROTATION_REFRESH_DEEP in each
 *      HUNT_DEEP_EVERYth: n / 5 scans. An exec that keeps the name is noticed by what it closed.
 *      Whoever is younger than OWNER_YOUNG scans is read in each.
 *   close:
 *      ROTATION_VERIFY known descriptors are read per scan: (holder rows) / ROTATION_VERIFY scans;
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

struct holders;
struct finds;
struct find;
struct owner;
struct process_reader;
struct wants;
struct witness;

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
/* For rotation.c. An index is good until anybody is dropped: then the last one has the place of that one. */
size_t holders_size(const struct holders *h);
const struct owner *holders_at(const struct holders *h, size_t index);
/* What shows that it changes is kept open, from the scan after the one that found it: a one-shot command never makes
 * that, and needs nothing kept. True for the first time: who died or was followed by another process of its pid until
 * then shows in `stat`. */
bool holders_keep(struct holders *h, size_t index);
/* Reads the facts again. Who is gone is dropped. True when its table is to be walked, for it may hold something else,
 * or whoever has the pid now may. */
bool holders_refresh(struct holders *h, size_t index);
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

#endif
