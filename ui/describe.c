/* Owns the wording about a row. Refuses to judge: marks come from model/health, the kernel's choice from
 * model/exposure. */
#include "ui/describe.h"

#include <string.h>
#include "base/shorten.h"
#include "base/text.h"
#include "model/health.h"
#include "model/runtime.h"
#include "model/terminal.h"
#include "model/timeline.h"
#include "model/tunnel.h"
#include "ui/linkcolumn.h"

enum { OTHERS_SHOWN = 4, PAST_MARKS = 10 };

static void add_between(struct buf *out, size_t start)
{
	if (out->len > start)
		buf_add_string(out, DOT);
}

void describe_key(struct buf *out, const struct row_key *key, const char *device)
{
	if (key->kind == ROW_CLIENT_LEFTOVER)
		buf_printf(out, "client ports to :%u", key->endpoint.port);
	else
		endpoint_add(out, &key->endpoint, device);
}

void describe_endpoint(struct buf *out, const struct row *row)
{
	describe_key(out, &row->listener->key, row->listener->device);
	if (row->listener->netns)
		buf_printf(out, " in %s", row->listener->netns->label);
}

static void add_process(struct buf *out, const struct process *process)
{
	buf_printf(out, "%s %d", process->name, process->fact->pid);
}

void describe_path(struct buf *out, const char *safe, const char *home)
{
	size_t len = home ? strlen(home) : 0;

	if (len > 1 && !strncmp(safe, home, len) && (!safe[len] || safe[len] == '/')) {
		buf_add_char(out, '~');
		safe += len;
	}
	buf_add_string(out, safe);
}

/* Behind what the line that began at `start` says already. */
static void add_command(struct buf *out, size_t start, const char *command, const char *home,
			unsigned columns)
{
	struct buf text = { 0 };
	unsigned used;

	if (!command || !*command)
		return;
	buf_add_string(out, DOT);
	used = text_width(buf_string(out) + start);
	describe_path(&text, command, home);
	shorten_command(out, buf_string(&text), !columns ? text_width(buf_string(&text)) :
			columns > used ? columns - used : 0);
	buf_done(&text);
}

/* An owner that is not known is said to be so, but only where there is one: leftovers have none. */
static void add_owner_or_why(struct buf *out, const struct listener *l, const struct facts *facts)
{
	const struct holder *eldest = listener_eldest(l);

	if (eldest)
		add_process(out, eldest->process);
	else if (l->owner.certainty == OWNER_INFERRED)
		buf_printf(out, "inferred: %s", l->owner.unit ? l->owner.unit :
			   l->owner.container ? l->owner.container : l->owner.name);
	else if (l->socket->inode)
		buf_add_string(out, facts->owners_complete ? "owner not visible" : "looking for its owner");
	else
		buf_add_string(out, "no process holds it");
}

void describe_identity(struct buf *out, const struct subject *about)
{
	const struct listener *l = about->row->listener;
	const struct holder *eldest = listener_eldest(l);
	size_t start = out->len;

	if (l->host)
		buf_printf(out, "%s ", l->host->name);
	describe_endpoint(out, about->row);
	buf_printf(out, " %s", protocol_name(l->key.endpoint.protocol));
	if (l->socket->state != SOCKET_LISTEN && l->socket->state != SOCKET_UNCONN)
		buf_printf(out, " %s", socket_state_name(l->socket->state));
	buf_add_string(out, DOT);
	add_owner_or_why(out, l, about->snapshot->facts);
	if (eldest)
		add_command(out, start, eldest->process->command, about->home, about->columns);
}

void describe_parent(struct buf *out, const struct subject *about, const struct process_fact *of)
{
	const struct process *parent = snapshot_process(about->snapshot, of->ppid);
	const struct lineage *l = about->lineage_pid == of->pid ? about->lineage : NULL;

	if (parent)
		buf_printf(out, "%s %d", parent->name, of->ppid);
	else if (l && l->count && l->line[0].pid == of->ppid)
		buf_printf(out, "%s %d", l->line[0].name, of->ppid);
	else
		buf_printf(out, "%d", of->ppid);
}

static void add_queue(struct buf *out, const struct listener *l, size_t start)
{
	if (l->socket->state != SOCKET_LISTEN)
		return;
	add_between(out, start);
	buf_printf(out, "queue %u", l->queue_length);
	if (l->queue_limit != QUEUE_UNKNOWN)
		buf_printf(out, "/%u", l->queue_limit);
}

