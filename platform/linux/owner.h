/* One process that holds wanted sockets: its facts, what it holds of them, and what is kept open to see it change. */
#ifndef PLATFORM_LINUX_OWNER_H
#define PLATFORM_LINUX_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "platform/linux/descriptors.h"
#include "platform/linux/process.h"
#include "platform/linux/walk.h"

enum { OWNER_YOUNG = 4 };

struct owner {
	struct process process;
	struct find *held;           /* owned: one or two, of most */
	size_t held_count;
	uint32_t refreshes;          /* how often `stat` was read again; starts at OWNER_YOUNG for an old process */
	int pidfd, stat;             /* kept while descriptors are plenty; -1 = not kept */
	bool was_asked;              /* owner_keep() was called: it is not tried again */
};

/* How one knows that the facts of a process and what was found in its table belong together. Zeroed = not at all:
 * then another look at a descriptor says so. */
struct witness {
	struct process *process;     /* borrowed: read by who walked the table; what is needed of it is taken */
	const struct taskiter_facts *seen;   /* borrowed: what BPF saw of it besides its table */
	uint64_t start_ns;           /* of whose table it was, as BPF saw it */
};

struct wants;

/* The process of `found`, which holds nothing yet. `is_new`: it was just born. NULL when nothing could be read about
 * it that is sure to be of the process that was walked. */
struct owner *owner_new(struct process_reader *reader, const struct find *found, bool is_new,
			const struct witness *witness);
void owner_free(struct owner *o, struct descriptors *spare);         /* `spare`: where owner_keep() took them */
/* Opens a pidfd, which tells `epoll` of its exit by its pid, and `stat`, if there are descriptors to spare. */
void owner_keep(struct owner *o, int proc, int epoll, struct descriptors *spare);

/* Takes a copy. True when it held something else before. */
bool owner_set_held(struct owner *o, const struct find *found, size_t count);
/* Forgets what is not wanted any more, and counts the rest as holders. True when there was any. */
bool owner_forget_unwanted(struct owner *o, const struct wants *wants);

bool owner_is_young(const struct owner *o);  /* it may be about to exec and to close what it inherited */

/* OWNER_SUSPECT: it is young or did an exec, so that it may hold something else by now. */
enum owner_news { OWNER_OLD, OWNER_SUSPECT, OWNER_GONE };
/* Reads `stat` again, and the other facts where they may differ. *has_changed is set when any of them does. */
enum owner_news owner_refresh(struct owner *o, struct process_reader *reader, bool *has_changed);

#endif
