/* Owns the facts of the details page as tables: label, text, where it was read. Refuses to know what is
 * selected and how lines are drawn. */
#include "ui/details.h"

#include "base/clock.h"
#include "base/text.h"
#include "model/health.h"
#include "model/role.h"
#include "model/tunnel.h"

struct context {
	const struct subject *about;
	const struct listener *listener;
	const struct holder *holder;     /* of the holder table */
};

struct fact {
	const char *label;
	const char *source;              /* NULL = the socket's table; for a holder: below /proc/PID/ */
	void (*add)(struct buf *out, const struct context *c);
};

static void add_address(struct buf *out, const struct context *c)
{
	const struct endpoint *e = &c->listener->key.endpoint;

	describe_endpoint(out, c->about->row);
	buf_printf(out, "  %s over %s", protocol_name(e->protocol), family_name(e->family));
	if (endpoint_is_v4_mapped(e))
		buf_add_string(out, " (IPv4-mapped)");
	if (c->listener->socket->is_mptcp)
		buf_add_string(out, " (MPTCP)");
}

static void add_state(struct buf *out, const struct context *c)
{
	buf_add_string(out, socket_state_name(c->listener->socket->state));
	if (!c->about->row->is_gone)
		return;
	buf_add_string(out, ", closed at ");
	clock_add_time(out, c->about->row->changed_ms);
}

static void add_peer(struct buf *out, const struct context *c)
{
	if (c->listener->socket->remote.port)
		endpoint_add(out, &c->listener->socket->remote, NULL);
}

static void add_range(struct buf *out, const struct context *c)
{
	buf_add_string(out, port_range_name(c->listener->range));
	if (c->listener->is_privileged)
		buf_add_string(out, ", privileged");
}

static void add_ephemeral(struct buf *out, const struct context *c)
{
	const struct kernel_limits *limits = &c->about->snapshot->facts->limits;

	if (c->listener->is_ephemeral)
		buf_printf(out, "inside %u-%u: an outgoing connection may take this port",
			   limits->ephemeral_low, limits->ephemeral_high);
}

static void add_service(struct buf *out, const struct context *c)
{
	buf_add_string(out, c->listener->service ? c->listener->service : "");
}

static void add_exposure(struct buf *out, const struct context *c)
{
	buf_add_string(out, exposure_name(c->listener->exposure));
}

static void add_device(struct buf *out, const struct context *c)
{
	if (c->listener->device)
		buf_add_string(out, c->listener->device);
	else if (c->listener->key.endpoint.device)
		buf_printf(out, "interface %u", c->listener->key.endpoint.device);
}

static void add_v6only(struct buf *out, const struct context *c)
{
	if (c->listener->socket->v6only != TRISTATE_UNKNOWN)
		buf_add_string(out, c->listener->socket->v6only ? "yes: IPv6 only" : "no: serves IPv4 too");
}

static void add_queue(struct buf *out, const struct context *c)
{
	const struct listener *l = c->listener;

	if (l->socket->state != SOCKET_LISTEN)
		buf_printf(out, "%u bytes to read", l->queue_length);
	else if (l->queue_limit == QUEUE_UNKNOWN)
		buf_printf(out, "%u waiting for accept", l->queue_length);
	else
		buf_printf(out, "%u of %u waiting for accept", l->queue_length, l->queue_limit);
}

static void add_drops(struct buf *out, const struct context *c)
{
	if (c->listener->socket->drops)
		buf_printf(out, "%u packets", c->listener->socket->drops);
}

static void add_clients(struct buf *out, const struct context *c)
{
	if (c->listener->clients >= 0 && c->listener->key.kind == ROW_LISTENER)
		buf_printf(out, "%d connected from this machine", c->listener->clients);
}

static void add_expires(struct buf *out, const struct context *c)
{
	if (c->listener->expires_ms < 0)
		return;
	buf_add_string(out, "in ");
	clock_add_duration(out, c->listener->expires_ms);
}

static void add_sockets(struct buf *out, const struct context *c)
{
	if (c->listener->socket_count > 1)
		buf_printf(out, "%u share this address", c->listener->socket_count);
}

static void add_owner(struct buf *out, const struct context *c)
{
	if (c->listener->socket->uid == UID_UNKNOWN)
		return;
	buf_printf(out, "uid %u", c->listener->socket->uid);
	if (c->listener->user)
		buf_printf(out, " (%s)", c->listener->user);
}

static void add_inode(struct buf *out, const struct context *c)
{
	if (c->listener->socket->inode)
		buf_printf(out, "%u", c->listener->socket->inode);
}

