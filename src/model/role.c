/* Owns the rules by which the holders of a row get their roles, and the two tables of programs with a
 * habit. Who only inherited the socket is heir's to prove; the table of those that never serve stands in
 * where nothing of the sort could be read: beside a server that lives, as another user, in a recording
 * of an older version. */
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

/* Another process may serve than who opened the socket: its program goes before the eldest. */
static bool leads_before(const struct heir_case *c, const struct process *a, const struct process *b)
{
	bool serves = heir_program_serves(c, a);

	return serves == heir_program_serves(c, b) ? a->fact->start_time < b->fact->start_time : serves;
}

/* Who is leaked already is none. */
static const struct process *find_leader(const struct heir_case *c)
{
	const struct process *leader = NULL;

	for (uint32_t i = 0; i < c->row->holder_count; i++) {
		const struct process *p = c->row->holders[i].process;

		if (p->habit == HABIT_NONE && c->row->holders[i].role != ROLE_LEAKED &&
		    (!leader || leads_before(c, p, leader)))
			leader = p;
	}
	return leader;
}

static bool is_relative(const struct process_fact *p, const struct process_fact *leader)
{
	return p->group == leader->group || (p->ppid > 1 && p->ppid == leader->ppid);
}

static enum role role_beside(const struct listener *row, const struct process *p,
			     const struct process *leader)
{
	bool is_family = leader && (is_relative(p->fact, leader->fact) ||
				    is_holder(row->holders, row->holder_count, p->fact->ppid));

	if (p->habit == HABIT_PASSES_ON)
		return ROLE_ACTIVATOR;
	if (p->habit == HABIT_NEVER_SERVES)
		return ROLE_LEAKED;
	if (p == leader)
		return ROLE_SERVER;
	if (heir_is_same_program(p, leader))
		return is_family ? ROLE_WORKER : ROLE_SERVER;
	if (p->fact->pid == leader->fact->ppid)
		return ROLE_ACTIVATOR;
	return row->socket_count > 1 && !is_family ? ROLE_SERVER : ROLE_LEAKED;
}

void role_assign(const struct heir_case *c, struct holder *holders)
{
	const struct process *leader;

	for (uint32_t i = 0; i < c->row->holder_count; i++)
		holders[i].role = holders[i].process->habit != HABIT_PASSES_ON && heir_is_one(c, &holders[i])
					  ? ROLE_LEAKED : ROLE_SERVER;
	leader = find_leader(c);
	for (uint32_t i = 0; i < c->row->holder_count; i++)
		if (holders[i].role != ROLE_LEAKED)
			holders[i].role = (uint8_t)role_beside(c->row, holders[i].process, leader);
}
