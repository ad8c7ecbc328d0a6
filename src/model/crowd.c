/* Owns how a process is shown. Knows how its name gets lost: cut at 15 bytes by the kernel, or replaced by
 * the name of its main thread. Texts that are safe as they are stay where they are, in the facts. Knows no
 * sockets. */
#include "model/crowd.h"

#include <stdlib.h>
#include <string.h>
#include "base/fatal.h"
#include "base/path.h"
#include "base/text.h"
#include "model/container.h"
#include "model/names.h"
#include "model/order.h"
#include "model/role.h"
#include "model/runtime.h"
#include "model/shared.h"

enum {
	COMM_MAX = 15,           /* TASK_COMM_LEN without its NUL: a longer name was cut here */
	COMMAND_MAX = 4096,      /* a command line may be megabytes (ARG_MAX); nobody reads more */
	UTF8_TAIL_MAX = 3,       /* bytes that follow the first one of a character, at most */
};

static bool starts_with(struct slice text, struct slice start)
{
	return text.len >= start.len && slice_equal((struct slice){ text.ptr, start.len }, start);
}

/* What runtimes call their main thread, so that comm says it instead of the program: Node 20, Node 22. */
static bool is_thread_name(struct slice comm)
{
	return slice_is(comm, "MainThread") || slice_is(comm, "node-MainThread");
}

static struct slice full_name(const struct process_fact *p)
{
	struct slice arguments = p->command;
	struct slice program = path_last(path_without_deleted(p->exe));
	struct slice argument = path_last(slice_cut(&arguments, '\0'));

	if (!p->comm.len || is_thread_name(p->comm))
		return program.len ? program : argument.len ? argument : p->comm;
	if (p->comm.len < COMM_MAX)
		return p->comm;
	if (starts_with(program, p->comm))
		return program;
	return starts_with(argument, p->comm) ? argument : p->comm;
}

/* `raw` lies in a text of the facts, which has a NUL behind it: most often it can be shown as it is. */
static const char *safe_or_null(struct arena *arena, struct slice raw)
{
	if (!raw.len)
		return NULL;
	return !raw.ptr[raw.len] && text_is_safe(raw) ? raw.ptr : text_sanitize(arena, raw);
}

/* Cuts at COMMAND_MAX, but not inside of a character. */
static size_t shown_len(struct slice command)
{
	size_t len = COMMAND_MAX;

	if (command.len <= COMMAND_MAX)
		return command.len;
	while (len > COMMAND_MAX - UTF8_TAIL_MAX && ((unsigned char)command.ptr[len] & 0xc0) == 0x80)
		len--;
	return len;
}

static const char *safe_command(struct arena *arena, struct slice command)
{
	char line[COMMAND_MAX + sizeof COMMAND_CUT];
	size_t len;

	while (command.len && !command.ptr[command.len - 1])
		command.len--;
	if (!command.len)
		return NULL;
	len = shown_len(command);
	memcpy(line, command.ptr, len);
	if (len < command.len) {
		memcpy(line + len, COMMAND_CUT, sizeof COMMAND_CUT - 1);
		len += sizeof COMMAND_CUT - 1;
	}
	for (char *nul = memchr(line, 0, len); nul; nul = memchr(nul, 0, len - (size_t)(nul - line)))
		*nul = ' ';
	return text_sanitize(arena, (struct slice){ line, len });
}

struct maker {
	struct arena *arena;
	struct names names;
	struct map directories;      /* hash of path and uid -> index into the crowd's directories */
	struct map projects;         /* the same -> label */
	const struct crowd *crowd;
	const struct facts *facts;
	const struct process *before;    /* made last: neighbours are often in the same cgroup */
};

static uint64_t directory_key(struct slice path, uint32_t uid)       /* FNV-1a */
{
	uint64_t key = 14695981039346656037u ^ uid;

	for (size_t i = 0; i < path.len; i++)
		key = (key ^ (unsigned char)path.ptr[i]) * 1099511628211u;
	return key;
}

