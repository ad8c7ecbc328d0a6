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

struct taskiter {
	struct holders_bpf *skeleton;
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

/* How many of the bytes were whole, and told. */
static size_t tell(const char *bytes, size_t len, const struct taskiter_visitor *visitor)
{
	struct taskiter_facts facts;
	size_t at = 0;

	while (len - at >= sizeof facts.head) {
		memcpy(&facts.head, bytes + at, sizeof facts.head);
		if (facts.head.fd != TASKITER_FACTS) {
			visitor->each(visitor->context, &facts.head);
			at += sizeof facts.head;
			continue;
		}
		if (len - at < sizeof facts)
			break;
		memcpy(&facts, bytes + at, sizeof facts);
		facts.comm[sizeof facts.comm - 1] = 0;
		visitor->facts(visitor->context, &facts);
		at += sizeof facts;
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
		told = tell(t->bytes, left, visitor);
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