/* "(main) - next.js - nginx.service": behind the directory that it is about. */
static void add_work(struct buf *out, const struct process *p, size_t start)
{
	const struct project_fact *project = p->project ? &p->directory->project : NULL;
	struct runtime runtime;

	if (project && project->branch.len) {
		buf_add_string(out, " (");
		text_escape(out, project->branch);
		buf_add_char(out, ')');
	}
	if (runtime_find(p->fact->exe, p->fact->command, project ? project->files : 0, &runtime) &&
	    strcmp(runtime.name, p->name)) {
		add_between(out, start);
		buf_add_string(out, runtime.name);
	}
	if (p->container || (p->unit && p->cgroup.kind == UNIT_SERVICE))
		add_between(out, start);
	if (p->container)
		buf_printf(out, "container %s", p->container);
	else if (p->unit && p->cgroup.kind == UNIT_SERVICE)
		buf_add_string(out, p->unit);
}

static void add_tunnel(struct buf *out, const struct listener *l, const struct process_fact *p)
{
	struct forward forward;

	if (!tunnel_find(p->command, &l->key.endpoint, &forward))
		return;
	buf_add_string(out, "leads to ");
	tunnel_add_text(out, &forward);
}

static void add_loopback(struct buf *out, uint8_t family, uint16_t port)
{
	buf_printf(out, family == FAMILY_IPV4 ? "127.0.0.1:%u" : "[::1]:%u", port);
}

static void add_reached(struct buf *out, uint8_t family, uint16_t port, const struct listener *reached)
{
	const struct holder *eldest = reached ? listener_eldest(reached) : NULL;

	add_loopback(out, family, port);
	buf_add_string(out, reached ? " reaches " : " has no listener");
	if (eldest)
		add_process(out, eldest->process);
	else if (reached)
		endpoint_add(out, &reached->key.endpoint, reached->device);
}

static bool is_same(const struct listener *a, const struct listener *b)
{
	return a && b && row_key_compare(&a->key, &b->key) == 0;
}

/* Clients try the families of `localhost` in an order of their own: what they get where the two differ is
 * chance. */
void describe_reach(struct buf *out, const struct subject *about)
{
	const struct listener *self = about->row->listener;
	const struct endpoint *e = &self->key.endpoint;
	const struct listener *v4 = exposure_reached(about->snapshot, e->protocol, FAMILY_IPV4, e->port);
	const struct listener *v6 = exposure_reached(about->snapshot, e->protocol, FAMILY_IPV6, e->port);
	bool is_v4 = is_same(v4, self), is_v6 = is_same(v6, self);

	if (self->key.kind != ROW_LISTENER || about->row->is_gone)
		return;
	if (self->netns) {
		buf_printf(out,
			   "in %s %s: no address of this machine reaches it, its loopback is not this one",
			   self->netns->container ? "the container" : "the network namespace",
				self->netns->label);
		return;
	}
	if (is_v4 && is_v6) {
		buf_add_string(out, "localhost reaches this over IPv4 and IPv6");
	} else if (is_v4 || is_v6) {
		buf_printf(out, "localhost reaches this over %s only; ", is_v4 ? "IPv4" : "IPv6");
		add_reached(out, is_v4 ? FAMILY_IPV6 : FAMILY_IPV4, e->port, is_v4 ? v6 : v4);
	} else {
		buf_add_string(out, "localhost does not reach this; ");
		add_reached(out, FAMILY_IPV4, e->port, v4);
		buf_add_string(out, ", ");
		add_reached(out, FAMILY_IPV6, e->port, v6);
	}
}

void describe_health(struct buf *out, const struct subject *about)
{
	const struct listener *l = about->row->listener;
	const struct health_rule *rule = health_main(row_marks(about->row));
	struct buf evidence = { 0 };

	if (about->row->is_gone) {
		buf_add_string(out, "closed");
		return;
	}
	if (l->host && l->host->trouble) {
		buf_printf(out, "# stale: %s" DOT "R tries again", l->host->trouble);
		return;
	}
	if (!rule)
		return;
	row_explain_mark(about->row, about->snapshot, rule, &evidence);
	if (!evidence.len)
		buf_add_string(&evidence, rule->title);
	buf_printf(out, "%c %s: %s", rule->sign, rule->id, buf_string(&evidence));
	if (rule->remedy)
		buf_printf(out, DOT "%s", rule->remedy);
	buf_done(&evidence);
}

