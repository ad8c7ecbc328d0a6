/* Owns what is learnt from one process and true for the next ones too. Refuses to read any of their facts
 * (process.c). */
#include "platform/linux/process_reader.h"
#include <errno.h>
#include <signal.h>
#include "platform/linux/procfs.h"

#define INITIAL_TIME_NAMESPACE 0xeffffffau       /* PROC_TIME_INIT_INO, linux/proc_ns.h; more than an int */

enum { STAT_BYTES = 1024 };

uint32_t process_reader_namespace(int dir, const char *path)
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
	uint32_t time = process_reader_namespace(proc, "self/ns/time");

	*r = (struct process_reader){.proc = proc, .mounts = process_reader_namespace(proc, "self/ns/mnt"),
				     .shares_clock = !time || time == INITIAL_TIME_NAMESPACE};
}

void process_reader_done(struct process_reader *r)
{
	map_done(&r->paths);
	buf_done(&r->path_texts);
}

void process_reader_forget(struct process_reader *r)
{
	r->session = 0;
	map_clear(&r->paths);
	buf_clear(&r->path_texts);
}

static bool is_zombie(int proc, int32_t pid)
{
	char path[PROCFS_PATH], bytes[STAT_BYTES];
	struct proc_stat stat;
	int error;

	procfs_path(path, pid, 0, "stat");
	return !procfs_parse_stat(procfs_read(proc, path, bytes, sizeof bytes, &error), &stat) && stat.state == 'Z';
}

/* kill(2) tells that the leader is gone even where /proc hides processes; an init that does not reap leaves it a
 * zombie. Those who are read together are mostly of few sessions. */
bool process_reader_misses_leader(struct process_reader *r, int32_t session)
{
	if (r->session == session)
		return r->is_leader_gone;
	r->session = session;
	r->is_leader_gone = (kill(session, 0) && errno == ESRCH) || is_zombie(r->proc, session);
	return r->is_leader_gone;
}

struct slice process_reader_path(const struct process_reader *r, uint64_t key)
{
	uint64_t at;

	return key && map_get(&r->paths, key, &at) ? slice_of(r->path_texts.data + at) : (struct slice){0};
}

void process_reader_keep_path(struct process_reader *r, uint64_t key, struct slice path)
{
	if (!key || !path.len || map_has(&r->paths, key))
		return;
	map_put(&r->paths, key, r->path_texts.len);
	buf_add_slice(&r->path_texts, path);
	buf_add_char(&r->path_texts, 0);
}

bool process_reader_is_elsewhere(const struct process_reader *r, uint32_t mounts)
{
	return !mounts || mounts != r->mounts;
}
