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
	copy.environment = arena_slice(arena, process->environment);
	return copy;
}

struct netns_fact netns_fact_copy(struct arena *arena, const struct netns_fact *netns)
{
	struct netns_fact copy = *netns;

	copy.name = arena_slice(arena, netns->name);
	copy.comm = arena_slice(arena, netns->comm);
	copy.cgroup = arena_slice(arena, netns->cgroup);
	return copy;
}

struct container_fact container_fact_copy(struct arena *arena, const struct container_fact *container)
{
	struct container_fact copy = *container;

	copy.id = arena_slice(arena, container->id);
	copy.name = arena_slice(arena, container->name);
	copy.image = arena_slice(arena, container->image);
	return copy;
}
