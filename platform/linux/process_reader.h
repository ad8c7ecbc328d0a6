/* What the reading of many processes has in common: what lotop itself is like, and what was just learnt of others.
 * One for each thread. */
#ifndef PLATFORM_LINUX_PROCESS_READER_H
#define PLATFORM_LINUX_PROCESS_READER_H

#include "base/buf.h"
#include "base/map.h"

struct process_reader {
	uint32_t mounts;                     /* lotop's own mount namespace; 0 = not known */
	bool shares_clock;                   /* /proc tells starts by the machine's own clock: no time namespace */
	int proc;                            /* borrowed: /proc */
	int32_t session;                     /* whose leader was looked for last; 0 = nobody's */
	bool is_leader_gone;
	struct map paths;                    /* key -> where the path begins in the texts */
	struct buf path_texts;               /* one behind the other, a NUL behind each */
};

void process_reader_init(struct process_reader *r, int proc);
void process_reader_done(struct process_reader *r);
/* What it learnt is true for a moment: with every scan. */
void process_reader_forget(struct process_reader *r);

/* Has the leader of this session ended? */
bool process_reader_misses_leader(struct process_reader *r, int32_t session);
/* Processes that were seen together and have the same key, which is not 0, have the same path. Borrowed until the
 * next is kept; empty = not known. */
struct slice process_reader_path(const struct process_reader *r, uint64_t key);
void process_reader_keep_path(struct process_reader *r, uint64_t key, struct slice path);

/* The number of a namespace, from its link at `path` in `dir`: "mnt:[4026531841]"; 0 = not known. */
uint32_t process_reader_namespace(int dir, const char *path);
/* Is this mount namespace another one, so that the names of its directories are not those that lotop would use? */
bool process_reader_is_elsewhere(const struct process_reader *r, uint32_t mounts);

#endif
