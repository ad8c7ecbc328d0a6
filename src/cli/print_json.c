/* Rows as JSON, schema 1: keys are added by later versions, never renamed. Scalars come from the column
 * table, so they cannot disagree with the screen. What a process says about itself is given raw, not in its
 * safe form: JSON escapes it, and bytes that are no UTF-8 stand besides in "<key>_raw_b64". Not known is
 * null, never 0 or "". */
#include "cli/print.h"

#include <stdio.h>
#include "base/base64.h"
#include "base/clock.h"
#include "base/path.h"
#include "base/text.h"
#include "cli/jsonout.h"
#include "model/container.h"
#include "model/health.h"
#include "model/inference.h"
#include "model/role.h"
#include "model/runtime.h"
#include "model/terminal.h"
#include "model/tunnel.h"

static const char *const source_names[] = {
	[SOURCE_SOCK_DIAG] = "sock_diag", [SOURCE_PROCFS] = "procfs", [SOURCE_REPLAY] = "replay",
};

static void add_number(struct buf *out, const char *key, int64_t number)
{
	jsonout_key(out, key);
	jsonout_number(out, number);
}

/* What is empty is not known. */
static void add_raw(struct buf *out, const char *key, struct slice raw)
{
	struct buf base64 = { 0 };
	char raw_key[64];

	jsonout_key(out, key);
	if (!raw.len) {
		jsonout_null(out);
		return;
	}
	jsonout_text(out, raw);
	if (text_is_utf8(raw))
		return;
	base64_encode(&base64, raw);
	snprintf(raw_key, sizeof raw_key, "%s_raw_b64", key);
	jsonout_member(out, raw_key, buf_string(&base64));
	buf_done(&base64);
}

/* `wall_ms` 0 is not known. */
static void add_time(struct buf *out, const char *key, int64_t wall_ms)
{
	struct buf time = { 0 };

	if (wall_ms)
		clock_add_rfc3339(&time, wall_ms);
	jsonout_member(out, key, wall_ms ? buf_string(&time) : NULL);
	buf_done(&time);
}

static void add_value(struct buf *out, const char *key, struct value v)
{
	switch (v.kind) {
	case VALUE_BOOL:
		jsonout_key(out, key);
		jsonout_bool(out, v.number);
		break;
	case VALUE_NUMBER:
		add_number(out, key, v.number);
		break;
	case VALUE_TEXT:
	case VALUE_NULL:
		jsonout_member(out, key, v.kind == VALUE_TEXT ? v.text : NULL);
	}
}

/* The account's name as the system gave it, raw as all names of users are here; null where it gave none,
 * for the number stands in "uid". */
static void add_user(struct buf *out, const struct facts *facts, uint32_t uid)
{
	struct slice name = { 0 };

	for (size_t i = 0; i < facts->user_count; i++)
		if (facts->users[i].key == uid)
			name = facts->users[i].name;
	add_raw(out, "user", name);
}

/* argv as one line: the NULs between become blanks; those at the end (setproctitle) go. What the
 * platform cut tells so. */
static void add_command(struct buf *out, const struct process_fact *fact)
{
	struct buf line = { 0 };

	buf_add_slice(&line, fact->command);
	while (line.len && line.data[line.len - 1] == '\0')
		line.len--;
	for (size_t i = 0; i < line.len; i++)
		if (line.data[i] == '\0')
			line.data[i] = ' ';
	if (line.len >= PROCESS_COMMAND_MAX)
		buf_add_string(&line, COMMAND_CUT);
	add_raw(out, "command", buf_slice(&line));
	buf_done(&line);
}

/* What the screen shows: the kernel's comm, or the fuller name that the model found where comm says less. */
static void add_name(struct buf *out, const struct process *p)
{
	struct buf safe = { 0 };

	text_escape(&safe, p->fact->comm);
	if (slice_is(buf_slice(&safe), p->name))
		add_raw(out, "name", p->fact->comm);
	else
		jsonout_member(out, "name", p->name);
	buf_done(&safe);
}

static void add_runtime(struct buf *out, const struct process *p)
{
	uint32_t files = p->directory ? p->directory->project.files : 0;
	struct runtime runtime;

	jsonout_key(out, "runtime");
	if (!runtime_find(p->fact->exe, p->fact->command, files, &runtime)) {
		jsonout_null(out);
		return;
	}
	jsonout_open(out, '{');
	jsonout_member(out, "name", runtime.name);
	jsonout_member(out, "language", runtime.language);
	add_raw(out, "script", runtime.script);
	jsonout_close(out, '}');
}

