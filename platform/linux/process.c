/* Owns the reading of one process's facts, and their memory. Refuses to know what it holds (holders.c). */
#include "platform/linux/process.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/fatal.h"
#include "platform/linux/taskiter.h"
#include "model/terminal.h"

#define INITIAL_TIME_NAMESPACE 0xeffffffau       /* PROC_TIME_INIT_INO, linux/proc_ns.h; more than an int */

enum { STAT_BYTES = 1024, LINK_BYTES = 4096 };

/* When the machine was booted: the same in every scan but for corrections of the clock, so that a start
 * time is too. */
static int64_t boot_wall_ms(void)
{
	const int64_t ns_per_ms = 1000000, ns_per_s = 1000 * ns_per_ms;
	struct timespec wall, boot;

	clock_gettime(CLOCK_REALTIME, &wall);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	return ((wall.tv_sec - boot.tv_sec) * ns_per_s + wall.tv_nsec - boot.tv_nsec + ns_per_ms / 2) /
	       ns_per_ms;
}

uint64_t process_ticks(uint64_t start_ns)
{
	long ticks = sysconf(_SC_CLK_TCK);

	return ticks <= 0 ? 0 : start_ns / (1000000000u / (uint64_t)ticks);
}

static int64_t started_wall_ms(uint64_t start_time)
{
	long ticks = sysconf(_SC_CLK_TCK);

	return ticks <= 0 ? 0 : boot_wall_ms() + (int64_t)(start_time * 1000 / (uint64_t)ticks);
}

static void take_stat(struct process *p, const struct proc_stat *stat)
{
	struct process_fact *f = &p->fact;
	size_t len = stat->comm.len < sizeof p->comm ? stat->comm.len : sizeof p->comm - 1;

	if (f->start_time != stat->start_time || !f->started_wall_ms)
		f->started_wall_ms = started_wall_ms(stat->start_time);
	f->ppid = stat->ppid;
	f->group = stat->group;
	f->session = stat->session;
	f->start_time = stat->start_time;
	f->state = stat->state;
	memcpy(p->comm, stat->comm.ptr, len);
	f->comm = (struct slice){p->comm, len};
	if (f->tty_device != stat->tty_device || !stat->tty_device) {
		procfs_tty_name(stat->tty_device, p->tty);
		f->tty = slice_of(p->tty);
	}
	f->tty_device = stat->tty_device;
}

enum process_change process_refresh(struct process *p, struct slice bytes)
{
	int32_t parent = p->fact.ppid;
	struct proc_stat stat;
	bool is_same_name;

	if (procfs_parse_stat(bytes, &stat) || stat.start_time != p->fact.start_time)
		return PROCESS_OTHER;
	is_same_name = slice_equal(p->fact.comm, stat.comm) || stat.comm.len >= sizeof p->comm;
	take_stat(p, &stat);
	return is_same_name && stat.ppid == parent ? PROCESS_SAME : PROCESS_EXECED;
}

/* A text that was put into the scratch buffer: found again when the block has its final place. */
struct span {
	size_t start, len;
};

static struct span add_text(struct buf *texts, struct slice text)
{
	struct span span = {texts->len, text.len};

	buf_add_slice(texts, text);
	return span;
}

static struct slice text_at(const char *block, struct span span)
{
	return span.len ? (struct slice){block + span.start, span.len} : (struct slice){0};
}

static struct span read_link(struct buf *texts, int dir, const char *name, struct process_fact *f,
			     uint8_t hidden)
{
	char target[LINK_BYTES];
	int error;
	struct slice text = procfs_link(dir, name, target, sizeof target, &error);

	if (error == -EACCES || error == -EPERM)
		f->unknown |= hidden;
	return add_text(texts, text);
}

static struct span read_cgroup(struct buf *texts, int dir, struct process_fact *f)
{
	char bytes[LINK_BYTES];
	int error;
	struct slice text = procfs_read(dir, "cgroup", bytes, sizeof bytes, &error);

