/* Owns the steps of a hunt: one process looked at, and what is learnt from it. Refuses to decide what
 * comes next. */
#include "platform/linux/stage.h"
#include <errno.h>
#include <signal.h>
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

/* What a look at one process said. */
struct look {
	struct witness witness;
	const struct find *found;
	size_t count;
	uint32_t fd_count;
	int error;
};

static bool exists(int32_t pid)
{
	return !kill(pid, 0) || errno == EPERM;
}

/* Remembered, unless it could not say anything. */
static void learn(struct hunt *h, int32_t pid, const struct look *look)
{
	struct member *m = roster_find(&h->roster, pid);
	bool is_new = m && m->is_new;
	int error = look->error;

	if (m) {
		m->is_new = false;
		m->is_denied = error == -EACCES || error == -EPERM;
		if (look->fd_count != WALK_COUNT_UNKNOWN || error)
			m->fd_count = look->fd_count;        /* of one that is gone, no number is new any more */
	}
	if (error == -EMFILE || error == -ENFILE)
		h->exhausted = error;
	else if ((!error || error == -ENOENT || error == -ESRCH) &&
		 !holders_set(h->holders, pid, is_new, &look->witness, look->found, error ? 0 : look->count))
		h->is_shut_out |= exists(pid);
	if (is_new || (look->count && !h->is_first))
		note_recent(h, pid);
}

/* A leader that ended before its threads has no memory any more: /proc gives its table to root then, while
 * those of its threads stay its user's. The directory of a process always belongs to its user
 * (task_dump_owner() in fs/proc/base.c). Who may not be signalled is somebody else's: that costs a tenth of a
 * look at the directory. */
static bool is_own(const struct hunt *h, int32_t pid)
{
	char path[PROCFS_PATH];
	struct stat st;

	if (kill(pid, 0))
		return false;
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

/* Who is not known yet is read on the way: through the directory of the table that was walked. */
static int walk_own(struct hunt *h, int32_t pid, uint32_t *fd_count, struct process *stranger)
{
	struct process_place place = {.prefix = "../"};
	int error;

	if (holders_has(h->holders, pid))
		return walk_table(h->proc, pid, 0, &h->wants.by_inode, &h->finds, fd_count);
	error = walk_process(h->proc, pid, &h->wants.by_inode, &h->finds, fd_count, &place.dir);
	if (place.dir < 0)
		return error;
	if (process_load_at(stranger, &h->reader, pid, &place))
		process_done(stranger);
	close(place.dir);
	return error;
}

static void look_at(struct hunt *h, int32_t pid, bool has_tasks)
{
	struct process stranger = {0};
	struct look look = {.fd_count = WALK_COUNT_UNKNOWN};

	h->finds.count = 0;
	look.error = walk_own(h, pid, &look.fd_count, &stranger);
	if (has_tasks && (!look.error || (look.error == -EACCES && is_own(h, pid)))) {
		walk_tasks(h->proc, pid, &h->wants.by_inode, &h->finds);
		look.error = h->finds.count ? 0 : look.error;
	}
	look.found = h->finds.items;
	look.count = h->finds.count;
	look.witness.process = stranger.fact.pid ? &stranger : NULL;
	learn(h, pid, &look);
	process_done(&stranger);
}

static void visit(struct hunt *h, int32_t pid)
{
	bool is_last = h->stage == STAGE_TASKS;

	if (!is_last || has_other_tables(h, pid))
		look_at(h, pid, is_last || holders_has_tasks(h->holders, pid));
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
	learn(h, h->roster.members[r->member].pid, &(struct look){
		.witness = {.process = r->process},
		.found = finds->count ? finds->items + h->crew_finds_at : NULL,
		.count = r->finds_end - h->crew_finds_at,
		.fd_count = r->fd_count, .error = r->error});
	h->crew_finds_at = r->finds_end;
	h->crew_at++;
	return true;
}

static struct find find_of(const struct taskiter_record *r)
{
	return (struct find){.inode = r->inode, .pid = r->pid, .task = r->tid == r->pid ? 0 : r->tid, .fd = r->fd};
}

/* The finds of one process. Its connections, which a pass does not see, stay as they were known. */
static bool step_pass(struct hunt *h)
{
	const struct taskiter_record *first, *r, *end;
	struct look look = {.fd_count = WALK_COUNT_UNKNOWN};
	bool is_doubtful = false;

	if (h->passed_at >= h->passed.count)
		return false;
	end = h->passed.items + h->passed.count;
	first = h->passed.items + h->passed_at;
	h->finds.count = 0;
	for (r = first; r < end && r->pid == first->pid; r++) {
		ARRAY_PUSH(h->finds.items, h->finds.count, h->finds.cap) = find_of(r);
		is_doubtful |= r->fd == TASKITER_DOUBTFUL;
	}
	h->passed_at += (size_t)(r - first);
	if (is_doubtful) {
		look_at(h, first->pid, true);
		return true;
	}
	holders_add_passive(h->holders, first->pid, &h->wants, &h->finds);
	look.witness.start_ns = first->start_ns;
	look.witness.seen = passed_find(&h->passed, first->pid);
	look.found = h->finds.items;
	look.count = h->finds.count;
	learn(h, first->pid, &look);
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
	visit(h, m->pid);
	return true;
}

bool stage_has_changed(const struct hunt *h, const struct member *m)
{
	return !m->is_denied && walk_count(h->proc, m->pid) != m->fd_count;
}

static bool step_links(struct hunt *h)
{
	const struct member *m = stage_next(h, &h->links_at);

	if (!m || !h->links_left || clock_monotonic_us() >= h->links_end_us)
		return false;
	h->links_left--;
	if (h->has_all_links || stage_has_changed(h, m))
		visit(h, m->pid);
	return true;
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
	[STAGE_DEEP] = step_deep,   [STAGE_LINKS] = step_links,     [STAGE_RECENT] = step_queue,
	[STAGE_CGROUP] = step_queue, [STAGE_PASS] = step_pass,      [STAGE_CHANGED] = step_round,
	[STAGE_ALL] = step_round,   [STAGE_TASKS] = step_round,
};

bool stage_step(struct hunt *h)
{
	return steps[h->stage](h);
}
