/* Owns the facts about one process that holds the socket. Refuses to know the other holders. */
#include "ui/details_facts.h"

#include "base/clock.h"
#include "base/text.h"
#include "model/age.h"
#include "model/role.h"
#include "model/terminal.h"
#include "model/tunnel.h"

static const struct process_fact *process(const struct details_context *c)
{
	return c->holder->process->fact;
}

static void add_command(struct buf *out, const struct details_context *c)
{
	if (c->holder->process->command)
		buf_add_string(out, c->holder->process->command);
	else if (process(c)->unknown & PROCESS_COMMAND_HIDDEN)
		buf_add_string(out, "not readable");
}

static void add_exe(struct buf *out, const struct details_context *c)
{
	text_escape(out, process(c)->exe);
	if (process(c)->unknown & PROCESS_EXE_HIDDEN)
		buf_add_string(out, "not readable");
}

static void add_cwd(struct buf *out, const struct details_context *c)
{
	if (c->holder->process->cwd)
		describe_path(out, c->holder->process->cwd, c->about->home);
	else if (process(c)->unknown & PROCESS_CWD_HIDDEN)
		buf_add_string(out, "not readable");
}

static void add_user(struct buf *out, const struct details_context *c)
{
	buf_add_string(out, c->holder->process->user);
}

static void add_tty(struct buf *out, const struct details_context *c)
{
	buf_add_string(out, c->holder->process->tty ? c->holder->process->tty : "none");
}

static void add_terminal(struct buf *out, const struct details_context *c)
{
	struct terminal t;

	if (terminal_parse(process(c)->environment, &t))
		terminal_add_text(out, &t);
}

/* From the second one on, as far as they were asked for. */
static void add_line(struct buf *out, const struct lineage *l)
{
	for (unsigned i = 1; i < l->count; i++)
		buf_printf(out, " < %s %d", l->line[i].name, l->line[i].pid);
	if (l->count < LINEAGE_MAX)
		buf_add_string(out, " < init 1");
}

/* The same from the snapshot alone: a recording, another machine. */
static void add_known_parents(struct buf *out, const struct details_context *c)
{
	const struct process *p = snapshot_process(c->about->snapshot, process(c)->ppid);

	for (unsigned i = 0; p && i < LINEAGE_MAX && p->fact->ppid; i++) {
		int32_t pid = p->fact->ppid;

		p = snapshot_process(c->about->snapshot, pid);
		if (p)
			buf_printf(out, " < %s %d", p->name, pid);
		else
			buf_printf(out, " < %d", pid);
	}
}

/* Up to init, as far as it is known. */
static void add_parents(struct buf *out, const struct details_context *c)
{
	const struct subject *about = c->about;

	if (process(c)->ppid <= 1) {
		buf_add_string(out, process(c)->ppid ? "init 1" : "0");
		return;
	}
	describe_parent(out, about, process(c));
	if (about->lineage && about->lineage->count && about->lineage_pid == process(c)->pid)
		add_line(out, about->lineage);
	else
		add_known_parents(out, c);
}

static void add_group(struct buf *out, const struct details_context *c)
{
	buf_printf(out, "%d, session %d", process(c)->group, process(c)->session);
}

static void add_process_state(struct buf *out, const struct details_context *c)
{
	static const struct {
		char letter;
		const char *meaning;
	} states[] = {
		{ 'R', "running" }, { 'S', "sleeping" }, { 'D', "stuck in the kernel" }, { 'Z', "zombie" },
		{ 'T', "stopped" }, { 't', "stopped by a tracer" }, { 'I', "idle" }, { 'X', "dead" },
	};

	buf_add_char(out, process(c)->state);
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (states[i].letter == process(c)->state)
			buf_printf(out, " (%s)", states[i].meaning);
}

static void add_started(struct buf *out, const struct details_context *c)
{
	int64_t started = process(c)->started_wall_ms;

	if (!started)
		return;
	clock_add_time(out, started);
	buf_add_string(out, ", for ");
	age_add(out, c->about->row->now_ms, started, c->listener->key.endpoint.port);
}

static void add_cgroup(struct buf *out, const struct details_context *c)
{
	text_escape(out, process(c)->cgroup);
}

static void add_descriptors(struct buf *out, const struct details_context *c)
{
	for (uint32_t i = 0; i < c->holder->fd_count; i++)
		buf_printf(out, i ? ", %d" : "%d", c->holder->fds[i]);
}

static void add_role(struct buf *out, const struct details_context *c)
{
	buf_add_string(out, role_name(c->holder->role));
}

static void add_project(struct buf *out, const struct details_context *c)
{
	const struct directory_fact *directory = c->holder->process->directory;

	if (c->holder->process->project)
		buf_add_string(out, c->holder->process->project);
	else if (directory && directory->state == PROJECT_STUCK)
		buf_add_string(out, "its directory does not answer: a file system that hangs");
}

static void add_unit(struct buf *out, const struct details_context *c)
{
	const struct process *p = c->holder->process;

	if (p->container)
		buf_printf(out, "container %s%s", p->container, p->unit ? ", " : "");
	buf_add_string(out, p->unit ? p->unit : "");
}

static void add_tunnel(struct buf *out, const struct details_context *c)
{
	struct forward forward;

	if (tunnel_find(process(c)->command, &c->listener->key.endpoint, &forward))
		tunnel_add_text(out, &forward);
}

static const struct details_fact facts[] = {
	{ "role", "exe, stat", add_role },
	{ "project", "cwd", add_project },
	{ "leads to", "cmdline", add_tunnel },
	{ "unit", "cgroup", add_unit },
	{ "command", "cmdline", add_command },
	{ "program", "exe", add_exe },
	{ "directory", "cwd", add_cwd },
	{ "user", "status", add_user },
	{ "terminal", "stat", add_tty },
	{ "within", "environ", add_terminal },
	{ "parents", "stat", add_parents },
	{ "group", "stat", add_group },
	{ "state", "stat", add_process_state },
	{ "started", "stat", add_started },
	{ "cgroup", "cgroup", add_cgroup },
	{ "descriptors", "fd", add_descriptors },
};

const struct details_fact *details_holder_facts(size_t *count)
{
	*count = sizeof facts / sizeof *facts;
	return facts;
}
