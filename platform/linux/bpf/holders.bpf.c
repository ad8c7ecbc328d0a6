/* The kernel's half of platform/linux/taskiter.c: is called for each task, walks its descriptor table, and writes
 * a record for each TCP or UDP socket in there. Knows nothing of listeners; the reader joins by inode.
 * Field offsets are relocated at load time (CO-RE), so only the fields that are read are declared. No
 * trusted pointer is followed: that costs the verifier a search through all of the kernel's types, a millisecond
 * each, and nothing that is read here is held by a lock. */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define AF_INET 2
#define AF_INET6 10
#define SOCK_STREAM 1
#define TCP_ESTABLISHED 1
#define S_IFMT 0170000
#define S_IFSOCK 0140000

#define PIDTYPE_PGID 2
#define PIDTYPE_SID 3

#define WORD_BITS 64
#define ENTRIES_MAX 4000                 /* of one table: what is written for one task must fit 32 KiB */
#define DOUBTFUL -1                      /* enum taskiter_kind */
#define FACTS -2
#define TABLE -3

#define KERNEL_TYPE __attribute__((preserve_access_index))

struct seq_file;
struct inode { unsigned short i_mode; unsigned long i_ino; } KERNEL_TYPE;
struct file { const void *f_op; struct inode *f_inode; void *private_data; } KERNEL_TYPE;
struct fdtable { unsigned int max_fds; struct file **fd; unsigned long *open_fds; } KERNEL_TYPE;
struct files_struct { struct fdtable *fdt; } KERNEL_TYPE;
struct upid { int nr; } KERNEL_TYPE;
struct pid { struct upid numbers[1]; } KERNEL_TYPE;
struct tty_driver { int major, minor_start; } KERNEL_TYPE;
struct tty_struct { struct tty_driver *driver; int index; } KERNEL_TYPE;
struct signal_struct { struct pid *pids[4]; struct tty_struct *tty; } KERNEL_TYPE;
struct cred { struct { unsigned int val; } euid, egid; } KERNEL_TYPE;
struct ns_common { unsigned int inum; } KERNEL_TYPE;
struct mnt_namespace { struct ns_common ns; } KERNEL_TYPE;
struct nsproxy { struct mnt_namespace *mnt_ns; } KERNEL_TYPE;
struct task_struct {
	int pid, tgid;
	unsigned int __state, exit_state;
	unsigned long long start_boottime;
	char comm[16];
	struct files_struct *files;
	struct task_struct *group_leader, *real_parent;
	struct signal_struct *signal;
	const struct cred *cred;
	struct nsproxy *nsproxy;
	void *cgroups;
} KERNEL_TYPE;
struct sock_common { unsigned char skc_state; } KERNEL_TYPE;     /* at the beginning of each struct sock */
struct proto_ops { int family; } KERNEL_TYPE;
struct socket { short type; struct file *file; void *sk; const struct proto_ops *ops; } KERNEL_TYPE;
struct bpf_iter_meta { struct seq_file *seq; } KERNEL_TYPE;
struct bpf_iter__task { struct bpf_iter_meta *meta; struct task_struct *task; } KERNEL_TYPE;

struct entry { int fd; unsigned int inode; };      /* the three of them: platform/linux/taskiter.c */

struct table {
	struct entry kind;
	unsigned long long start_ns;
	int pid, tid;
};

struct facts {
	struct entry kind;
	unsigned long long cgroups;
	int ppid, group, session;
	unsigned int tty_device;
	unsigned int uid, gid, mounts;
	unsigned int state, exit_state;
	char comm[16];
	unsigned int unused;
};

struct walk {
	struct seq_file *seq;
	struct table table;
	struct file **files;             /* in the kernel */
	unsigned long *open;             /* its bitmap of the numbers in use */
	unsigned int first;              /* number of the first descriptor in `chunk` */
	unsigned int count;              /* entries written */
};

/* One iterator at a time: the link is this program's own. */
static struct file *chunk[WORD_BITS];
static const void *socket_operations;    /* NULL = not seen yet */

/* A load of a field without a call: the kernel makes faults read 0. */
#define READABLE(pointer, type) \
	((type *)bpf_rdonly_cast((pointer), bpf_core_type_id_kernel(type)))

void *bpf_rdonly_cast(const void *pointer, unsigned int type_id) __ksym;

/* Nearly all of the time goes by waiting for memory: what tells most is read first. */
static int is_interesting(const struct socket *socket)
{
	int family = socket->ops->family;

	if (family != AF_INET && family != AF_INET6)
		return 0;
	return socket->type != SOCK_STREAM || READABLE(socket->sk, struct sock_common)->skc_state != TCP_ESTABLISHED;
}

/* All sockets have the same file operations, which the first one shows: with these known, no other file's inode is
 * looked at. A socket's name in a file system, open by O_PATH, is none: nothing points back from there. */
