/* Owns what is known about directories, and when to ask again. Touches none of them: project_probe.c does, in
 * a scout. */
#include "platform/linux/projects.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include "base/array.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "base/map.h"
#include "platform/linux/project_probe.h"
#include "platform/linux/scout.h"

enum { NOBODY = 65534, STARVED_MS = 10 };

#define AGAIN_US (30 * (int64_t)1000000)            /* a branch that was changed is seen after that */
#define STUCK_US_MAX (3600 * (int64_t)1000000)
#define UNUSED_US (60 * (int64_t)1000000)

struct entry {
	char *cwd;                   /* owned */
	size_t len;
	uint32_t uid, gid;
	struct project_answer answer;
	uint8_t state;               /* enum project_state */
	bool is_asked;
	int64_t next_us;             /* when to ask (again) */
	int64_t pause_us;            /* after it was stuck: doubled each time */
	int64_t used_us;             /* when somebody wanted to know */
};

struct projects {
	struct scout scout;
	struct entry *entries;       /* owned */
	size_t count, cap;
	struct map by_key;           /* hash, and the numbers that follow it -> index */
	size_t asked[SCOUT_ASKED_MAX];   /* entries in the order of the questions; as many as scout.asked */
	int64_t swept_us;
};

struct projects *projects_new(void)
{
	struct projects *p = fatal_calloc(1, sizeof *p);

	scout_init(&p->scout, project_probe, PROJECTS_LIMIT_US);
	return p;
}

void projects_free(struct projects *p)
{
	if (!p)
		return;
	scout_done(&p->scout);
	for (size_t i = 0; i < p->count; i++)
		free(p->entries[i].cwd);
	free(p->entries);
	map_done(&p->by_key);
	free(p);
}

static uint64_t hash(struct slice cwd, uint32_t uid)         /* FNV-1a */
{
	uint64_t value = 14695981039346656037u ^ uid;

	for (size_t i = 0; i < cwd.len; i++)
		value = (value ^ (unsigned char)cwd.ptr[i]) * 1099511628211u;
	return value;
}

/* The entry's index; or false and the key that is free for it. */
static bool find(const struct projects *p, struct slice cwd, uint32_t uid, uint64_t *key, uint64_t *index)
{
	for (*key = hash(cwd, uid); map_get(&p->by_key, *key, index); ++*key) {
		const struct entry *e = &p->entries[*index];

		if (e->uid == uid && slice_equal((struct slice){e->cwd, e->len}, cwd))
			return true;
	}
	return false;
}

static void add(struct projects *p, struct slice cwd, uint32_t uid, uint32_t gid, uint64_t key)
{
	struct entry e = {.cwd = fatal_alloc(cwd.len), .len = cwd.len, .uid = uid,
			  .gid = gid == UINT32_MAX ? NOBODY : gid, .state = PROJECT_UNKNOWN};

	memcpy(e.cwd, cwd.ptr, cwd.len);
	map_put(&p->by_key, key, p->count);
	ARRAY_PUSH(p->entries, p->count, p->cap) = e;
}

static struct slice slice_text(const struct project_text *t)
{
	return (struct slice){t->len ? t->bytes : NULL, t->len};
}

static struct project_fact fact(const struct entry *e)
{
	const struct project_answer *a = &e->answer;

	return (struct project_fact){
		.root = {e->cwd, a->root_len}, .git_root = {a->git_root_len ? e->cwd : NULL, a->git_root_len},
		.name = slice_text(&a->name), .branch = slice_text(&a->branch),
		.worktree = slice_text(&a->worktree), .repository = slice_text(&a->repository),
		.files = a->files, .is_detached = a->is_detached,
	};
}

enum project_state projects_get(struct projects *p, struct slice cwd, uint32_t uid, uint32_t gid,
				int64_t now_us, struct project_fact *out)
{
	uint64_t key, index;

	if (!slice_starts(cwd, "/") || cwd.len > SCOUT_REQUEST_MAX)
		return PROJECT_NONE;
	if (!find(p, cwd, uid, &key, &index)) {
		if (p->count == PROJECTS_MAX)
			return PROJECT_UNKNOWN;
		index = p->count;
		add(p, cwd, uid, gid, key);
	}
	p->entries[index].used_us = now_us;
	if (p->entries[index].state == PROJECT_FOUND)
		*out = fact(&p->entries[index]);
	return (enum project_state)p->entries[index].state;
}

/* The answer comes from lotop's own process, but that one has read hostile files. */
static bool is_sound(const struct project_answer *a, const struct entry *e, size_t len)
{
	return len == sizeof *a && a->root_len <= e->len && a->git_root_len <= a->root_len &&
	       a->name.len <= PROJECT_TEXT_MAX && a->branch.len <= PROJECT_TEXT_MAX &&
	       a->worktree.len <= PROJECT_TEXT_MAX && a->repository.len <= PROJECT_TEXT_MAX;
}

