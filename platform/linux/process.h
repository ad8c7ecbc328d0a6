/* What is known about one process, read once per life: identity is (pid, start time), and an exec shows as
 * a changed name. A refresh reads `stat` alone: state, parent, terminal, name. */
#ifndef PLATFORM_LINUX_PROCESS_H
#define PLATFORM_LINUX_PROCESS_H

#include "model/facts.h"
#include "platform/linux/process_reader.h"
#include "platform/linux/process_texts.h"
#include "platform/linux/procfs.h"

struct process {                     /* zeroed = nothing known; `fact` points into it: moved by process_take() only */
	struct process_fact fact;
	char comm[16];
	char tty[PROCFS_TTY];
	char *texts;                 /* owned: exe, cwd, cgroup, command, environment, one behind the other */
};

uint64_t process_ticks(uint64_t start_ns);   /* a start by the machine's clock -> as in process_fact.start_time */

enum process_change { PROCESS_SAME, PROCESS_EXECED, PROCESS_OTHER };

struct taskiter_facts;

/* Reads everything, for the first time or again (setuid, chdir and exec leave little trace in stat).
 * 0, or -errno when it is gone (ESRCH, ENOENT) or not readable. */
int process_load(struct process *p, struct process_reader *r, int32_t pid);
/* The same when BPF saw the process a moment ago: only what it did not see is read, by pid. Pids are given out in
 * turn: one comes again when as many processes were started as there are pids. -EOPNOTSUPP in a time namespace. */
int process_load_seen(struct process *p, struct process_reader *r, const struct taskiter_facts *seen);
/* The same by way of a descriptor of its /proc/PID, or of a directory in there. */
int process_load_at(struct process *p, struct process_reader *r, int32_t pid, const struct process_place *place);
/* Takes over what stat says now. PROCESS_OTHER: it is gone, or the pid belongs to somebody else. After
 * PROCESS_EXECED, also where somebody else is its parent now, the rest is to be loaded again. */
enum process_change process_refresh(struct process *p, struct slice stat);
/* process_load() again; when it fails, all stays as it was. True when anything is different now. */
bool process_reload(struct process *p, struct process_reader *r);
/* As process_refresh(); *has_changed is set when anything is different now. */
enum process_change process_follow(struct process *p, struct slice stat, bool *has_changed);
void process_take(struct process *to, struct process *from);  /* nothing is left there */
void process_done(struct process *p);

#endif
