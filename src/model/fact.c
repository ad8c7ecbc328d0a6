/* Owns how one fact is copied with all its texts. Knows no scan and no table. */
#include "model/fact.h"

struct process_fact process_fact_copy(struct arena *arena, const struct process_fact *process)
{
	struct process_fact copy = *process;

	copy.comm = arena_slice(arena, process->comm);
	copy.exe = arena_slice(arena, process->exe);
	copy.command = arena_slice(arena, process->command);
	copy.cwd = arena_slice(arena, process->cwd);
	copy.tty = arena_slice(arena, process->tty);
	copy.cgroup = arena_slice(arena, process->cgroup);
	return copy;
}
