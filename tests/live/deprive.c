/* Owns what each deprivation is made of: mounts, namespaces, filters for system calls. Refuses to know what
 * lotop makes of it. */
#include "deprive.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/fake/refuse.h"
#include "run.h"

static void need(int error)
{
	if (error)
		_exit(CANNOT_DEPRIVE);
}

void deprive_sock_diag(void)
{
	static const struct refused_call call = { SYS_socket, { AF_NETLINK, REFUSE_ANY, NETLINK_SOCK_DIAG } };

	need(!refuse_calls(&call, 1, EPERM));
}

void deprive_netlink(void)
{
	static const struct refused_call call = { SYS_socket, { AF_NETLINK, REFUSE_ANY, REFUSE_ANY } };

	need(!refuse_calls(&call, 1, EAFNOSUPPORT));
}

static void deprive_call(int number, int error)
{
	need(!refuse_calls(&(struct refused_call){ number, { REFUSE_ANY, REFUSE_ANY, REFUSE_ANY } }, 1, error));
}

void deprive_pidfd(void)
{
	deprive_call(SYS_pidfd_open, ENOSYS);
	deprive_call(SYS_pidfd_send_signal, ENOSYS);
}

void deprive_bpf(void)
{
	deprive_call(SYS_bpf, EPERM);
}

void deprive_close_range(void)
{
	deprive_call(SYS_close_range, ENOSYS);
}

void deprive_unshare(void)
{
	deprive_call(SYS_unshare, EPERM);
}

void deprive_seccomp(void)
{
	static const struct refused_call call = { SYS_prctl, { PR_SET_SECCOMP, REFUSE_ANY, REFUSE_ANY } };

	need(!refuse_calls(&call, 1, EINVAL));
}

void deprive_bound_sockets(void)
{
	need(access(LOTOP_OLD_KERNEL, R_OK));
	need(setenv("LD_PRELOAD", LOTOP_OLD_KERNEL, 1));
}

static void enter_mounts(void)
{
	need(unshare(CLONE_NEWNS));
	need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
}

static void cover(const char *path, const char *type, const char *options)
{
	enter_mounts();
	need(mount(type, path, type, 0, options));
}

void deprive_cgroups(void)
{
	if (!access("/sys/fs/cgroup", F_OK))
		cover("/sys/fs/cgroup", "tmpfs", NULL);
}

void deprive_names(void)
{
	cover("/etc", "tmpfs", NULL);
}

static void limit_descriptors(rlim_t most)
{
	const struct rlimit limit = { most, most };

	need(setrlimit(RLIMIT_NOFILE, &limit));
}

void deprive_descriptors(void)
{
	limit_descriptors(32);
}

void deprive_nearly_all_descriptors(void)
{
	limit_descriptors(8);
}

void deprive_proc(void)
{
	cover("/proc", "tmpfs", NULL);
}

void deprive_everything(void)
{
	deprive_proc();
	deprive_netlink();
}

void deprive_by_hidepid_1(void)
{
	cover("/proc", "proc", "hidepid=1");
	run_as_nobody();
}

void deprive_by_hidepid_2(void)
{
	cover("/proc", "proc", "hidepid=2");
	run_as_nobody();
}

void deprive_by_subset_pid(void)
{
	cover("/proc", "proc", "subset=pid");
}

/* Only children are in the new namespace: the caller waits for its child and ends as that did. */
void deprive_by_pid_namespace(void)
{
	int status;
	pid_t pid;

	need(unshare(CLONE_NEWPID));
	pid = fork();
	need(pid < 0);
	if (pid) {
		need(waitpid(pid, &status, 0) != pid);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	cover("/proc", "proc", NULL);
}

static void write_text(int fd, const char *text)
{
	need(fd < 0 || write(fd, text, strlen(text)) < 0);
	close(fd);
}

static void write_map(const char *path, const char *text)
{
	write_text(open(path, O_WRONLY | O_CLOEXEC), text);
}

static void replace_nft(const char *script)
{
	char path[] = "/tmp/lotop-nft-XXXXXX";
	int fd = mkstemp(path);

	need(fd < 0 || fchmod(fd, 0755));
	write_text(fd, script);
	enter_mounts();
	fd = mount(path, "/usr/sbin/nft", NULL, MS_BIND, NULL);
	unlink(path);
	need(fd);
}

void deprive_by_broken_nft(void)
{
	replace_nft("#!/bin/sh\necho 'table inet f {'\nkill -SEGV $$\n");
}

void deprive_by_stuck_nft(void)
{
	replace_nft("#!/bin/sh\nexec sleep 60\n");
}

void deprive_by_endless_nft(void)
{
	replace_nft("#!/bin/sh\nexec cat /dev/zero\n");
}

void deprive_all_but_bpf(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = { { 0 } };
	const uint32_t both = CAP_TO_MASK(CAP_BPF) | CAP_TO_MASK(CAP_PERFMON);

	need(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0));
	run_as_nobody();
	sets[CAP_TO_INDEX(CAP_BPF)] = (struct __user_cap_data_struct){ both, both, both };
	need((int)syscall(SYS_capset, &header, sets));
	need(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_BPF, 0, 0));
	need(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_PERFMON, 0, 0));
}

void deprive_by_user_namespace(void)
{
	char uids[32], gids[32];

	snprintf(uids, sizeof uids, "0 %u 1", getuid());
	snprintf(gids, sizeof gids, "0 %u 1", getgid());
	need(unshare(CLONE_NEWUSER));
	write_map("/proc/self/setgroups", "deny");
	write_map("/proc/self/uid_map", uids);
	write_map("/proc/self/gid_map", gids);
}
