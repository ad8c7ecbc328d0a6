/* User space's half of the BPF pass: loads the light skeleton that the build made of bpf/holders.bpf.c, keeps the
 * iterator link, and reads one pass at a time. Needs nothing but libc at run time. Refuses to know which
 * sockets matter: it reports them all, holders.c joins. */
#include "platform/linux/taskiter.h"

#include <errno.h>

#ifdef LOTOP_HAVE_BPF

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fatal.h"
#include "base/slice.h"
#include "holders.lskel.h"

/* The layout that bpf/holders.bpf.c writes: each begins with an entry, whose descriptor says what it is. */
enum { KIND_FACTS = -2, KIND_TABLE = -3 };

struct entry {                       /* a socket in the table that was told of last */
	int32_t fd;
	uint32_t inode;
};

struct table {
	struct entry kind;
	uint64_t start_ns;
	int32_t pid, tid;
};

struct seen {                        /* of the process with that table */
	struct entry kind;
	uint64_t cgroups, exe, exe_mount, cwd, cwd_mount;
	int32_t ppid;
	uint32_t tty_device;
	uint32_t uid, gid, mounts, state, exit_state;
	uint32_t command_len;        /* bytes that follow */
	char comm[16];
};

struct taskiter {
	struct holders_bpf *skeleton;
	struct table table;          /* whose entries come */
	char bytes[32 * 1024];       /* what the kernel gives at once, at most */
};

/* The iterator walks the reader's pid namespace but tgid counts in the initial one: only there do they agree. */
static bool is_initial_pid_namespace(void)
{
	char link[64];
	ssize_t len = readlink("/proc/self/ns/pid", link, sizeof link);

	return len > 0 && slice_is((struct slice){ link, (size_t)len }, "pid:[4026531836]");   /* PROC_PID_INIT_INO */
}

int taskiter_new(struct taskiter **out)
{
	struct holders_bpf *skeleton;
	struct taskiter *t;
	int error = 0;

	if (!is_initial_pid_namespace())
		return -EOPNOTSUPP;
	skeleton = holders_bpf__open();
	if (!skeleton)
		return -ENOMEM;
	error = holders_bpf__load(skeleton);
	if (!error && holders_bpf__attach(skeleton) < 0)
		error = -errno;
	if (error) {
		holders_bpf__destroy(skeleton);
		return error < 0 ? error : -EPERM;
	}
	t = fatal_alloc(sizeof *t);
	t->skeleton = skeleton;
	*out = t;
	return 0;
}

void taskiter_free(struct taskiter *t)
{
	if (!t)
		return;
	holders_bpf__destroy(t->skeleton);
	free(t);
}

static int iterator_open(const struct taskiter *t)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof attr);
	attr.iter_create.link_fd = (uint32_t)t->skeleton->links.holders_fd;
	return (int)skel_sys_bpf(BPF_ITER_CREATE, &attr, sizeof attr);
}

/* A place in the tree of files, by the addresses of its two halves: their texts differ when one of them does. */
static uint64_t place(uint64_t dentry, uint64_t mount, uint64_t kind)
{
	return dentry ? dentry * 0x9e3779b97f4a7c15u ^ mount * 0xbf58476d1ce4e5b9u ^ kind : 0;
}

static void tell_facts(const struct taskiter *t, const struct seen *seen, const char *command,
		       const struct taskiter_visitor *visitor)
{
	struct taskiter_facts facts = {
		.start_ns = t->table.start_ns, .pid = t->table.pid, .cgroups = place(seen->cgroups, 0, 1),
		.exe = place(seen->exe, seen->exe_mount, 2), .cwd = place(seen->cwd, seen->cwd_mount, 3),
		.ppid = seen->ppid, .tty_device = seen->tty_device, .uid = seen->uid, .gid = seen->gid,
		.mounts = seen->mounts, .state = seen->state, .exit_state = seen->exit_state,
		.command = {command, seen->command_len}};

	memcpy(facts.comm, seen->comm, sizeof facts.comm - 1);
	visitor->facts(visitor->context, &facts);
}

/* The facts at the front of `len` bytes: how long they are, 0 when they are not whole yet. */
static size_t take_facts(const struct taskiter *t, const char *bytes, size_t len,
			 const struct taskiter_visitor *visitor)
{
	struct seen seen;

	if (len < sizeof seen)
		return 0;
	memcpy(&seen, bytes, sizeof seen);
	if (len - sizeof seen < seen.command_len)
		return 0;
	tell_facts(t, &seen, bytes + sizeof seen, visitor);
	return sizeof seen + seen.command_len;
}

static size_t take_table(struct taskiter *t, const char *bytes, size_t len)
{
	if (len < sizeof t->table)
		return 0;
	memcpy(&t->table, bytes, sizeof t->table);
	return sizeof t->table;
}

static size_t take_entry(const struct taskiter *t, const struct entry *entry, const struct taskiter_visitor *visitor)
{
	const struct taskiter_record record = {.start_ns = t->table.start_ns, .pid = t->table.pid,
					       .tid = t->table.tid, .fd = entry->fd, .inode = entry->inode};

	visitor->each(visitor->context, &record);
	return sizeof *entry;
}

/* How many of the bytes were whole, and told. */
static size_t tell(struct taskiter *t, size_t len, const struct taskiter_visitor *visitor)
{
	struct entry entry;
	size_t at = 0, size = 1;

	while (size && len - at >= sizeof entry) {
		memcpy(&entry, t->bytes + at, sizeof entry);
		if (entry.fd == KIND_TABLE)
			size = take_table(t, t->bytes + at, len - at);
		else if (entry.fd == KIND_FACTS)
			size = take_facts(t, t->bytes + at, len - at, visitor);
		else
			size = take_entry(t, &entry, visitor);
		at += size;
	}
	return at;
}

/* A read ends between records or, where the buffer is full, inside one: what is left over moves to the front. */
static int read_records(struct taskiter *t, int fd, const struct taskiter_visitor *visitor)
{
	size_t left = 0, told;
	ssize_t len;

	for (;;) {
		len = read(fd, t->bytes + left, sizeof t->bytes - left);
		if (len < 0 && (errno == EINTR || errno == EAGAIN))
			continue;               /* EAGAIN: the kernel's own limit of objects for one read */
		if (len <= 0)
			return len < 0 ? -errno : 0;
		left += (size_t)len;
		told = tell(t, left, visitor);
		left -= told;
		memmove(t->bytes, t->bytes + told, left);
	}
}

int taskiter_pass(struct taskiter *t, const struct taskiter_visitor *visitor)
{
	int fd = iterator_open(t), error;

	if (fd < 0)
		return -errno;
	error = read_records(t, fd, visitor);
	close(fd);
	return error;
}

#else

int taskiter_new(struct taskiter **out)
{
	(void)out;
	return -EOPNOTSUPP;
}

void taskiter_free(struct taskiter *t)
{
	(void)t;
}

int taskiter_pass(struct taskiter *t, const struct taskiter_visitor *visitor)
{
	(void)t, (void)visitor;
	return -EOPNOTSUPP;
}

#endif
