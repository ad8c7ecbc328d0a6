/* The kernel's half of platform/linux/taskiter.c: is called for each (task, descriptor, file) and writes a
 * record for those that are TCP or UDP sockets. Knows nothing of listeners; the reader joins by inode.
 * Field offsets are relocated at load time (CO-RE), so only the fields that are read are declared. */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define AF_INET 2
#define AF_INET6 10
#define SOCK_STREAM 1
#define TCP_ESTABLISHED 1

#define KERNEL_TYPE __attribute__((preserve_access_index))

struct seq_file;
struct inode { unsigned long i_ino; } KERNEL_TYPE;
struct file { struct inode *f_inode; } KERNEL_TYPE;
struct task_struct { int pid, tgid; } KERNEL_TYPE;
struct sock_common { unsigned short skc_family; unsigned char skc_state; } KERNEL_TYPE;
struct sock { struct sock_common __sk_common; } KERNEL_TYPE;
struct socket { short type; struct sock *sk; } KERNEL_TYPE;
struct bpf_iter_meta { struct seq_file *seq; } KERNEL_TYPE;
struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	unsigned int fd;
	struct file *file;
} KERNEL_TYPE;

struct record { int pid, tid, fd; unsigned int inode; };   /* struct taskiter_record */

static int is_interesting(struct socket *socket)
{
	struct sock *sk = BPF_CORE_READ(socket, sk);
	unsigned short family = BPF_CORE_READ(sk, __sk_common.skc_family);

	if (family != AF_INET && family != AF_INET6)
		return 0;
	return BPF_CORE_READ(socket, type) != SOCK_STREAM
		|| BPF_CORE_READ(sk, __sk_common.skc_state) != TCP_ESTABLISHED;
}

SEC("iter/task_file")
int holders(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct socket *socket;
	struct record record;

	if (!task || !file)
		return 0;                        /* the end of the walk */
	socket = bpf_sock_from_file(file);
	if (!socket || !is_interesting(socket))
		return 0;
	record.pid = BPF_CORE_READ(task, tgid);
	record.tid = BPF_CORE_READ(task, pid);
	record.fd = ctx->fd;
	record.inode = BPF_CORE_READ(file, f_inode, i_ino);
	bpf_seq_write(ctx->meta->seq, &record, sizeof record);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";  /* the tracing helpers are for GPL-compatible programs */
