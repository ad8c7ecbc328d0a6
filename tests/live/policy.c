/* Owns the system calls that put a policy on a process. Refuses to know who is started under it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "deprive.h"
#include "policy.h"

enum { PATH_BYTES = 128, SYS_LANDLOCK_CREATE = 444, SYS_LANDLOCK_RESTRICT = 446, TRIES = 100 };
enum { NET_BIND_TCP = 1, NET_CONNECT_TCP = 2 };

static const char bind_group[] = "lotop-no-bind", connect_group[] = "lotop-no-connect";

/* A ruleset that handles a right and has no rule forbids it. */
static void forbid_by_landlock(uint64_t right)
{
	const struct { uint64_t fs, net; } handled = { 0, right };
	int ruleset = (int)syscall(SYS_LANDLOCK_CREATE, &handled, sizeof handled, 0);

	if (ruleset < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_LANDLOCK_RESTRICT, ruleset,
									     0))
		_exit(CANNOT_DEPRIVE);
	close(ruleset);
}

void policy_landlock_bind(void)
{
	forbid_by_landlock(NET_BIND_TCP);
}

void policy_landlock_connect(void)
{
	forbid_by_landlock(NET_CONNECT_TCP);
}

/* Whatever it is asked, it says no. */
static int load_no(enum bpf_prog_type type, enum bpf_attach_type attach)
{
	static const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	static const char license[] = "MIT";
	union bpf_attr attr = {
		.prog_type = type, .expected_attach_type = attach, .insns = (uintptr_t)code,
		.insn_cnt = sizeof code / sizeof *code, .license = (uintptr_t)license,
	};

	return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof attr);
}

static bool attach_no(int group, enum bpf_prog_type type, enum bpf_attach_type attach)
{
	int program = load_no(type, attach);
	union bpf_attr attr = {
		.target_fd = (uint32_t)group, .attach_bpf_fd = (uint32_t)program, .attach_type = attach,
	};
	bool is_done = program >= 0 && !syscall(SYS_bpf, BPF_PROG_ATTACH, &attr, sizeof attr);

	if (program >= 0)
		close(program);
	return is_done;
}

/* In a cgroup2 every directory is born with its files. */
static bool find_directory(const char *name, char out[PATH_BYTES])
{
	static const char *const mounts[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/unified" };
	char file[PATH_BYTES + 16];

	for (size_t i = 0; i < sizeof mounts / sizeof *mounts; i++) {
		snprintf(out, PATH_BYTES, "%s/%s", mounts[i], name);
		snprintf(file, sizeof file, "%s/cgroup.procs", out);
		if (mkdir(out, 0755) && errno != EEXIST)
			continue;
		if (!access(file, W_OK))
			return true;
		rmdir(out);
	}
	return false;
}

bool policy_enter(const char *name)
{
	char path[PATH_BYTES], file[PATH_BYTES + 16];

	if (!find_directory(name, path))
		return false;
	snprintf(file, sizeof file, "%s/cgroup.procs", path);
	int fd = open(file, O_WRONLY | O_CLOEXEC);
	bool is_in = fd >= 0 && write(fd, "0", 1) == 1;
	if (fd >= 0)
		close(fd);
	return is_in;
}

static bool enter_with(const char *name, enum bpf_prog_type type, const enum bpf_attach_type attach[2])
{
	char path[PATH_BYTES];
	int group = policy_enter(name) && find_directory(name, path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	bool is_done = group >= 0 && attach_no(group, type, attach[0]) &&
		       (attach[1] == attach[0] || attach_no(group, type, attach[1]));

	if (group >= 0)
		close(group);
	return is_done;
}

void policy_cgroup_bind(void)
{
	if (!enter_with(bind_group, BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
			(enum bpf_attach_type[]){ BPF_CGROUP_INET4_BIND, BPF_CGROUP_INET6_BIND }))
		_exit(CANNOT_DEPRIVE);
}

void policy_cgroup_connect(void)
{
	if (!enter_with(connect_group, BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
			(enum bpf_attach_type[]){ BPF_CGROUP_INET4_CONNECT, BPF_CGROUP_INET6_CONNECT }))
		_exit(CANNOT_DEPRIVE);
}

bool policy_enter_deaf(const char *name)
{
	return enter_with(name, BPF_PROG_TYPE_CGROUP_SKB,
			  (enum bpf_attach_type[]){ BPF_CGROUP_INET_INGRESS, BPF_CGROUP_INET_INGRESS });
}

/* A process that has just ended is still in it for a moment. */
void policy_remove(const char *name)
{
	char path[PATH_BYTES];

	if (!find_directory(name, path))
		return;
	for (int tries = 0; rmdir(path) && tries < TRIES; tries++)
		usleep(10000);
}

void policy_remove_all(void)
{
	policy_remove(bind_group);
	policy_remove(connect_group);
}