	if (error)
		f->unknown |= PROCESS_CGROUP_HIDDEN;
	return add_text(texts, procfs_parse_cgroup(text));
}

/* The kernel takes the process's memory lock for this one: a process in state D may hold it for ever. It
 * is read last, and not at all while that can be. */
static struct span read_command(struct buf *texts, int dir, struct process_fact *f)
{
	char bytes[PROCESS_COMMAND_MAX];
	int error = -EAGAIN;
	struct slice text = {0};

	if (f->state != 'D')
		text = procfs_read(dir, "cmdline", bytes, sizeof bytes, &error);
	if (error)
		f->unknown |= PROCESS_COMMAND_HIDDEN;
	return add_text(texts, text);
}

static bool is_wanted(struct slice entry)
{
	struct slice name = slice_cut(&entry, '=');

	for (const char *const *wanted = terminal_names; *wanted; wanted++)
		if (slice_is(name, *wanted))
			return true;
	return false;
}

/* Secrets stand in environments: nothing but the wanted names leaves this function. The same lock as for the
 * command line. A server without a terminal was started by none. */
static struct span read_environment(struct buf *texts, int dir, const struct process_fact *f)
{
	struct span span = {texts->len, 0};
	struct slice rest;
	char *bytes;
	int error;

	if (!f->tty_device || f->state == 'D' || f->unknown & PROCESS_COMMAND_HIDDEN)
		return span;
	bytes = fatal_alloc(PROCESS_ENVIRONMENT_MAX);
	rest = procfs_read(dir, "environ", bytes, PROCESS_ENVIRONMENT_MAX, &error);
	while (rest.len) {
		struct slice entry = slice_cut(&rest, '\0');

		if (!is_wanted(entry))
			continue;
		buf_add_slice(texts, entry);
		buf_add_char(texts, '\0');
	}
	explicit_bzero(bytes, PROCESS_ENVIRONMENT_MAX);
	free(bytes);
	span.len = texts->len - span.start;
	return span;
}

/* The owner of /proc/PID itself is the effective uid even where the files in it belong to root
 * (undumpable; see task_dump_owner() in fs/proc/base.c); a tenth of what reading `status` costs. */
static void read_uid(struct process_fact *f, int dir)
{
	struct stat st;

	f->uid = f->gid = UID_UNKNOWN;
	if (fstat(dir, &st))
		return;
	f->uid = st.st_uid;
	f->gid = st.st_gid;
}

static bool read_stat(int proc, int32_t pid, char bytes[STAT_BYTES], struct proc_stat *out)
{
	char path[PROCFS_PATH];
	int error;

	procfs_path(path, pid, 0, "stat");
	return !procfs_parse_stat(procfs_read(proc, path, bytes, STAT_BYTES, &error), out);
}

/* "mnt:[4026531841]"; 0 = not known. */
static uint32_t read_namespace(int dir, const char *path)
{
	char link[PROCFS_NAMESPACE];
	int error;
	struct slice rest = procfs_link(dir, path, link, sizeof link, &error);
	uint64_t number;

	slice_cut(&rest, '[');
	return slice_to_u64(slice_cut(&rest, ']'), 10, &number) && number <= UINT32_MAX ? (uint32_t)number : 0;
}

void process_reader_init(struct process_reader *r, int proc)
{
	uint32_t time = read_namespace(proc, "self/ns/time");

	*r = (struct process_reader){.proc = proc, .mounts = read_namespace(proc, "self/ns/mnt"),
				     .shares_clock = !time || time == INITIAL_TIME_NAMESPACE};
}

void process_reader_done(struct process_reader *r)
{
	map_done(&r->cgroups);
	buf_done(&r->cgroup_texts);
}

void process_reader_forget(struct process_reader *r)
{
	r->session = 0;
	map_clear(&r->cgroups);
	buf_clear(&r->cgroup_texts);
}

/* kill(2) tells that the leader is gone even where /proc hides processes; an init that does not reap leaves it a
 * zombie. Those who are read together are mostly of few sessions. */
