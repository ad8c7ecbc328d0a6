/* Owns the one reading of all processes that a kill of a group or tree needs, and of those above one. Keeps nothing between two
 * readings, for what is to be signalled must be true now. Source: proc(5). */
#include "platform/linux/everybody.h"
#include <errno.h>
#include "platform/linux/mounts.h"
#include "platform/linux/process.h"
#include "platform/linux/procfs.h"
#include "platform/linux/roster.h"

enum { STAT_BYTES = 1024, DEPTH_MAX = 32 };

/* One that has gone meanwhile is nobody's member any more. */
static void add(int proc, int32_t pid, struct facts *out)
{
	char path[PROCFS_PATH], bytes[STAT_BYTES];
	struct proc_stat stat;
	int error;
	struct slice text;

	procfs_path(path, pid, 0, "stat");
	text = procfs_read(proc, path, bytes, sizeof bytes, &error);
	if (error && error != -ENOENT && error != -ESRCH)
		facts_add_gap(out, GAP_PROCESSES_HIDDEN, 1, -error);
	if (error || procfs_parse_stat(text, &stat) || stat.is_kernel_thread)
		return;
	facts_add_process(out, &(struct process_fact){
		.pid = pid, .ppid = stat.ppid, .group = stat.group, .session = stat.session,
		.start_time = stat.start_time, .state = stat.state, .comm = stat.comm, .uid = UID_UNKNOWN,
	});
}

int everybody_add(int proc, struct facts *out)
{
	struct roster roster;

	if (proc < 0)
		return -ENOENT;
	roster_init(&roster, proc);
	roster_read(&roster);
	for (size_t i = 0; i < roster.count; i++)
		add(proc, roster.members[i].pid, out);
	roster_done(&roster);
	if (mounts_hide_others())
		facts_add_gap(out, GAP_PROCESSES_HIDDEN, 0, 0);
	return 0;
}

int everybody_add_line(int proc, int32_t pid, struct facts *out)
{
	struct process_reader reader;
	struct process process = { .texts = NULL };
	int error = 0;

	process_reader_init(&reader, proc);
	for (unsigned depth = 0; pid > 1 && depth < DEPTH_MAX && !error; depth++) {
		error = process_load(&process, &reader, pid);
		if (error)
			break;
		facts_add_process(out, &process.fact);
		pid = process.fact.ppid;
	}
	process_done(&process);
	return out->process_count ? 0 : error;
}
