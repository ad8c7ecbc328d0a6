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
	uint64_t cgroups;
	int32_t ppid, group, session;
	uint32_t tty_device;
	uint32_t uid, gid, mounts, state, exit_state;
	char comm[16];
	uint32_t unused;
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

static void tell_facts(const struct taskiter *t, const char *bytes, const struct taskiter_visitor *visitor)
{
	struct taskiter_facts facts;
	struct seen seen;

	memcpy(&seen, bytes, sizeof seen);
	facts = (struct taskiter_facts){
		.start_ns = t->table.start_ns, .pid = t->table.pid, .cgroups = seen.cgroups, .ppid = seen.ppid,
		.group = seen.group, .session = seen.session, .tty_device = seen.tty_device, .uid = seen.uid,
		.gid = seen.gid, .mounts = seen.mounts, .state = seen.state, .exit_state = seen.exit_state};
	memcpy(facts.comm, seen.comm, sizeof facts.comm - 1);
	visitor->facts(visitor->context, &facts);
}

/* How many of the bytes were whole, and told. */
static size_t tell(struct taskiter *t, size_t len, const struct taskiter_visitor *visitor)
{
	struct taskiter_record record = {.start_ns = t->table.start_ns, .pid = t->table.pid, .tid = t->table.tid};
	struct entry entry;
	size_t at, size;

	for (at = 0; len - at >= sizeof entry; at += size) {
		memcpy(&entry, t->bytes + at, sizeof entry);
		size = entry.fd == KIND_TABLE ? sizeof(struct table) : entry.fd == KIND_FACTS ? sizeof(struct seen)
											    : sizeof entry;
		if (len - at < size)
			break;
		if (entry.fd == KIND_TABLE) {
			memcpy(&t->table, t->bytes + at, sizeof t->table);
			record = (struct taskiter_record){
				.start_ns = t->table.start_ns, .pid = t->table.pid, .tid = t->table.tid};
		} else if (entry.fd == KIND_FACTS) {
			tell_facts(t, t->bytes + at, visitor);
		} else {
			record.fd = entry.fd;
			record.inode = entry.inode;
			visitor->each(visitor->context, &record);
		}
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
