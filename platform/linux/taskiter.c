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
	struct taskiter_record records[1365];        /* 32 KiB: what the kernel gives at once */
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

/* A read ends between records or, where the buffer is full, inside one: what is left over moves to the front. */
static int read_records(struct taskiter *t, int fd, void (*each)(void *, const struct taskiter_record *), void *context)
{
	size_t left = 0, whole;
	ssize_t len;

	for (;;) {
		len = read(fd, (char *)t->records + left, sizeof t->records - left);
		if (len < 0 && (errno == EINTR || errno == EAGAIN))
			continue;               /* EAGAIN: the kernel's own limit of objects for one read */
		if (len <= 0)
			return len < 0 ? -errno : 0;
		left += (size_t)len;
		whole = left / sizeof t->records[0];
		for (size_t i = 0; i < whole; i++)
			each(context, &t->records[i]);
		left -= whole * sizeof t->records[0];
		memmove(t->records, (char *)t->records + whole * sizeof t->records[0], left);
	}
}

int taskiter_pass(struct taskiter *t, void (*each)(void *context, const struct taskiter_record *record),
		  void *context)
{
	int fd = iterator_open(t), error;

	if (fd < 0)
		return -errno;
	error = read_records(t, fd, each, context);
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

int taskiter_pass(struct taskiter *t, void (*each)(void *context, const struct taskiter_record *record),
		  void *context)
{
	(void)t, (void)each, (void)context;
	return -EOPNOTSUPP;
}

#endif