static void add_project(struct buf *out, const struct process *p)
{
	const struct project_fact *project = p->project ? &p->directory->project : NULL;

	jsonout_key(out, "project");
	if (!project) {
		jsonout_null(out);
		return;
	}
	jsonout_open(out, '{');
	jsonout_member(out, "label", p->project);
	add_raw(out, "root", project->root);
	add_raw(out, "name", project->name);
	add_raw(out, "repository", project->repository.len ? project->repository
		: path_last(project->git_root));
	add_raw(out, "branch", project->branch);
	jsonout_key(out, "detached");
	jsonout_bool(out, project->is_detached);
	add_raw(out, "worktree", project->worktree);
	jsonout_close(out, '}');
}

static void add_publication(struct buf *out, const struct publication *p)
{
	jsonout_key(out, "published");
	if (!p) {
		jsonout_null(out);
		return;
	}
	jsonout_open(out, '{');
	add_raw(out, "container", p->fact->name);
	add_raw(out, "id", p->fact->id);
	add_raw(out, "image", p->fact->image);
	add_number(out, "port", p->fact->inner_port);
	jsonout_close(out, '}');
}

static void add_container(struct buf *out, const struct facts *facts, const struct cgroup *cgroup)
{
	jsonout_key(out, "container");
	if (cgroup->engine == CONTAINER_NONE) {
		jsonout_null(out);
		return;
	}
	jsonout_open(out, '{');
	jsonout_member(out, "engine", container_engine_name(cgroup->engine));
	add_raw(out, "id", cgroup->container);
	add_raw(out, "name", container_name(facts, cgroup->container));
	add_raw(out, "pod", cgroup->pod);
	jsonout_close(out, '}');
}

/* What is around the tty; the values are plain by their form. */
static void add_terminal(struct buf *out, const struct process_fact *fact)
{
	struct terminal t;

	jsonout_key(out, "terminal");
	if (!terminal_parse(fact->environment, &t)) {
		jsonout_null(out);
		return;
	}
	jsonout_open(out, '{');
	add_raw(out, "tmux_pane", t.pane);
	add_raw(out, "tmux_server", t.server);
	add_raw(out, "screen", t.screen);
	add_raw(out, "program", t.program);
	jsonout_close(out, '}');
}

/* "db:5432 through alice@bastion (ssh)" */
static void add_tunnel(struct buf *out, const struct holder *h, const struct endpoint *local)
{
	struct forward forward;
	struct buf text = { 0 };
	bool is_tunnel = tunnel_find(h->process->fact->command, local, &forward);

	if (is_tunnel)
		tunnel_add_text(&text, &forward);
	jsonout_member(out, "tunnel", is_tunnel ? buf_string(&text) : NULL);
	buf_done(&text);
}

/* null: this one. */
static void add_netns(struct buf *out, const struct netns *netns)
{
	jsonout_key(out, "netns");
	if (!netns) {
		jsonout_null(out);
		return;
	}
	jsonout_open(out, '{');
	jsonout_member(out, "label", netns->label);
	add_number(out, "inode", netns->fact->inode);
	add_raw(out, "name", netns->fact->name);
	jsonout_member(out, "container", netns->container);
	jsonout_number_if(out, "pid", netns->fact->pid, netns->fact->pid);
	jsonout_close(out, '}');
}

static void add_owner(struct buf *out, const struct owner *owner)
{
	jsonout_key(out, "owner");
	jsonout_open(out, '{');
	jsonout_member(out, "certainty", certainty_name(owner->certainty));
	jsonout_number_if(out, "pid", owner->pid, owner->pid);
	jsonout_member(out, "name", owner->name);
	jsonout_member(out, "unit", owner->unit);
	jsonout_member(out, "container", owner->container);
	jsonout_member(out, "reason", owner->reason);
	jsonout_close(out, '}');
}

static void add_holder(struct buf *out, const struct facts *facts, const struct listener *l,
		       const struct holder *h)
{
	const struct process_fact *fact = h->process->fact;

	jsonout_open(out, '{');
	add_number(out, "pid", fact->pid);
	add_name(out, h->process);
	add_command(out, fact);
	add_time(out, "start_time", fact->started_wall_ms);
	add_number(out, "start_ticks", (int64_t)fact->start_time);
	jsonout_number_if(out, "uid", fact->uid, fact->uid != UID_UNKNOWN);
	add_user(out, facts, fact->uid);
	jsonout_key(out, "fds");
	jsonout_open(out, '[');
	for (uint32_t i = 0; i < h->fd_count; i++)
		jsonout_number(out, h->fds[i]);
	jsonout_close(out, ']');
	add_raw(out, "tty", fact->tty);
	add_terminal(out, fact);
	add_raw(out, "cwd", fact->cwd);
	add_raw(out, "state", (struct slice){ &fact->state, fact->state != '?' });
	jsonout_member(out, "role", role_name(h->role));
	add_runtime(out, h->process);
	add_project(out, h->process);
	add_raw(out, "unit", h->process->cgroup.unit);
	add_container(out, facts, &h->process->cgroup);
	add_tunnel(out, h, &l->key.endpoint);
	jsonout_close(out, '}');
}

