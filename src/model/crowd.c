/* Owns how a process is shown. Knows how its name gets lost: cut at 15 bytes by the kernel, or replaced by
 * the name of its main thread. Texts that are safe as they are stay where they are, in the facts. Knows no
 * sockets. */
#include "model/crowd.h"

#include <stdlib.h>
#include <string.h>
#include "base/fatal.h"
#include "base/text.h"
#include "model/names.h"
#include "model/order.h"
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

static struct slice last_part(struct slice path)
{
	const char *slash = path.len ? memrchr(path.ptr, '/', path.len) : NULL;

	return slash ? slice_from(path, (size_t)(slash - path.ptr) + 1) : path;
}

/* d_path() marks the link to a file that was unlinked. */
static struct slice without_deleted(struct slice link)
{
	static const char deleted[] = " (deleted)";

	if (slice_ends(link, deleted))
		link.len -= sizeof deleted - 1;
	return link;
}

/* What runtimes call their main thread, so that comm says it instead of the program: Node 20, Node 22. */
static bool is_thread_name(struct slice comm)
{
	return slice_is(comm, "MainThread") || slice_is(comm, "node-MainThread");
}

static struct slice full_name(const struct process_fact *p)
{
	struct slice arguments = p->command;
	struct slice program = last_part(without_deleted(p->exe));
	struct slice argument = last_part(slice_cut(&arguments, '\0'));

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
	char line[COMMAND_MAX];
	size_t len;

	while (command.len && !command.ptr[command.len - 1])
		command.len--;
	if (!command.len)
		return NULL;
	len = shown_len(command);
	memcpy(line, command.ptr, len);
	for (char *nul = memchr(line, 0, len); nul; nul = memchr(nul, 0, len - (size_t)(nul - line)))
		*nul = ' ';
	return text_sanitize(arena, (struct slice){ line, len });
}

static struct process make_process(struct arena *arena, struct names *names, const struct process_fact *fact)
{
	const char *user = names_user(names, fact->uid);
	const char *name = safe_or_null(arena, full_name(fact));

	return (struct process){
		.fact = fact,
		.name = name ? name : "?",
		.command = safe_command(arena, fact->command),
		.cwd = safe_or_null(arena, fact->cwd),
		.tty = safe_or_null(arena, fact->tty),
		.user = user ? user : "?",
	};
}

static void make_processes(struct crowd *c, struct names *names, const struct facts *facts)
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
			processes[count++] = make_process(&c->arena, names, fact);
	}
	order_done(&order);
	c->processes = processes;
	c->count = count;
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
	struct names names;

	if (c && c->owners && c->owners == facts->owners && has_same_users(c, facts)) {
		atomic_fetch_add_explicit(&c->references, 1, memory_order_relaxed);
		return c;
	}
	c = fatal_calloc(1, sizeof *c);
	atomic_init(&c->references, 1);
	c->owners = facts->owners ? owners_ref(facts->owners) : NULL;
	names_init(&names, &c->arena, facts);
	make_processes(c, &names, facts);
	names_done(&names);
	note_users(c, facts);
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
