/* Owns the way into a private network namespace. Refuses to know what is tested in it. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "netns.h"

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t written = fd < 0 ? -1 : write(fd, text, strlen(text));
	int error = written < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return error;
}

/* Without CAP_SYS_ADMIN a namespace can only be had inside an own user namespace, as these within it. */
static int enter_as_user(uid_t uid, gid_t gid)
{
	char uids[32], gids[32];

	snprintf(uids, sizeof uids, "%u %u 1", uid, getuid());
	snprintf(gids, sizeof gids, "%u %u 1", gid, getgid());
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return -errno;
	int error = write_file("/proc/self/setgroups", "deny");
	if (!error)
		error = write_file("/proc/self/uid_map", uids);
	return error ? error : write_file("/proc/self/gid_map", gids);
}

static int loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int error = fd < 0 || ioctl(fd, SIOCSIFFLAGS, &request) ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return error;
}

static int enter(uid_t uid, gid_t gid)
{
	int error = 0;

	if (unshare(CLONE_NEWNET))
		error = errno == EPERM ? enter_as_user(uid, gid) : -errno;
	return error ? error : loopback_up();
}

int netns_enter(void)
{
	return enter(0, 0);
}

int netns_enter_as_oneself(void)
{
	return enter(getuid(), getgid());
}
