/* Owns what is known about one process, and when it is still the same one. Refuses to know what it holds
 * (holders.c), and how its texts are read (process_texts.c). */
#include "platform/linux/process.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "platform/linux/taskiter.h"

enum { STAT_BYTES = 1024 };

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

/* The owner of /proc/PID itself is the effective uid even where the files in it belong to root
 * (undumpable; see task_dump_owner() in fs/proc/base.c); a tenth of what reading `status` costs. */
static void read_uid(struct process_fact *f, const struct process_place *place)
{
	char path[PROCFS_PATH];
	struct stat st;

	f->uid = f->gid = UID_UNKNOWN;
	process_place_path(place, ".", path);
	if (fstatat(place->dir, path, &st, 0))
		return;
	f->uid = st.st_uid;
	f->gid = st.st_gid;
}

/* A fork stays in the session of its parent: a parent in another one took the process in. Session 0 is of
 * another pid namespace. */
static void read_ties(struct process_fact *f, struct process_reader *r)
{
	char path[PROCFS_PATH], bytes[STAT_BYTES];
	struct proc_stat stat;
	int error;

	f->ties = 0;
	if (f->session <= 0 || f->session == f->pid || !process_reader_misses_leader(r, f->session))
		return;
	f->ties = PROCESS_LEADER_GONE;
	procfs_path(path, f->ppid, 0, "stat");
	if (!procfs_parse_stat(procfs_read(r->proc, path, bytes, sizeof bytes, &error), &stat) &&
	    stat.session != f->session)
		f->ties |= PROCESS_ADOPTED;
}

static void read_texts(struct process *p, const struct process_place *place, const struct process_known *known)
{
	free(p->texts);
	p->texts = process_texts_read(&p->fact, place, known);
}

/* All files by way of one descriptor: whatever they say is said by one and the same process. */
int process_load_at(struct process *p, struct process_reader *r, int32_t pid, const struct process_place *place)
{
	const struct process_known nothing = {.exe = {0}};
	char path[PROCFS_PATH], bytes[STAT_BYTES];
	struct proc_stat stat;
	struct slice text;
	int error;

	process_place_path(place, "stat", path);
	text = procfs_read(place->dir, path, bytes, sizeof bytes, &error);
	if (!error)
		error = procfs_parse_stat(text, &stat);
	if (error)
		return error;
	p->fact.pid = pid;
	take_stat(p, &stat);
	p->fact.unknown = 0;
	read_uid(&p->fact, place);
	read_texts(p, place, &nothing);
	read_ties(&p->fact, r);
	process_place_path(place, "ns/mnt", path);
	p->fact.in_other_mounts = process_reader_is_elsewhere(r, process_reader_namespace(place->dir, path));
	return 0;
}

int process_load(struct process *p, struct process_reader *r, int32_t pid)
{
	struct process_place place = {.prefix = ""};
	char path[PROCFS_PATH];
	int error;

	procfs_path(path, pid, 0, "");
	place.dir = openat(r->proc, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (place.dir < 0)
		return -errno;
	error = process_load_at(p, r, pid, &place);
	close(place.dir);
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
		.comm = slice_of(seen->comm), .state = state_letter(seen), .ppid = seen->ppid,
		.group = getpgid(seen->pid), .session = getsid(seen->pid),
		.tty_device = seen->tty_device, .start_time = process_ticks(seen->start_ns),
	};

	take_stat(p, &stat);
	p->fact.pid = seen->pid;
	p->fact.unknown = 0;
	p->fact.uid = seen->uid;
	p->fact.gid = seen->gid;
	p->fact.in_other_mounts = process_reader_is_elsewhere(r, seen->mounts);
}

/* A command line that does not end with NUL goes on elsewhere (setproctitle(3); get_mm_cmdline() in
 * fs/proc/base.c). */
static struct slice seen_command(const struct taskiter_facts *seen)
{
	struct slice command = seen->command;

	return command.len && !command.ptr[command.len - 1] ? command : (struct slice){0};
}

int process_load_seen(struct process *p, struct process_reader *r, const struct taskiter_facts *seen)
{
	const struct process_known known = {
		.exe = process_reader_path(r, seen->exe), .cwd = process_reader_path(r, seen->cwd),
		.cgroup = process_reader_path(r, seen->cgroups), .command = seen_command(seen),
	};
	struct process_place place = {.dir = r->proc};

	if (!r->shares_clock)
		return -EOPNOTSUPP;
	take_seen(p, r, seen);
	if (p->fact.session < 0)
		return -ESRCH;
	snprintf(place.prefix, sizeof place.prefix, "%d/", (int)seen->pid);
	read_texts(p, &place, &known);
	process_reader_keep_path(r, seen->exe, p->fact.exe);
	process_reader_keep_path(r, seen->cwd, p->fact.cwd);
	process_reader_keep_path(r, seen->cgroups, p->fact.cgroup);
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
