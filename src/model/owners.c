/* Owns who holds what: processes with texts that may be shown, and for each row the processes that have one
 * of its sockets open. Knows how a process's name gets lost: cut at 15 bytes by the kernel, or replaced by
 * the name of its main thread. Texts that are safe as they are stay where they are, in the facts. Knows no
 * sockets beyond their inode. */
#include "model/owners.h"

#include <stdlib.h>
#include <string.h>
#include "base/fatal.h"
#include "base/text.h"
#include "model/order.h"

enum {
	COMM_MAX = 15,           /* TASK_COMM_LEN without its NUL: a longer name was cut here */
	COMMAND_MAX = 4096,      /* a command line may be megabytes (ARG_MAX); nobody reads more */
	UTF8_TAIL_MAX = 3,       /* bytes that follow the first one of a character, at most */
};

/* One descriptor of one process that belongs to a row. */
struct link {
	uint32_t row, process;   /* indices */
	uint32_t inode;
	int32_t fd;
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

static void make_processes(struct frame *f, struct names *names)
{
	const struct facts *facts = f->snapshot.facts;
	struct process *processes = arena_alloc(&f->arena, facts->process_count * sizeof *processes);
	struct order order;
	size_t count = 0;

	order_init(&order, facts->process_count);
	for (size_t i = 0; i < facts->process_count; i++)
		order_add(&order, (uint32_t)facts->processes[i].pid, (uint32_t)i, 0);
	order_sort(&order);
	for (size_t i = 0; i < order.count; i++) {
		const struct process_fact *fact = &facts->processes[order.items[i].index];

		if (!count || processes[count - 1].fact->pid != fact->pid)
			processes[count++] = make_process(&f->arena, names, fact);
	}
	order_done(&order);
	f->snapshot.processes = processes;
	f->snapshot.process_count = count;
}

/* Leaves out holders of sockets that are no rows, and those whose process has ended in between. */
static size_t make_links(const struct frame *f, const struct map *rows_by_inode, struct link *links)
{
	const struct snapshot *s = &f->snapshot;
	const struct process *process = NULL;
	size_t count = 0;

	for (size_t i = 0; i < s->facts->holder_count; i++) {
		const struct holder_fact *h = &s->facts->holders[i];
		uint64_t row;

		if (!map_get(rows_by_inode, h->inode, &row))
			continue;
		if (!process || process->fact->pid != h->pid)    /* they come process by process */
			process = snapshot_process(s, h->pid);
		if (!process)
			continue;
		links[count++] = (struct link){
			.row = (uint32_t)row, .process = (uint32_t)(process - s->processes),
			.inode = h->inode, .fd = h->fd,
		};
	}
	return count;
}

/* By row, then process, then descriptor, then inode. */
static void sort_links(struct order *o, const struct link *links, size_t count)
{
	for (size_t i = 0; i < count; i++)
		order_add(o, (uint64_t)(uint32_t)links[i].fd << 32 | links[i].inode, (uint32_t)i, 0);
	order_sort(o);
	for (size_t i = 0; i < count; i++) {
		const struct link *l = &links[o->items[i].index];

		o->items[i].key = (uint64_t)l->row << 32 | l->process;
	}
	order_sort(o);
}

static bool is_same_link(const struct link *a, const struct link *b)
{
	return a->row == b->row && a->process == b->process && a->fd == b->fd && a->inode == b->inode;
}

static void fill_holders(struct frame *f, const struct order *order, const struct link *links)
{
	struct holder *next_holder = arena_alloc(&f->arena, order->count * sizeof *next_holder);
	int32_t *next_fd = arena_alloc(&f->arena, order->count * sizeof *next_fd);
	struct holder *holder = NULL;
	const struct link *before = NULL;

	for (size_t i = 0; i < order->count; i++) {
		const struct link *l = &links[order->items[i].index];
		struct listener *row = &f->rows[l->row];

		if (before && is_same_link(before, l))
			continue;
		if (!before || before->row != l->row || before->process != l->process) {
			holder = next_holder++;
			holder->process = &f->snapshot.processes[l->process];
			holder->fds = next_fd;
			if (!row->holder_count++)
				row->holders = holder;
		}
		*next_fd++ = l->fd;
		holder->fd_count++;
		before = l;
	}
}

void owners_join(struct frame *f, struct names *names, const struct map *rows_by_inode)
{
	size_t holder_count = f->snapshot.facts->holder_count;
	struct link *links = fatal_alloc(holder_count * sizeof *links);
	struct order order;

	make_processes(f, names);
	order_init(&order, holder_count);
	sort_links(&order, links, make_links(f, rows_by_inode, links));
	fill_holders(f, &order, links);
	order_done(&order);
	free(links);
}
