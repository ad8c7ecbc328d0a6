/* Owns the other end of a FUSE mount: as much of the protocol (linux/fuse.h) as going to its root needs. */
#include "stuck.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REQUEST_BYTES = FUSE_MIN_READ_BUFFER + 4096, NODE_ROOT = FUSE_ROOT_ID };

static void answer(int fd, uint64_t request, int error, const void *body, size_t len)
{
	char bytes[256];
	struct fuse_out_header head = { .len = (uint32_t)(sizeof head + len), .error = error, .unique = request };

	memcpy(bytes, &head, sizeof head);
	if (len)
		memcpy(bytes + sizeof head, body, len);
	if (write(fd, bytes, head.len) < 0)
		return;              /* whoever asked is gone */
}

static void serve_one(int fd, const struct fuse_in_header *request)
{
	const struct fuse_init_out init = { .major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION,
					    .max_write = 4096 };
	const struct fuse_attr_out root = { .attr = { .ino = NODE_ROOT, .mode = S_IFDIR | 0755, .nlink = 1 } };

	if (request->opcode == FUSE_INIT)
		answer(fd, request->unique, 0, &init, sizeof init);
	else if (request->opcode == FUSE_GETATTR)
		answer(fd, request->unique, 0, &root, sizeof root);
	else if (request->opcode != FUSE_FORGET)
		answer(fd, request->unique, -ENOSYS, NULL, 0);
}

_Noreturn static void serve(int fd)
{
	static union {
		struct fuse_in_header head;
		char bytes[REQUEST_BYTES];
	} request;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		ssize_t len = read(fd, &request, sizeof request);

		if (len >= (ssize_t)sizeof request.head)
			serve_one(fd, &request.head);
		else if (len >= 0 || (errno != EINTR && errno != EAGAIN && errno != ENOENT))
			_exit(0);
	}
}

int stuck_begin(struct stuck *s, const char *path)
{
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC), error = 0;
	char options[96];

	if (fd < 0)
		return -errno;
	snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", fd);
	if (mount("stuck", path, "fuse", MS_NOSUID | MS_NODEV, options))
		error = -errno;
	else if ((s->server = fork()) == 0)
		serve(fd);
	close(fd);
	return error;
}

void stuck_stop(const struct stuck *s)
{
	kill(s->server, SIGSTOP);
	waitpid(s->server, NULL, WUNTRACED);
}

void stuck_end(struct stuck *s, const char *path)
{
	kill(s->server, SIGKILL);            /* and with its descriptor the connection ends */
	waitpid(s->server, NULL, 0);
	umount2(path, MNT_DETACH);
}