static const char *label(struct arena *arena, const struct project_fact *project)
{
	struct buf text = { 0 };
	const char *label;

	project_add_label(&text, project);
	label = arena_string(arena, buf_slice(&text));
	buf_done(&text);
	return label;
}

static void prepare_directories(struct maker *m)
{
	for (size_t i = 0; i < m->crowd->directory_count; i++) {
		const struct directory_fact *d = &m->crowd->directories[i];
		uint64_t key = directory_key(d->path, d->uid);

		map_put(&m->directories, key, i);
		if (d->state == PROJECT_FOUND)
			map_put(&m->projects, key, (uintptr_t)label(m->arena, &d->project));
	}
}

static void set_project(struct maker *m, struct process *p)
{
	const struct process_fact *fact = p->fact;
	uint64_t key, index, project;

	if (!fact->cwd.len || fact->in_other_mounts || !m->directories.count)
		return;
	key = directory_key(fact->cwd, fact->uid);
	if (!map_get(&m->directories, key, &index) ||
	    !slice_equal(m->crowd->directories[index].path, fact->cwd))
		return;
	p->directory = &m->crowd->directories[index];
	if (map_get(&m->projects, key, &project))
		p->project = (const char *)(uintptr_t)project;
}

static void set_cgroup(struct maker *m, struct process *p)
{
	const struct process *before = m->before;

	if (before && slice_equal(before->fact->cgroup, p->fact->cgroup)) {
		p->cgroup = before->cgroup;
		p->unit = before->unit;
		p->container = before->container;
	} else if (cgroup_parse(p->fact->cgroup, &p->cgroup)) {
		p->unit = p->cgroup.unit.len ? text_sanitize(m->arena, p->cgroup.unit) : NULL;
		if (p->cgroup.engine != CONTAINER_NONE)
			p->container = text_sanitize(m->arena, container_label(m->facts, &p->cgroup));
	}
}

/* Facts that were copied one after the other share equal texts. */
static const char *command_of(const struct maker *m, const struct process_fact *fact)
{
	const struct process *before = m->before;

	if (before && fact->command.len && before->fact->command.ptr == fact->command.ptr)
		return before->command;
	return safe_command(m->arena, fact->command);
}

static bool runs_the_same(const struct process *a, const struct process *b)
{
	return a->fact->command.ptr == b->fact->command.ptr && a->directory == b->directory &&
	       slice_equal(a->fact->exe, b->fact->exe);
}

static void set_runtime(const struct maker *m, struct process *p)
{
	uint32_t files = p->directory ? p->directory->project.files : 0;
	struct runtime r;

	if (m->before && runs_the_same(m->before, p)) {
		p->runtime = m->before->runtime;
		p->is_plain_runtime = m->before->is_plain_runtime;
		return;
	}
	if (!runtime_find(p->fact->exe, p->fact->command, files, &r))
		return;
	p->runtime = r.name;
	p->is_plain_runtime = r.name == r.language;
}

static void make_process(struct maker *m, const struct process_fact *fact, struct process *out)
{
	const char *user = names_user(&m->names, fact->uid);
	const char *name = safe_or_null(m->arena, full_name(fact));

	*out = (struct process){
		.fact = fact,
		.name = name ? name : "?",
		.command = command_of(m, fact),
		.cwd = safe_or_null(m->arena, fact->cwd),
		.tty = safe_or_null(m->arena, fact->tty),
		.user = user ? user : "?",
		.habit = (uint8_t)role_habit(fact),
	};
	set_project(m, out);
	set_runtime(m, out);
	set_cgroup(m, out);
	m->before = out;
}