static bool is_leader_gone(struct process_reader *r, int32_t session)
{
	char bytes[STAT_BYTES];
	struct proc_stat stat;

	if (r->session == session)
		return r->is_leader_gone;
	r->session = session;
	r->is_leader_gone = (kill(session, 0) && errno == ESRCH) ||
			    (read_stat(r->proc, session, bytes, &stat) && stat.state == 'Z');
	return r->is_leader_gone;
}

/* A fork stays in the session of its parent: a parent in another one took the process in. Session 0 is of
 * another pid namespace. */
static void read_ties(struct process_fact *f, struct process_reader *r)
{
	char bytes[STAT_BYTES];
	struct proc_stat stat;

	f->ties = 0;
	if (f->session <= 0 || f->session == f->pid || !is_leader_gone(r, f->session))
		return;
	f->ties = PROCESS_LEADER_GONE;
	if (read_stat(r->proc, f->ppid, bytes, &stat) && stat.session != f->session)
		f->ties |= PROCESS_ADOPTED;
}

/* Are the names of its directories those that lotop would use? */
static bool is_in_other_mounts(const struct process_reader *r, uint32_t mounts)
{
	return !mounts || mounts != r->mounts;
}

/* Of processes that were seen together, those of one cgroup are of one path. */
static struct slice recall_cgroup(const struct process_reader *r, uint64_t id)
{
	uint64_t at;

	return map_get(&r->cgroups, id, &at) ? slice_of(r->cgroup_texts.data + at) : (struct slice){0};
}

static void remember_cgroup(struct process_reader *r, uint64_t id, struct slice path)
{
	if (!path.len || map_has(&r->cgroups, id))
		return;
	map_put(&r->cgroups, id, r->cgroup_texts.len);
	buf_add_slice(&r->cgroup_texts, path);
	buf_add_char(&r->cgroup_texts, 0);
}

static struct span copy_cgroup(struct buf *texts, int dir, struct process_fact *f, struct slice known)
{
	return known.len ? add_text(texts, known) : read_cgroup(texts, dir, f);
}

/* Every text; the path of the cgroup only where it is not known. */
static void read_texts(struct process *p, int dir, struct slice known)
{
	struct process_fact *f = &p->fact;
	struct buf texts = {0};
	struct span exe, cwd, cgroup, command, environment;

	exe = read_link(&texts, dir, "exe", f, PROCESS_EXE_HIDDEN);
	cwd = read_link(&texts, dir, "cwd", f, PROCESS_CWD_HIDDEN);
	cgroup = copy_cgroup(&texts, dir, f, known);
	command = read_command(&texts, dir, f);
	environment = read_environment(&texts, dir, f);
	free(p->texts);
	p->texts = fatal_alloc(texts.len);
	if (texts.len)
		memcpy(p->texts, texts.data, texts.len);
	f->exe = text_at(p->texts, exe);
	f->cwd = text_at(p->texts, cwd);
	f->cgroup = text_at(p->texts, cgroup);
	f->command = text_at(p->texts, command);
	f->environment = text_at(p->texts, environment);
	buf_done(&texts);
}

/* All files through one descriptor of /proc/PID: whatever they say is said by one and the same process. */
static int read_all(struct process *p, int dir)
{
	char bytes[STAT_BYTES];
	struct proc_stat stat;
	int error;
	struct slice text = procfs_read(dir, "stat", bytes, sizeof bytes, &error);

	if (!error)
		error = procfs_parse_stat(text, &stat);
	if (error)
		return error;
	take_stat(p, &stat);
	p->fact.unknown = 0;
	read_uid(&p->fact, dir);
	read_texts(p, dir, (struct slice){0});
	return 0;
}

int process_load_at(struct process *p, struct process_reader *r, int32_t pid, int dir)
{
	int error;

	p->fact.pid = pid;
	error = read_all(p, dir);
	if (error)
		return error;
	read_ties(&p->fact, r);
	p->fact.in_other_mounts = is_in_other_mounts(r, read_namespace(dir, "ns/mnt"));
	return 0;
}