static void take_answer(struct entry *e, const struct project_answer *a, size_t len, int64_t now_us)
{
	e->answer = is_sound(a, e, len) ? *a : (struct project_answer){0};
	e->state = e->answer.root_len ? PROJECT_FOUND : PROJECT_NONE;
	e->is_asked = false;
	e->next_us = now_us + AGAIN_US;
	e->pause_us = 0;
}

/* The oldest question is to blame, the others are asked again. */
static void take_loss(struct projects *p, size_t asked, int error, int64_t now_us)
{
	for (size_t i = 0; i < asked; i++) {
		struct entry *e = &p->entries[p->asked[i]];

		e->is_asked = false;
		if (i)
			continue;
		e->state = error == -ETIMEDOUT ? PROJECT_STUCK : PROJECT_NONE;
		e->pause_us = e->pause_us ? e->pause_us * 2 : AGAIN_US;
		if (e->pause_us > STUCK_US_MAX)
			e->pause_us = STUCK_US_MAX;
		e->next_us = now_us + e->pause_us;
	}
}

static void take_answers(struct projects *p, int64_t now_us)
{
	union {
		struct project_answer answer;
		char bytes[SCOUT_ANSWER_MAX];
	} packet;
	size_t asked, len;

	while ((asked = p->scout.asked) > 0) {
		int error = scout_answer(&p->scout, &packet, &len, now_us);

		if (error == -EAGAIN)
			return;
		if (error) {
			take_loss(p, asked, error, now_us);
			continue;
		}
		take_answer(&p->entries[p->asked[0]], &packet.answer, len, now_us);
		memmove(p->asked, p->asked + 1, (asked - 1) * sizeof *p->asked);
	}
}

static bool is_due(const struct entry *e, int64_t now_us)
{
	return !e->is_asked && e->next_us <= now_us && now_us - e->used_us < UNUSED_US;
}

/* What the scout cannot take now is asked in a later step: it is another user's turn, or nobody can go at
 * all. */
static void ask(struct projects *p, int64_t now_us)
{
	for (size_t i = 0; i < p->count; i++) {
		struct entry *e = &p->entries[i];
		int error;

		if (!is_due(e, now_us))
			continue;
		error = scout_ask(&p->scout, e->uid, e->gid, (struct slice){e->cwd, e->len}, now_us);
		if (error == -EAGAIN && !p->scout.asked)
			return;
		if (error == -EAGAIN)
			continue;
		e->is_asked = !error;
		if (error)
			e->next_us = now_us + AGAIN_US;
		else
			p->asked[p->scout.asked - 1] = i;
	}
}

/* Drops what nobody wants to know any more. Indices move, so no question may be open. */
static void sweep(struct projects *p, int64_t now_us)
{
	size_t kept = 0;

	if (p->scout.asked || now_us - p->swept_us < UNUSED_US)
		return;
	p->swept_us = now_us;
	map_clear(&p->by_key);
	for (size_t i = 0; i < p->count; i++) {
		struct entry *e = &p->entries[i];
		uint64_t key, index;

		if (now_us - e->used_us >= UNUSED_US) {
			free(e->cwd);
			continue;
		}
		p->entries[kept] = *e;
		find(p, (struct slice){e->cwd, e->len}, e->uid, &key, &index);
		map_put(&p->by_key, key, kept++);
	}
	p->count = kept;
}

/* What could not be asked because too many scouts that have ended are not seen to be dead yet: on a busy
 * machine that takes a moment. */
static bool has_due(const struct projects *p, int64_t now_us)
{
	for (size_t i = 0; i < p->count; i++)
		if (is_due(&p->entries[i], now_us))
			return true;
	return false;
}

bool projects_step(struct projects *p, int64_t now_us)
{
	take_answers(p, now_us);
	sweep(p, now_us);
	ask(p, now_us);
	scout_rest(&p->scout);
	return p->scout.asked || has_due(p, now_us);
}

int projects_fd(const struct projects *p)
{
	return p->scout.asked ? p->scout.fd : -1;
}

void projects_wait(struct projects *p, int64_t until_us)
{
	int64_t now_us = clock_monotonic_us();

	while (projects_step(p, now_us) && now_us < until_us) {
		struct pollfd fd = {.fd = projects_fd(p), .events = POLLIN};
		int64_t limit_us = p->scout.asked ? p->scout.since_us + p->scout.limit_us : 0;

		if (limit_us > until_us)
			limit_us = until_us;
		poll(&fd, 1, limit_us > now_us ? (int)((limit_us - now_us) / 1000 + 1) : STARVED_MS);
		now_us = clock_monotonic_us();
	}
}