static void make_processes(struct crowd *c, struct maker *m, const struct facts *facts)
{
	struct process *processes = arena_alloc(&c->arena, facts->process_count * sizeof *processes);
	struct order order;
	size_t count = 0;

	order_init(&order, facts->process_count);
	for (size_t i = 0; i < facts->process_count; i++)
		order_add(&order, (uint32_t)facts->processes[i].pid, (uint32_t)i, 0);
	order_sort(&order);
	for (size_t i = 0; i < order.count; i++) {
		const struct process_fact *fact = &facts->processes[order.items[i].index];

		if (!count || processes[count - 1].fact->pid != fact->pid)
			make_process(m, fact, &processes[count++]);
	}
	order_done(&order);
	c->processes = processes;
	c->count = count;
}

static void fill(struct crowd *c, const struct facts *facts)
{
	struct maker m = { .arena = &c->arena, .crowd = c, .facts = facts };

	names_init(&m.names, &c->arena, facts);
	prepare_directories(&m);
	make_processes(c, &m, facts);
	names_done(&m.names);
	map_done(&m.directories);
	map_done(&m.projects);
}

/* A directory that is found once more may be gone from the facts: the crowd outlives them. */
static void note_directories(struct crowd *c, const struct facts *facts)
{
	c->directories = arena_copy(&c->arena, facts->directories, facts->directory_count * sizeof *c->directories);
	c->directory_count = facts->directory_count;
	for (size_t i = 0; i < c->directory_count; i++) {
		c->directories[i].path = arena_slice(&c->arena, c->directories[i].path);
		c->directories[i].project = project_fact_copy(&c->arena, &c->directories[i].project);
	}
}

static bool has_same_directories(const struct crowd *c, const struct facts *facts)
{
	if (c->directory_count != facts->directory_count)
		return false;
	for (size_t i = 0; i < c->directory_count; i++) {
		const struct directory_fact *a = &c->directories[i], *b = &facts->directories[i];

		if (a->uid != b->uid || a->state != b->state || !slice_equal(a->path, b->path) ||
		    !project_fact_equal(&a->project, &b->project))
			return false;
	}
	return true;
}

/* A hash is enough: two that are alike would cost a name its freshness, and no more. */
static uint64_t sign_containers(const struct facts *facts)
{
	uint64_t sign = facts->container_count;

	for (size_t i = 0; i < facts->container_count; i++)
		sign += directory_key(facts->containers[i].name, 0) ^ directory_key(facts->containers[i].id, 1) << 1;
	return sign;
}

static void note_users(struct crowd *c, const struct facts *facts)
{
	c->users = arena_copy(&c->arena, facts->users, facts->user_count * sizeof *c->users);
	c->user_count = facts->user_count;
	for (size_t i = 0; i < c->user_count; i++)
		c->users[i].name = arena_slice(&c->arena, c->users[i].name);
}

static bool has_same_users(const struct crowd *c, const struct facts *facts)
{
	if (c->user_count != facts->user_count)
		return false;
	for (size_t i = 0; i < c->user_count; i++)
		if (c->users[i].key != facts->users[i].key ||
		    !slice_equal(c->users[i].name, facts->users[i].name))
			return false;
	return true;
}

const struct crowd *crowd_get(const struct crowd *before, const struct facts *facts)
{
	struct crowd *c = (struct crowd *)before;

	if (c && c->owners && c->owners == facts->owners && has_same_users(c, facts) &&
	    has_same_directories(c, facts) && c->containers == sign_containers(facts)) {
		atomic_fetch_add_explicit(&c->references, 1, memory_order_relaxed);
		return c;
	}
	c = fatal_calloc(1, sizeof *c);
	atomic_init(&c->references, 1);
	c->owners = facts->owners ? owners_ref(facts->owners) : NULL;
	note_users(c, facts);
	note_directories(c, facts);
	c->containers = sign_containers(facts);
	fill(c, facts);
	return c;
}

void crowd_unref(const struct crowd *c)
{
	struct crowd *last = (struct crowd *)c;

	if (!c || atomic_fetch_sub_explicit(&last->references, 1, memory_order_acq_rel) > 1)
		return;
	owners_unref(last->owners);
	arena_done(&last->arena);
	free(last);
}