int process_load(struct process *p, struct process_reader *r, int32_t pid)
{
	char path[PROCFS_PATH];
	int dir, error;

	procfs_path(path, pid, 0, "");
	dir = openat(r->proc, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	error = process_load_at(p, r, pid, dir);
	close(dir);
	return error;
}

/* get_task_state() in fs/proc/array.c: the letter of the highest bit that is reported. */
static char state_letter(const struct taskiter_facts *seen)
{
	static const char letters[] = "RSDTtXZP";
	const uint32_t reported = 0x7f, idle = 0x402, frozen = 0x8000, uninterruptible = 2;
	uint32_t bits = (seen->state | seen->exit_state) & reported;
	size_t highest = 0;

	if ((seen->state & idle) == idle)
		return 'I';
	if (seen->state & frozen)
		bits = uninterruptible;
	for (; bits; bits >>= 1)
		highest++;
	return letters[highest];
}

static void take_seen(struct process *p, const struct process_reader *r, const struct taskiter_facts *seen)
{
	const struct proc_stat stat = {
		.comm = slice_of(seen->comm), .state = state_letter(seen),
		.ppid = seen->ppid, .group = seen->group, .session = seen->session,
		.tty_device = seen->tty_device, .start_time = process_ticks(seen->start_ns),
	};

	take_stat(p, &stat);
	p->fact.pid = seen->pid;
	p->fact.unknown = 0;
	p->fact.uid = seen->uid;
	p->fact.gid = seen->gid;
	p->fact.in_other_mounts = is_in_other_mounts(r, seen->mounts);
}

int process_load_seen(struct process *p, struct process_reader *r, const struct taskiter_facts *seen)
{
	char path[PROCFS_PATH];
	int dir;

	if (!r->shares_clock)
		return -EOPNOTSUPP;
	procfs_path(path, seen->pid, 0, "");
	dir = openat(r->proc, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	take_seen(p, r, seen);
	read_texts(p, dir, recall_cgroup(r, seen->cgroups));
	close(dir);
	remember_cgroup(r, seen->cgroups, p->fact.cgroup);
	read_ties(&p->fact, r);
	return 0;
}

/* A difference in what lies between the members of a fact is taken for one: that costs time, no more. */
static bool is_same(const struct process *a, const struct process *b)
{
	struct process_fact f = a->fact, g = b->fact;

	if (f.comm.len != g.comm.len || memcmp(a->comm, b->comm, f.comm.len) || strcmp(a->tty, b->tty) ||
	    !slice_equal(f.exe, g.exe) || !slice_equal(f.command, g.command) || !slice_equal(f.cwd, g.cwd) ||
	    !slice_equal(f.cgroup, g.cgroup) || !slice_equal(f.environment, g.environment))
		return false;
	f.comm = f.exe = f.command = f.cwd = f.tty = f.cgroup = f.environment = (struct slice){0};
	g.comm = g.exe = g.command = g.cwd = g.tty = g.cgroup = g.environment = (struct slice){0};
	return memcmp(&f, &g, sizeof f) == 0;
}

bool process_reload(struct process *p, struct process_reader *r)
{
	struct process old = *p;
	bool is_other;

	p->texts = NULL;
	if (process_load(p, r, p->fact.pid)) {
		free(p->texts);
		*p = old;
		return false;
	}
	is_other = !is_same(&old, p);
	free(old.texts);
	return is_other;
}

enum process_change process_follow(struct process *p, struct slice stat, bool *has_changed)
{
	const struct process old = *p;
	enum process_change change = process_refresh(p, stat);

	*has_changed |= !is_same(&old, p);
	return change;
}

void process_take(struct process *to, struct process *from)
{
	*to = *from;
	to->fact.comm.ptr = to->comm;
	to->fact.tty.ptr = to->fact.tty.len ? to->tty : NULL;
	*from = (struct process){0};
}

void process_done(struct process *p)
{
	free(p->texts);
	*p = (struct process){0};
}
