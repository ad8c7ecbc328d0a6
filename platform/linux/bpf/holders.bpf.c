/* The kernel's half of platform/linux/taskiter.c: is called for each task, walks its descriptor table, and writes
 * a record for each TCP or UDP socket in there, and then who holds them. Knows nothing of listeners; the reader
 * joins by inode.
 * Field offsets are relocated at load time (CO-RE), so only the fields that are read are declared. No
 * trusted pointer is followed: that costs the verifier a search through all of the kernel's types, a millisecond
 * each, and nothing that is read here is held by a lock. Nor is a struct followed that can be spared: the kernel
 * finds the name of each in its types, half a millisecond, unless it was asked for it lately (it remembers 31 at
 * most, by a hash: vmlinux_cand_cache in kernel/bpf/btf.c).
 * It may sleep, for command lines are in memory that may have to be fetched (Linux 5.18). */
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define AF_INET 2
#define AF_INET6 10
#define SOCK_STREAM 1
#define TCP_ESTABLISHED 1
#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define TASK_UNINTERRUPTIBLE 2

#define WORD_BITS 64
#define ENTRIES_MAX 4000                 /* of one table: what is written for one task must fit 32 KiB */
#define ENTRIES_MANY 3600                /* with a command line there would be too much */
#define COMMAND_MAX 2048                 /* longer ones are left to /proc */
#define DOUBTFUL -1                      /* enum taskiter_kind */
#define FACTS -2
#define TABLE -3

#define KERNEL_TYPE __attribute__((preserve_access_index))

struct seq_file;
struct path { void *mnt, *dentry; } KERNEL_TYPE;
struct inode { unsigned short i_mode; unsigned long i_ino; } KERNEL_TYPE;
struct file { const void *f_op; struct inode *f_inode; void *private_data; struct path f_path; } KERNEL_TYPE;
struct fdtable { unsigned int max_fds; struct file **fd; unsigned long *open_fds; } KERNEL_TYPE;
struct files_struct { struct fdtable *fdt; } KERNEL_TYPE;
struct fs_struct { struct path pwd; } KERNEL_TYPE;
struct mm_struct { unsigned long arg_start, arg_end; struct file *exe_file; } KERNEL_TYPE;
struct tty_driver { int major, minor_start; } KERNEL_TYPE;
struct tty_struct { struct tty_driver *driver; int index; } KERNEL_TYPE;
struct signal_struct { struct tty_struct *tty; } KERNEL_TYPE;
struct cred { struct { unsigned int val; } euid, egid; } KERNEL_TYPE;
struct ns_common { unsigned int inum; } KERNEL_TYPE;
struct mnt_namespace { struct ns_common ns; } KERNEL_TYPE;
struct nsproxy { struct mnt_namespace *mnt_ns; } KERNEL_TYPE;
struct task_struct {
	int pid, tgid;
	unsigned int __state, exit_state;
	unsigned long long start_boottime;
	char comm[16];
	struct mm_struct *mm;
	struct fs_struct *fs;
	struct files_struct *files;
	struct task_struct *group_leader, *real_parent;
	struct signal_struct *signal;
	const struct cred *cred;
	struct nsproxy *nsproxy;
	void *cgroups;
} KERNEL_TYPE;
struct sock_common { unsigned short skc_family; unsigned char skc_state; } KERNEL_TYPE;
struct socket { short type; struct file *file; void *sk; } KERNEL_TYPE;     /* *sk begins with a sock_common */
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
	unsigned long long cgroups, exe, exe_mount, cwd, cwd_mount;
	int ppid;
	unsigned int tty_device;
	unsigned int uid, gid, mounts;
	unsigned int state, exit_state;
	unsigned int command_len;        /* of the command line that follows; 0 = was not read */
	char comm[16];
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
static char command[COMMAND_MAX];
static const void *socket_operations;    /* NULL = not seen yet */

/* Loads of fields without a call, there and behind the pointers that are found: the kernel makes faults read 0. */
#define READABLE(pointer, type) \
	((type *)bpf_rdonly_cast((pointer), bpf_core_type_id_kernel(type)))