/* Of connections that wait to be accepted: nothing but LISTEN has one. */
static void add_queue(struct buf *out, const struct listener *l)
{
	jsonout_key(out, "queue");
	if (l->socket->state != SOCKET_LISTEN) {
		jsonout_null(out);
		return;
	}
	jsonout_open(out, '{');
	add_number(out, "length", l->queue_length);
	jsonout_number_if(out, "limit", l->queue_limit, l->queue_limit != QUEUE_UNKNOWN);
	jsonout_close(out, '}');
}

static void add_marks(struct buf *out, uint32_t marks)
{
	const struct health_rule *rule;

	jsonout_key(out, "marks");
	jsonout_open(out, '[');
	while ((rule = health_next(&marks)))
		jsonout_text(out, slice_of(rule->id));
	jsonout_close(out, ']');
}

static unsigned find_scalars(const struct column *scalars[COLUMN_MAX])
{
	const struct column *all[COLUMN_MAX];
	unsigned all_count = column_all(all), count = 0;

	for (unsigned i = 0; i < all_count; i++)
		if (all[i]->json && !all[i]->is_raw_in_json)
			scalars[count++] = all[i];
	return count;
}

static void add_row(struct buf *out, const struct facts *facts, const struct row *row,
		    const struct column *const *scalars, unsigned scalar_count)
{
	const struct listener *l = row->listener;

	jsonout_open(out, '{');
	for (unsigned i = 0; i < scalar_count; i++)
		add_value(out, scalars[i]->json, scalars[i]->value(row));
	add_netns(out, l->netns);
	add_publication(out, l->publication);
	add_user(out, facts, l->socket->uid);
	add_queue(out, l);
	add_marks(out, row_marks(row));
	add_owner(out, &l->owner);
	jsonout_key(out, "holders");
	jsonout_open(out, '[');
	for (uint32_t i = 0; i < l->holder_count; i++)
		add_holder(out, facts, l, &l->holders[i]);
	jsonout_close(out, ']');
	jsonout_close(out, '}');
}

void print_json_row(struct buf *out, const struct facts *facts, const struct row *row)
{
	const struct column *scalars[COLUMN_MAX];
	unsigned count = find_scalars(scalars);

	add_row(out, facts, row, scalars, count);
}

static void add_gap(struct buf *out, const struct gap_fact *gap)
{
	const struct gap_text *text = gap_text(gap->kind);

	jsonout_open(out, '{');
	jsonout_member(out, "what", text->what);
	jsonout_number_if(out, "count", gap->count, gap->count > 0);
	jsonout_member(out, "reason", text->reason);
	jsonout_member(out, "remedy", text->remedy);
	jsonout_close(out, '}');
}

void print_json_head(struct buf *out, const struct facts *facts)
{
	add_number(out, "schema", PRINT_SCHEMA);
	add_time(out, "time", facts->wall_ms);
	add_raw(out, "host", facts->host);
	jsonout_member(out, "source", source_names[facts->source]);
	jsonout_key(out, "gaps");
	jsonout_open(out, '[');
	for (size_t i = 0; i < facts->gap_count; i++)
		add_gap(out, &facts->gaps[i]);
	jsonout_close(out, ']');
}

/* None where all rows are this machine's. */
static void add_hosts(struct buf *out, const struct snapshot *s)
{
	jsonout_key(out, "hosts");
	jsonout_open(out, '[');
	for (size_t i = 0; i < s->host_count; i++) {
		jsonout_open(out, '{');
		jsonout_member(out, "host", s->hosts[i].name);
		jsonout_member(out, "trouble", s->hosts[i].trouble);
		jsonout_close(out, '}');
	}
	jsonout_close(out, ']');
}

void print_json(struct buf *out, const struct snapshot *s, const struct rows *rows)
{
	const struct column *scalars[COLUMN_MAX];
	unsigned scalar_count = find_scalars(scalars);

	jsonout_open(out, '{');
	print_json_head(out, s->facts);
	add_hosts(out, s);
	jsonout_key(out, "listeners");
	jsonout_open(out, '[');
	for (size_t i = 0; i < rows->count; i++) {
		jsonout_line(out);
		add_row(out, snapshot_of(s, rows->items[i]->listener->key.machine)->facts, rows->items[i],
			scalars, scalar_count);
	}
	jsonout_close(out, ']');
	jsonout_close(out, '}');
	buf_add_char(out, '\n');
}