static void add_cookie(struct buf *out, const struct context *c)
{
	if (c->listener->socket->cookie)
		buf_printf(out, "%#jx", (uintmax_t)c->listener->socket->cookie);
}

static void add_cgroup_id(struct buf *out, const struct context *c)
{
	if (c->listener->socket->cgroup_id)
		buf_printf(out, "%ju", (uintmax_t)c->listener->socket->cgroup_id);
}

static void add_since(struct buf *out, const struct context *c)
{
	const struct row *row = c->about->row;

	if (!row->since_ms)
		return;
	clock_add_time(out, row->since_ms);
	buf_add_string(out, ", for ");
	clock_add_duration(out, row->now_ms - row->since_ms);
}

static const struct fact socket_facts[] = {
	{ "address", NULL, add_address },
	{ "state", NULL, add_state },
	{ "peer", NULL, add_peer },
	{ "range", "RFC 6335", add_range },
	{ "ephemeral", "ip_local_port_range", add_ephemeral },
	{ "service", "known port names", add_service },
	{ "exposure", "address and device", add_exposure },
	{ "device", NULL, add_device },
	{ "IPv6 only", NULL, add_v6only },
	{ "queue", NULL, add_queue },
	{ "dropped", NULL, add_drops },
	{ "clients", "counted", add_clients },
	{ "free", NULL, add_expires },
	{ "sockets", NULL, add_sockets },
	{ "open since", "seen, or start time", add_since },
	{ "opened by", NULL, add_owner },
	{ "inode", NULL, add_inode },
	{ "cookie", NULL, add_cookie },
	{ "cgroup", NULL, add_cgroup_id },
};

static const struct process_fact *process(const struct context *c)
{
	return c->holder->process->fact;
}

static void add_command(struct buf *out, const struct context *c)
{
	if (c->holder->process->command)
		buf_add_string(out, c->holder->process->command);
	else if (process(c)->unknown & PROCESS_COMMAND_HIDDEN)
		buf_add_string(out, "not readable");
}

static void add_exe(struct buf *out, const struct context *c)
{
	text_escape(out, process(c)->exe);
	if (process(c)->unknown & PROCESS_EXE_HIDDEN)
		buf_add_string(out, "not readable");
}

static void add_cwd(struct buf *out, const struct context *c)
{
	if (c->holder->process->cwd)
		describe_path(out, c->holder->process->cwd, c->about->home);
	else if (process(c)->unknown & PROCESS_CWD_HIDDEN)
		buf_add_string(out, "not readable");
}

static void add_user(struct buf *out, const struct context *c)
{
	buf_add_string(out, c->holder->process->user);
}

static void add_tty(struct buf *out, const struct context *c)
{
	buf_add_string(out, c->holder->process->tty ? c->holder->process->tty : "none");
}

static void add_parent(struct buf *out, const struct context *c)
{
	const struct process *parent = snapshot_process(c->about->snapshot, process(c)->ppid);

	buf_printf(out, "%d", process(c)->ppid);
	if (parent)
		buf_printf(out, " %s", parent->name);
}

static void add_group(struct buf *out, const struct context *c)
{
	buf_printf(out, "%d, session %d", process(c)->group, process(c)->session);
}

static void add_process_state(struct buf *out, const struct context *c)
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

static void add_started(struct buf *out, const struct context *c)
{
	int64_t started = process(c)->started_wall_ms;

	if (!started)
		return;
	clock_add_time(out, started);
	buf_add_string(out, ", for ");
	clock_add_duration(out, c->about->row->now_ms - started);
}

static void add_cgroup(struct buf *out, const struct context *c)
{
	text_escape(out, process(c)->cgroup);
}

static void add_descriptors(struct buf *out, const struct context *c)
{
	for (uint32_t i = 0; i < c->holder->fd_count; i++)
		buf_printf(out, i ? ", %d" : "%d", c->holder->fds[i]);
}

static void add_role(struct buf *out, const struct context *c)
{
	buf_add_string(out, role_name(c->holder->role));
}

static void add_project(struct buf *out, const struct context *c)
{
	const struct directory_fact *directory = c->holder->process->directory;

	if (c->holder->process->project)
		buf_add_string(out, c->holder->process->project);
	else if (directory && directory->state == PROJECT_STUCK)
		buf_add_string(out, "its directory does not answer: a file system that hangs");
}

static void add_unit(struct buf *out, const struct context *c)
{
	const struct process *p = c->holder->process;

	if (p->container)
		buf_printf(out, "container %s%s", p->container, p->unit ? ", " : "");
	buf_add_string(out, p->unit ? p->unit : "");
}

