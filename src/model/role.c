/* Owns the rules by which the holders of a row get their roles, and the two tables of programs with a habit.
 * Asks nobody whether a process really waits for connections. */
#include "model/role.h"

#include <string.h>
#include "base/path.h"

static const char *const names[] = {
	[ROLE_SERVER] = "server", [ROLE_WORKER] = "worker", [ROLE_ACTIVATOR] = "activator",
	[ROLE_LEAKED] = "leaked",
};

/* They open a socket, and another program serves on it. */
static const char *const passers[] = {
	"systemd", "systemfd", "catflap", "cargo", "cargo-watch", "watchexec", "circusd", "einhorn",
	"start_server", "inetd", "xinetd", "dovecot",
};

static const char *const never_serving[] = {
	"sleep", "sh", "bash", "dash", "ksh", "fish", "cat", "tail", "tee", "less", "more", "make", "sudo", "su",
};

/* One file under many names: comm says which. */
static const char *const multicall[] = { "", "busybox", "toybox", "coreutils" };

#define IS_AMONG(table, name) is_among(table, sizeof(table) / sizeof *(table), name)

static bool is_among(const char *const *table, size_t count, struct slice name)
{
	for (size_t i = 0; i < count; i++)
		if (slice_is(name, table[i]))
			return true;
	return false;
}

const char *role_name(enum role role)
{
	return names[role];
}

enum habit role_habit(const struct process_fact *p)
{
	struct slice program = path_last(path_without_deleted(p->exe));

	if (IS_AMONG(passers, program) || IS_AMONG(passers, p->comm))
		return HABIT_PASSES_ON;
	if (IS_AMONG(multicall, program))
		program = p->comm;
	return IS_AMONG(never_serving, program) ? HABIT_NEVER_SERVES : HABIT_NONE;
}

static bool is_same_program(const struct process *a, const struct process *b)
{
	if (!a->fact->exe.len || !b->fact->exe.len)
		return !strcmp(a->name, b->name);
	return slice_equal(path_without_deleted(a->fact->exe), path_without_deleted(b->fact->exe));
}

static bool is_holder(const struct holder *holders, uint32_t count, int32_t pid)
{
	uint32_t low = 0;

	while (low < count) {
		uint32_t middle = low + (count - low) / 2;
		int32_t at = holders[middle].process->fact->pid;

		if (at == pid)
			return true;
		if (at < pid)
			low = middle + 1;
		else
			count = middle;
	}
	return false;
}

static const struct process *find_leader(const struct holder *holders, uint32_t count)
{
	const struct process *leader = NULL;

	for (uint32_t i = 0; i < count; i++) {
		const struct process *p = holders[i].process;

		if (p->habit == HABIT_NONE && (!leader || p->fact->start_time < leader->fact->start_time))
			leader = p;
	}
	return leader;
}

static bool is_relative(const struct process_fact *p, const struct process_fact *leader)
{
	return p->group == leader->group || (p->ppid > 1 && p->ppid == leader->ppid);
}

void role_assign(struct holder *holders, uint32_t count, uint32_t socket_count)
{
	const struct process *leader = find_leader(holders, count);

	for (uint32_t i = 0; i < count; i++) {
		const struct process *p = holders[i].process;
		bool is_family = leader && (is_relative(p->fact, leader->fact) ||
					    is_holder(holders, count, p->fact->ppid));

		if (p->habit == HABIT_PASSES_ON)
			holders[i].role = ROLE_ACTIVATOR;
		else if (p->habit == HABIT_NEVER_SERVES)
			holders[i].role = ROLE_LEAKED;
		else if (p == leader)
			holders[i].role = ROLE_SERVER;
		else if (is_same_program(p, leader))
			holders[i].role = is_family ? ROLE_WORKER : ROLE_SERVER;
		else
			holders[i].role = socket_count > 1 && !is_family ? ROLE_SERVER : ROLE_LEAKED;
	}
}