void describe_others(struct buf *out, const struct subject *about)
{
	const struct listener *l = about->row->listener;
	const struct holder *eldest = listener_eldest(l);
	unsigned shown = 0;

	if (l->holder_count < 2)
		return;
	buf_add_string(out, "also held by ");
	for (uint32_t i = 0; i < l->holder_count && shown < OTHERS_SHOWN; i++) {
		if (&l->holders[i] == eldest)
			continue;
		if (shown++)
			buf_add_string(out, ", ");
		add_process(out, l->holders[i].process);
	}
	if (l->holder_count - 1 > shown)
		buf_printf(out, " and %u more", l->holder_count - 1 - shown);
}

void describe_past(struct buf *out, const struct subject *about)
{
	const struct history *h = row_history(about->row);
	struct buf clients = { 0 };
	int most = 0;

	if (!h)
		return;
	buf_add_string(out, "last 10m ");
	timeline_add(out, h, about->row->now_ms, PAST_MARKS);
	timeline_add_clients(&clients, h, about->row->now_ms, PAST_MARKS, &most);
	if (most)
		buf_printf(out, DOT "clients %s up to %d", buf_string(&clients), most);
	buf_done(&clients);
}

bool describe_sentence(struct buf *out, const struct subject *about, unsigned index)
{
	static void (*const sentences[])(struct buf *, const struct subject *) = {
		describe_identity, describe_place, describe_health, describe_reach, describe_others,
		describe_past,
	};

	if (index >= sizeof sentences / sizeof *sentences)
		return false;
	sentences[index](out, about);
	return true;
}

static void add_end(struct buf *out, const char *role, const struct connection_end *end, const char *home,
		    unsigned columns)
{
	size_t start = out->len;

	buf_printf(out, "%s ", role);
	endpoint_add(out, &end->at, NULL);
	buf_add_string(out, DOT);
	link_add_process(out, end);
	if (end->process)
		add_command(out, start, end->process->command, home, columns);
}

bool describe_connection(struct buf *out, const struct connection *c, const char *home, unsigned columns,
			 unsigned index)
{
	switch (index) {
	case 0:
		add_end(out, "client", &c->client, home, columns);
		return true;
	case 1:
		add_end(out, "server", &c->server, home, columns);
		return true;
	case 2:
		connection_add_state(out, c);
		return true;
	default:
		return false;
	}
}

static void add_terminal(struct buf *out, const struct process *p)
{
	struct terminal terminal;

	buf_add_string(out, p->tty);
	if (!terminal_parse(p->fact->environment, &terminal))
		return;
	buf_add_string(out, DOT);
	terminal_add_text(out, &terminal);
}

static void add_parent(struct buf *out, const struct subject *about, const struct process_fact *fact)
{
	if (fact->ppid == 1) {
		buf_add_string(out, "child of init (1)");
		return;
	}
	buf_add_string(out, "parent ");
	describe_parent(out, about, fact);
}

/* Who started it, and where. */
static void add_origin(struct buf *out, const struct subject *about, const struct process *p, size_t start)
{
	if (p->fact->ppid > 0) {
		add_between(out, start);
		add_parent(out, about, p->fact);
	}
	if (p->tty) {
		add_between(out, start);
		add_terminal(out, p);
	}
}

static void add_directory(struct buf *out, const struct subject *about, const struct process *p, size_t start)
{
	if (p->cwd) {
		add_between(out, start);
		describe_path(out, p->cwd, about->home);
	}
	add_work(out, p, start);
}

/* What a narrow screen cuts is how it was started. */
void describe_place(struct buf *out, const struct subject *about)
{
	const struct listener *l = about->row->listener;
	const struct holder *eldest = listener_eldest(l);
	size_t start = out->len;

	if (eldest) {
		add_tunnel(out, l, eldest->process->fact);
		add_directory(out, about, eldest->process, start);
	} else if (l->user) {
		add_between(out, start);
		buf_printf(out, "opened by %s", l->user);
	}
	if (l->clients >= 0 && l->key.kind == ROW_LISTENER) {
		add_between(out, start);
		buf_printf(out, l->clients == 1 ? "%d client" : "%d clients", l->clients);
	}
	add_queue(out, l, start);
	if (eldest)
		add_origin(out, about, eldest->process, start);
}