static void add_tunnel(struct buf *out, const struct context *c)
{
	struct forward forward;

	if (tunnel_find(process(c)->command, &c->listener->key.endpoint, &forward))
		tunnel_add_text(out, &forward);
}

static const struct fact holder_facts[] = {
	{ "role", "program and age", add_role },
	{ "project", "cwd", add_project },
	{ "leads to", "cmdline", add_tunnel },
	{ "unit", "cgroup", add_unit },
	{ "command", "cmdline", add_command },
	{ "program", "exe", add_exe },
	{ "directory", "cwd", add_cwd },
	{ "user", "status", add_user },
	{ "terminal", "stat", add_tty },
	{ "parent", "stat", add_parent },
	{ "group", "stat", add_group },
	{ "state", "stat", add_process_state },
	{ "started", "stat", add_started },
	{ "cgroup", "cgroup", add_cgroup },
	{ "descriptors", "fd", add_descriptors },
};

static const char *socket_source(const struct facts *facts)
{
	static const char *const names[] = {
		[SOURCE_SOCK_DIAG] = "sock_diag",
		[SOURCE_PROCFS] = "/proc/net",
		[SOURCE_REPLAY] = "recording",
	};

	return names[facts->source];
}

static void add_facts(struct page *page, const struct context *c, const struct fact *facts, size_t count)
{
	const char *socket_table = socket_source(c->about->snapshot->facts);
	struct buf text = { 0 }, note = { 0 };

	for (size_t i = 0; i < count; i++) {
		buf_clear(&text);
		buf_clear(&note);
		facts[i].add(&text, c);
		if (c->holder)
			buf_printf(&note, "/proc/%d/", process(c)->pid);
		buf_add_string(&note, facts[i].source ? facts[i].source : socket_table);
		page_add_fact(page, STYLE_NORMAL, facts[i].label, buf_string(&text), buf_string(&note));
	}
	buf_done(&text);
	buf_done(&note);
}

static void add_marks(struct page *page, const struct context *c)
{
	struct buf evidence = { 0 };

	for (unsigned mark = 0; mark < MARK_COUNT; mark++) {
		const struct health_rule *rule = health_rule(mark);

		if (!(c->listener->marks & 1u << mark))
			continue;
		buf_clear(&evidence);
		rule->holds(c->about->snapshot, c->listener, &evidence);
		page_add_fact(page, STYLE_WARNING, rule->id, rule->title, "");
		page_add_fact(page, STYLE_NORMAL, " ", buf_string(&evidence), "");
		page_add_fact(page, STYLE_NORMAL, " ", rule->remedy, "");
	}
	buf_done(&evidence);
}

static void add_holders(struct page *page, struct context *c)
{
	struct buf title = { 0 };

	for (uint32_t i = 0; i < c->listener->holder_count; i++) {
		c->holder = &c->listener->holders[i];
		buf_clear(&title);
		buf_printf(&title, "Held by %s %d", c->holder->process->name, process(c)->pid);
		page_add_title(page, buf_string(&title));
		add_facts(page, c, holder_facts, sizeof holder_facts / sizeof *holder_facts);
	}
	if (!c->listener->holder_count && c->listener->socket->inode) {
		page_add_title(page, "Held by");
		page_add_text(page, STYLE_NORMAL, c->about->snapshot->facts->owners_complete
			      ? "a process that is not visible from here" : "still looking for the process");
	}
	buf_done(&title);
}

static void add_gaps(struct page *page, const struct facts *facts)
{
	if (facts->gap_count)
		page_add_title(page, "What could not be seen");
	for (size_t i = 0; i < facts->gap_count; i++) {
		const struct gap_text *text = gap_text(facts->gaps[i].kind);

		page_add_fact(page, STYLE_NORMAL, text->what, text->reason, "");
		page_add_fact(page, STYLE_NORMAL, " ", text->remedy, "");
	}
}

void details_build(struct page *page, const struct subject *about)
{
	struct context c = { .about = about, .listener = about->row->listener };
	struct buf reach = { 0 };

	page_add_title(page, "Socket");
	describe_reach(&reach, about);
	add_facts(page, &c, socket_facts, sizeof socket_facts / sizeof *socket_facts);
	page_add_fact(page, STYLE_NORMAL, "reach", buf_string(&reach), "listener lookup");
	if (c.listener->marks)
		page_add_title(page, "Marks");
	add_marks(page, &c);
	add_holders(page, &c);
	add_gaps(page, about->snapshot->facts);
	buf_done(&reach);
}
