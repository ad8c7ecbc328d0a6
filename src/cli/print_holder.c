/* Owns who holds a socket, as JSON. What a process says about itself is given raw, not in its safe form: JSON
 * escapes it, and bytes that are no UTF-8 stand besides in "<key>_raw_b64". Not known is null, never 0 or
 * "". Knows no rows. */
#include "cli/print.h"

#include "base/path.h"
#include "base/text.h"
#include "cli/jsonout.h"
#include "model/container.h"
#include "model/role.h"
#include "model/runtime.h"
#include "model/terminal.h"
#include "model/tunnel.h"

/* The account's name as the system gave it, raw as all names of users are here; null where it gave none,
 * for the number stands in "uid". */
void print_json_user(struct buf *out, const struct facts *facts, uint32_t uid)
{
	struct slice name = { 0 };

	for (size_t i = 0; i < facts->user_count; i++)
		if (facts->users[i].key == uid)
			name = facts->users[i].name;
	jsonout_raw(out, "user", name);
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
	jsonout_raw(out, "command", buf_slice(&line));
	buf_done(&line);
}

/* What the screen shows: the kernel's comm, or the fuller name that the model found where comm says less. */
static void add_name(struct buf *out, const struct process *p)
{
	struct buf safe = { 0 };

	text_escape(&safe, p->fact->comm);
	if (slice_is(buf_slice(&safe), p->name))
		jsonout_raw(out, "name", p->fact->comm);
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
	jsonout_raw(out, "script", runtime.script);
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
	jsonout_raw(out, "root", project->root);
	jsonout_raw(out, "name", project->name);
	jsonout_raw(out, "repository", project->repository.len ? project->repository
		: path_last(project->git_root));
	jsonout_raw(out, "branch", project->branch);
	jsonout_flag(out, "detached", project->is_detached);
	jsonout_raw(out, "worktree", project->worktree);
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
	jsonout_raw(out, "id", cgroup->container);
	jsonout_raw(out, "name", container_name(facts, cgroup->container));
	jsonout_raw(out, "pod", cgroup->pod);
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
	jsonout_raw(out, "tmux_pane", t.pane);
	jsonout_raw(out, "tmux_server", t.server);
	jsonout_raw(out, "screen", t.screen);
	jsonout_raw(out, "program", t.program);
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

void print_json_holder(struct buf *out, const struct facts *facts, const struct listener *l,
		       const struct holder *h)
{
	const struct process_fact *fact = h->process->fact;

	jsonout_open(out, '{');
	jsonout_integer(out, "pid", fact->pid);
	add_name(out, h->process);
	add_command(out, fact);
	jsonout_time(out, "start_time", fact->started_wall_ms);
	jsonout_integer(out, "start_ticks", (int64_t)fact->start_time);
	jsonout_number_if(out, "uid", fact->uid, fact->uid != UID_UNKNOWN);
	print_json_user(out, facts, fact->uid);
	jsonout_key(out, "fds");
	jsonout_open(out, '[');
	for (uint32_t i = 0; i < h->fd_count; i++)
		jsonout_number(out, h->fds[i]);
	jsonout_close(out, ']');
	jsonout_raw(out, "tty", fact->tty);
	add_terminal(out, fact);
	jsonout_raw(out, "cwd", fact->cwd);
	jsonout_raw(out, "state", (struct slice){ &fact->state, fact->state != '?' });
	jsonout_member(out, "role", role_name(h->role));
	add_runtime(out, h->process);
	add_project(out, h->process);
	jsonout_raw(out, "unit", h->process->cgroup.unit);
	add_container(out, facts, &h->process->cgroup);
	add_tunnel(out, h, &l->key.endpoint);
	jsonout_close(out, '}');
}