void *bpf_rdonly_cast(const void *pointer, unsigned int type_id) __ksym;

static int is_interesting(const struct socket *socket)
{
	const struct sock_common *sk = READABLE(socket->sk, struct sock_common);
	unsigned short family = sk->skc_family;

	if (family != AF_INET && family != AF_INET6)
		return 0;
	return socket->type != SOCK_STREAM || sk->skc_state != TCP_ESTABLISHED;
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
	const struct tty_driver *driver = tty->driver;
	unsigned int major = driver->major, minor = driver->minor_start + tty->index;

	return (minor & 0xff) | major << 8 | (minor & ~0xffu) << 12;
}

/* The lock of the memory of a process that is stuck may be held for ever. */
static unsigned int read_command(const struct task_struct *task, struct task_struct *trusted)
{
	unsigned long start = task->mm->arg_start, len = task->mm->arg_end - start;

	if (!len || len > COMMAND_MAX || task->__state & TASK_UNINTERRUPTIBLE)
		return 0;
	return bpf_copy_from_user_task(command, len, (const void *)start, trusted, 0) ? 0 : len;
}

/* What /proc/PID/stat and more files would say about who holds something. */
static void write_facts(struct walk *w, const struct task_struct *task, struct task_struct *trusted)
{
	const struct tty_struct *tty = task->signal->tty;
	const struct file *exe = task->mm->exe_file;
	struct facts facts = {.kind.fd = FACTS};

	facts.cgroups = (unsigned long)task->cgroups;
	facts.exe = (unsigned long)exe->f_path.dentry;
	facts.exe_mount = (unsigned long)exe->f_path.mnt;
	facts.cwd = (unsigned long)task->fs->pwd.dentry;
	facts.cwd_mount = (unsigned long)task->fs->pwd.mnt;
	facts.ppid = task->real_parent->tgid;
	facts.tty_device = tty ? tty_device(tty) : 0;
	facts.uid = task->cred->euid.val;
	facts.gid = task->cred->egid.val;
	facts.mounts = task->nsproxy->mnt_ns->ns.inum;
	facts.state = task->__state;
	facts.exit_state = task->exit_state;
	facts.command_len = w->count < ENTRIES_MANY ? read_command(task, trusted) : 0;
	__builtin_memcpy(facts.comm, task->comm, sizeof facts.comm);
	bpf_seq_write(w->seq, &facts, sizeof facts);
	if (facts.command_len && facts.command_len <= COMMAND_MAX)
		bpf_seq_write(w->seq, command, facts.command_len);
}

SEC("iter.s/task")
int holders(struct bpf_iter__task *ctx)
{
	struct task_struct *trusted = ctx->task;
	const struct task_struct *task;
	const struct files_struct *files;
	const struct fdtable *table;
	struct walk w = {};

	if (!trusted)
		return 0;                /* the end of the walk */
	task = READABLE(trusted, struct task_struct);
	files = task->files;
	if (!files || (task->pid != task->tgid && task->group_leader->files == files))
		return 0;
	table = files->fdt;
	w.seq = ctx->meta->seq;
	w.files = table->fd;
	w.open = table->open_fds;
	w.table.kind.fd = TABLE;
	w.table.pid = task->tgid;
	w.table.tid = task->pid;
	w.table.start_ns = task->group_leader->start_boottime;
	bpf_loop((table->max_fds + WORD_BITS - 1) / WORD_BITS, walk_word, &w, 0);
	/* Freed under the walk (it ended, has a table of its own now, or a larger one), or larger than fits: not all of
	 * this is to be believed. */
	if (task->files != files || files->fdt != table || w.count >= ENTRIES_MAX - WORD_BITS)
		write_entry(&w, DOUBTFUL, 0);
	else if (w.count && task->pid == task->tgid)
		write_facts(&w, task, trusted);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";  /* the tracing helpers are for GPL-compatible programs */
