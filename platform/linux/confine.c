/* Owns the two lists, of capabilities that are of use and of system calls that are not, and how the kernel is
 * told. Refuses to know which command is run. */
#include "platform/linux/confine.h"
#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In <linux/capability.h> since 5.8, which is newer than some build machines. */
enum { CAPABILITY_PERFMON = 38, CAPABILITY_BPF = 39 };

#define CAPABILITY(number) (UINT64_C(1) << (number))

/* /proc of other users (ptrace(2), "Ptrace access mode checking"), helpers that become these users and are
 * ended, other network namespaces, the BPF pass. */
static const uint64_t for_looking =
	CAPABILITY(CAP_SYS_PTRACE) | CAPABILITY(CAP_DAC_READ_SEARCH) | CAPABILITY(CAP_SETUID) |
	CAPABILITY(CAP_SETGID) | CAPABILITY(CAP_KILL) | CAPABILITY(CAP_SYS_ADMIN) | CAPABILITY(CAP_NET_ADMIN) |
	CAPABILITY(CAPABILITY_PERFMON) | CAPABILITY(CAPABILITY_BPF);

/* Trial binds below 1024, and files in a home that is not root's. */
static const uint64_t for_acting = CAPABILITY(CAP_NET_BIND_SERVICE) | CAPABILITY(CAP_DAC_OVERRIDE);

/* Not ptrace(2): leak checkers look at their own process with it. */
static const uint32_t forbidden[] = {
	SYS_execve, SYS_execveat, SYS_process_vm_writev, SYS_pidfd_send_signal,
};

static const uint32_t families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

enum { FORBIDDEN = sizeof forbidden / sizeof *forbidden, FAMILIES = sizeof families / sizeof *families,
       PROGRAM_MAX = FORBIDDEN + FAMILIES + 10 };

int confine_capabilities(bool only_looks)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {{0}};
	uint64_t kept = only_looks ? for_looking : for_looking | for_acting;
	bool is_news = false;

	if (syscall(SYS_capget, &header, sets))
		return -errno;
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		uint32_t half = (uint32_t)(kept >> (32 * i));

		is_news |= sets[i].permitted & ~half;
		sets[i].permitted &= half;
		sets[i].effective &= half;
		sets[i].inheritable &= half;
	}
	return is_news && syscall(SYS_capset, &header, sets) ? -errno : 0;
}

struct program {
	struct sock_filter code[PROGRAM_MAX];
	unsigned short length;
};

static void add(struct program *p, uint16_t operation, uint32_t operand, uint8_t if_true, uint8_t if_false)
{
	p->code[p->length++] = (struct sock_filter){operation, if_true, if_false, operand};
}

/* The numbers of system calls are those of one architecture: whoever calls by another one's is refused. */
static void add_architecture(struct program *p)
{
#if defined(__x86_64__)
	enum { X32 = 0x40000000 };           /* the same architecture with other numbers */

	add(p, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch), 0, 0);
	add(p, BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
	add(p, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM, 0, 0);
	add(p, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
	add(p, BPF_JMP | BPF_JGE | BPF_K, X32, 0, 1);
	add(p, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM, 0, 0);
#elif defined(__aarch64__)
	add(p, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch), 0, 0);
	add(p, BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_AARCH64, 1, 0);
	add(p, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM, 0, 0);
	add(p, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
#else
	add(p, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
#endif
}

/* The family is an int: its half of the argument is where this machine has it. */
static uint32_t family_at(void)
{
	const uint64_t one = 1;
	bool is_little = *(const unsigned char *)&one;

	return (uint32_t)(offsetof(struct seccomp_data, args) + (is_little ? 0 : sizeof(uint32_t)));
}

/* Behind the tests stand the two ends: no, then yes. */
static void build(struct program *p)
{
	add_architecture(p);
	for (unsigned i = 0; i < FORBIDDEN; i++)
		add(p, BPF_JMP | BPF_JEQ | BPF_K, forbidden[i], (uint8_t)(FORBIDDEN - i + 1 + FAMILIES), 0);
	add(p, BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, FAMILIES + 2);
	add(p, BPF_LD | BPF_W | BPF_ABS, family_at(), 0, 0);
	for (unsigned i = 0; i < FAMILIES; i++)
		add(p, BPF_JMP | BPF_JEQ | BPF_K, families[i], (uint8_t)(FAMILIES - i), 0);
	add(p, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM, 0, 0);
	add(p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
}

int confine_calls(void)
{
	struct program p = {.length = 0};
	struct sock_fprog filter = {.filter = p.code};

	build(&p);
	filter.len = p.length;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
		return -errno;
	return 0;
}
