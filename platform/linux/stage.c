/* Owns the steps of a hunt: one process looked at, and what is learnt from it. Refuses to decide what
 * comes next. */
#include "platform/linux/stage.h"
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/array.h"
#include "base/clock.h"
#include "platform/linux/procfs.h"

static void note_recent(struct hunt *h, int32_t pid)
{
	for (size_t i = 0; i < RECENT; i++)
		if (h->recent[i] == pid)
			return;
	h->recent[h->recent_at++ % RECENT] = pid;
}

/* What a walk of `pid` said: remembered, unless it could not say anything. */
static void learn(struct hunt *h, int32_t pid, const struct find *found, size_t count, uint32_t fd_count,
		  int error)
{
	struct member *m = roster_find(&h->roster, pid);
	bool is_new = m && m->is_new;

	if (m) {
		m->is_new = false;
		m->is_denied = error == -EACCES || error == -EPERM;
		if (fd_count != WALK_COUNT_UNKNOWN || error)
			m->fd_count = fd_count;      /* of one that is gone, no number is new any more */
	}
	if (error == -EMFILE || error == -ENFILE)
		h->exhausted = error;
	else if (!error || error == -ENOENT || error == -ESRCH)
		holders_set(h->holders, pid, is_new, found, error ? 0 : count);
	if (is_new || (count && !h->is_first))
		note_recent(h, pid);
}

/* A leader that ended before its threads has no memory any more: /proc gives its table to root then, while
 * those of its threads stay its user's. The directory of a process always belongs to its user
 * (task_dump_owner() in fs/proc/base.c). */
static bool is_own(const struct hunt *h, int32_t pid)
{
	char path[PROCFS_PATH];
	struct stat st;

	procfs_path(path, pid, 0, "");
	return !fstatat(h->proc, path, &st, 0) && st.st_uid == geteuid();
}

/* Everybody's own table was walked a stage ago: only what threads hold on their own is worth another walk. */
static bool has_other_tables(struct hunt *h, int32_t pid)
{
	const struct member *m = roster_find(&h->roster, pid);

	if (m && m->is_denied && !is_own(h, pid))
		return false;
	h->finds.count = 0;
	walk_tasks(h->proc, pid, &h->wants.by_inode, &h->finds);
	return h->finds.count || holders_has_tasks(h->holders, pid);
}

static void visit(struct hunt *h, int32_t pid)
{
	uint32_t fd_count = WALK_COUNT_UNKNOWN;
	int error;

	if (h->stage == STAGE_TASKS && !has_other_tables(h, pid))
		return;
	h->finds.count = 0;
	error = walk_table(h->proc, pid, 0, &h->wants.by_inode, &h->finds, &fd_count);
	if ((h->stage == STAGE_TASKS || holders_has_tasks(h->holders, pid)) &&
	    (!error || (error == -EACCES && is_own(h, pid)))) {
		walk_tasks(h->proc, pid, &h->wants.by_inode, &h->finds);
		error = h->finds.count ? 0 : error;
	}
	learn(h, pid, h->finds.items, h->finds.count, fd_count, error);
}

static bool step_first(struct hunt *h)
{
	size_t member;

	if (!crew_take(h->crew, &member)) {
		crew_join(h->crew);
		return false;
	}
	visit(h, h->roster.members[member].pid);
	return true;
}

static bool step_collect(struct hunt *h)
{
	size_t count;
	const struct crew_result *results = crew_results(h->crew, &count), *r;
	const struct finds *finds = crew_finds(h->crew);

	if (h->crew_at >= count) {
		crew_free(h->crew);
		h->crew = NULL;
		return false;
	}
	r = &results[h->crew_at];
	learn(h, h->roster.members[r->member].pid, finds->count ? finds->items + h->crew_finds_at : NULL,
	      r->finds_end - h->crew_finds_at, r->fd_count, r->error);
	h->crew_finds_at = r->finds_end;
	h->crew_at++;
	return true;
}

/* The finds of one process. Its connections, which a pass does not see, stay as they were known. */
static bool step_pass(struct hunt *h)
{
	size_t at = h->passed_at;
	int32_t pid;

	if (at >= h->passed.count)
		return false;
	pid = h->passed.items[at].pid;
	h->finds.count = 0;
	for (; at < h->passed.count && h->passed.items[at].pid == pid; at++)
		ARRAY_PUSH(h->finds.items, h->finds.count, h->finds.cap) = h->passed.items[at];
	h->passed_at = at;
	holders_add_passive(h->holders, pid, &h->wants, &h->finds);
	learn(h, pid, h->finds.items, h->finds.count, WALK_COUNT_UNKNOWN, 0);
	return true;
}

static bool step_queue(struct hunt *h)
{
	if (h->queue_at >= h->queue.count)
		return false;
	visit(h, h->queue.items[h->queue_at++]);
	return true;
}

struct member *stage_next(struct hunt *h, size_t *at)
{
	if (!h->roster.count)
		return NULL;
	*at = *at + 1 < h->roster.count ? *at + 1 : 0;
	return &h->roster.members[*at];
}

static bool step_deep(struct hunt *h)
{
	const struct member *m = stage_next(h, &h->deep_at);

	if (!m || clock_monotonic_us() >= h->deep_end_us)
		return false;
	h->background_left -= h->background_left > 0;
	visit(h, m->pid);
	return true;
}

bool stage_has_changed(const struct hunt *h, const struct member *m)
{
	return !m->is_denied && walk_count(h->proc, m->pid) != m->fd_count;
}

static bool step_round(struct hunt *h)
{
	const struct member *m = stage_next(h, &h->round_at);

	if (!m || h->round_left == 0)
		return false;
	h->round_left--;
	if (h->stage != STAGE_CHANGED || stage_has_changed(h, m))
		visit(h, m->pid);
	return true;
}

static bool (*const steps[])(struct hunt *h) = {
	[STAGE_FIRST] = step_first, [STAGE_COLLECT] = step_collect, [STAGE_QUEUE] = step_queue,
	[STAGE_DEEP] = step_deep,   [STAGE_RECENT] = step_queue,    [STAGE_CGROUP] = step_queue,
	[STAGE_PASS] = step_pass,   [STAGE_CHANGED] = step_round,   [STAGE_ALL] = step_round,
	[STAGE_TASKS] = step_round,
};

bool stage_step(struct hunt *h)
{
	return steps[h->stage](h);
}
