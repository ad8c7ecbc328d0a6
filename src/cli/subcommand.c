/* The command table and the exit codes. Knows names and help, nothing of what a command does. */
#include "cli/subcommand.h"

#include "base/nearest.h"

static const struct subcommand subcommands[SUBCOMMAND_COUNT] = {
	[SUBCOMMAND_DASHBOARD] = { "", "", "the dashboard: everything that listens on loopback, live", NULL },
	[SUBCOMMAND_LIST] = { "list", "[FILTER...]", "print the table once, or JSON, and end", cmd_list },
	[SUBCOMMAND_WHY] = { "why", "[ADDR:]PORT", "why can I not bind it, why can I not reach it?", cmd_why },
	[SUBCOMMAND_KILL] = { "kill", "TARGET...", "end who holds a port, tell whether it is free", cmd_kill },
	[SUBCOMMAND_WAIT] = { "wait", "TARGET...", "until somebody listens, or a port is free", cmd_wait },
	[SUBCOMMAND_NEXT] = { "next", "", "print a port that is free", cmd_next },
	[SUBCOMMAND_WATCH] = { "watch", "[FILTER...]", "print changes as they come", cmd_watch },
	[SUBCOMMAND_RECORD] = { "record", "", "write changes as they come to a log, until it is ended", cmd_record },
	[SUBCOMMAND_LOG] = { "log", "[PORT]", "who had the port? What lotop record wrote", cmd_log },
	[SUBCOMMAND_CHECK] = { "check", "", "are the project's ports as its .lotop file has them?", cmd_check },
	[SUBCOMMAND_METRICS] = { "metrics", "", "print counts for a collector of metrics (OpenMetrics)", cmd_metrics },
	[SUBCOMMAND_STREAM] = { "stream", "", "print every scan, for lotop --from on another machine", cmd_stream },
	[SUBCOMMAND_HELP] = { "help", "[COMMAND]", "explain lotop, or one command", cmd_help },
};

static const char *const statuses[STATUS_COUNT] = {
	[STATUS_FOUND] = "done: found, answered, free, released; the dashboard was left by the user",
	[STATUS_NOTHING] = "nothing: no row matched, nobody to kill, no free port; why: the port is free",
	[STATUS_USAGE] = "usage: an option, a command or a filter was not understood",
	[STATUS_BLIND] = "could not look, or could not write the answer",
	[STATUS_REFUSED] = "refused: nothing was signalled",
	[STATUS_HELD] = "still held: the process has not ended, or somebody else has the port",
	[STATUS_PARTLY] = "partly: some targets were released, others were not",
	[STATUS_TIMEOUT] = "timed out: what was waited for did not happen",
	[STATUS_DIFFERENT] = "different: the ports are not as the project's file has them",
};

const struct subcommand *subcommand_get(enum subcommand_id id)
{
	return &subcommands[id];
}

const struct subcommand *subcommand_find(struct slice name)
{
	for (size_t i = SUBCOMMAND_DASHBOARD + 1; i < SUBCOMMAND_COUNT; i++)
		if (slice_is(name, subcommands[i].name))
			return &subcommands[i];
	return NULL;
}

uint32_t subcommand_bit(const struct subcommand *c)
{
	return 1u << (c - subcommands);
}

void subcommand_add_name(struct buf *out, const struct subcommand *c)
{
	buf_printf(out, *c->name ? "lotop %s" : "lotop%s", c->name);
}

void subcommand_add_unknown(struct buf *out, const char *name, const char *before, const char *otherwise)
{
	const char *names[SUBCOMMAND_COUNT] = { 0 };

	for (size_t i = SUBCOMMAND_DASHBOARD + 1; i < SUBCOMMAND_COUNT; i++)
		names[i - 1] = subcommands[i].name;
	buf_printf(out, "%s: no such command (", *name ? name : "''");
	nearest_add_hint(out, slice_of(name), names, before, otherwise);
	buf_add_char(out, ')');
}

const char *status_help(enum exit_status status)
{
	return statuses[status];
}
