/* Owns how one fact is copied with all its texts. Knows no scan and no table. */
#include "model/fact.h"

static struct slice copy_text(struct arena *arena, struct slice text, struct slice known)
{
	return text.len && slice_equal(text, known) ? known : arena_slice(arena, text);
}

struct process_fact process_fact_copy_after(struct arena *arena, const struct process_fact *process,
					    const struct process_fact *before)
{
	struct process_fact copy = *process;

	copy.comm = copy_text(arena, process->comm, before->comm);
	copy.exe = copy_text(arena, process->exe, before->exe);
	copy.command = copy_text(arena, process->command, before->command);
	copy.cwd = copy_text(arena, process->cwd, before->cwd);
	copy.tty = copy_text(arena, process->tty, before->tty);
	copy.cgroup = copy_text(arena, process->cgroup, before->cgroup);
	copy.environment = copy_text(arena, process->environment, before->environment);
	return copy;
}

struct process_fact process_fact_copy(struct arena *arena, const struct process_fact *process)
{
	const struct process_fact none = { 0 };

	return process_fact_copy_after(arena, process, &none);
}

struct directory_fact directory_fact_copy(struct arena *arena, const struct directory_fact *directory)
{
	struct directory_fact copy = *directory;

	copy.path = arena_slice(arena, directory->path);
	copy.project = project_fact_copy(arena, &directory->project);
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

struct wait_fact wait_fact_copy(struct arena *arena, const struct wait_fact *wait)
{
	struct wait_fact copy = *wait;

	copy.call = arena_slice(arena, wait->call);
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