static int is_socket(const struct file *file)
{
	if (socket_operations)
		return file->f_op == socket_operations;
	if ((file->f_inode->i_mode & S_IFMT) != S_IFSOCK ||
	    READABLE(file->private_data, struct socket)->file != file)
		return 0;
	socket_operations = file->f_op;
	return 1;
}

/* Whose table it is stands before its first entry. */
static void write_entry(struct walk *w, int fd, unsigned int inode)
{
	struct entry entry = {fd, inode};

	if (!w->count++)
		bpf_seq_write(w->seq, &w->table, sizeof w->table);
	bpf_seq_write(w->seq, &entry, sizeof entry);
}

/* One descriptor of the chunk. A callback is verified once, a loop of its own for each of its turns. */
static long look(unsigned int i, struct walk *w)
{
	const struct file *file = READABLE(chunk[i % WORD_BITS], struct file);

	if (is_socket(file) && is_interesting(READABLE(file->private_data, struct socket)))
		write_entry(w, (int)(w->first + i), (unsigned int)file->f_inode->i_ino);
	return 0;
}

/* 64 descriptors, those in use by a bit each. */
static long walk_word(unsigned int index, struct walk *w)
{
	unsigned long open = 0;

	bpf_probe_read_kernel(&open, sizeof open, w->open + index);
	if (!open || bpf_probe_read_kernel(chunk, sizeof chunk, w->files + index * WORD_BITS))
		return 0;
	w->first = index * WORD_BITS;
	bpf_loop(WORD_BITS, look, w, 0);
	return w->count >= ENTRIES_MAX - WORD_BITS;
}

/* new_encode_dev() of tty_devnum() */
static unsigned int tty_device(const struct tty_struct *tty)
{
	const struct tty_driver *driver = BPF_CORE_READ(tty, driver);
	unsigned int major = BPF_CORE_READ(driver, major),
		     minor = BPF_CORE_READ(driver, minor_start) + BPF_CORE_READ(tty, index);

	return (minor & 0xff) | major << 8 | (minor & ~0xffu) << 12;
}

/* What /proc/PID/stat and three more files would say about who holds something. Read by calls: they are few, and
 * typed loads of this many structs would cost the verifier more. For the same reason no struct is followed that
 * can be spared: the kernel finds the name of each in its types, half a millisecond, unless it was asked for it
 * lately (it remembers 31 at most, by a hash: vmlinux_cand_cache in kernel/bpf/btf.c). */
static void write_facts(struct walk *w, const struct task_struct *task)
{
	const struct signal_struct *signal = BPF_CORE_READ(task, signal);
	const struct tty_struct *tty = BPF_CORE_READ(signal, tty);
	const struct cred *cred = BPF_CORE_READ(task, cred);
	struct facts facts = {.kind.fd = FACTS};

	facts.cgroups = (unsigned long)BPF_CORE_READ(task, cgroups);
	facts.ppid = BPF_CORE_READ(task, real_parent, tgid);
	facts.group = BPF_CORE_READ(signal, pids[PIDTYPE_PGID], numbers[0].nr);
	facts.session = BPF_CORE_READ(signal, pids[PIDTYPE_SID], numbers[0].nr);
	facts.tty_device = tty ? tty_device(tty) : 0;
	facts.uid = BPF_CORE_READ(cred, euid.val);
	facts.gid = BPF_CORE_READ(cred, egid.val);
	facts.mounts = BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
	facts.state = BPF_CORE_READ(task, __state);
	facts.exit_state = BPF_CORE_READ(task, exit_state);
	BPF_CORE_READ_INTO(&facts.comm, task, comm);
	bpf_seq_write(w->seq, &facts, sizeof facts);
}

SEC("iter/task")
int holders(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task, *leader;
	struct files_struct *files;
	struct fdtable *table;
	struct walk w = {};

	if (!task)
		return 0;                /* the end of the walk */
	files = BPF_CORE_READ(task, files);
	leader = BPF_CORE_READ(task, group_leader);
	if (!files || (leader != task && BPF_CORE_READ(leader, files) == files))
		return 0;
	table = BPF_CORE_READ(files, fdt);
	w.seq = ctx->meta->seq;
	w.files = BPF_CORE_READ(table, fd);
	w.open = BPF_CORE_READ(table, open_fds);
	w.table.kind.fd = TABLE;
	w.table.pid = BPF_CORE_READ(task, tgid);
	w.table.tid = BPF_CORE_READ(task, pid);
	w.table.start_ns = BPF_CORE_READ(leader, start_boottime);
	bpf_loop((BPF_CORE_READ(table, max_fds) + WORD_BITS - 1) / WORD_BITS, walk_word, &w, 0);
	/* Freed under the walk (it ended, or has a table of its own now), or larger than fits: not all of this is
	 * to be believed. */
	if (BPF_CORE_READ(task, files) != files || w.count >= ENTRIES_MAX - WORD_BITS)
		write_entry(&w, DOUBTFUL, 0);
	else if (w.count && leader == task)
		write_facts(&w, leader);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";  /* the tracing helpers are for GPL-compatible programs */
