/* Owns when an engine is asked, and which of its answers belong to a scan. Refuses to know how one is
 * asked (engine.c) and what an answer looks like (engine_parse.c). */
#include "platform/linux/containers.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include "base/clock.h"
#include "base/fatal.h"
#include "base/map.h"
#include "model/cgroup.h"
#include "model/shared.h"
#include "platform/linux/engine.h"
#include "platform/linux/engine_parse.h"

#define REFRESH_US (300 * (int64_t)1000000)          /* a container that was renamed is seen after that */
#define RETRY_US (30 * (int64_t)1000000)
#define PAUSE_US ((int64_t)1000000)

struct containers {
	struct engine engine;
	unsigned path;               /* which one is being asked */
	struct engine_list list;     /* of the newest answer */
	const struct owners *owners; /* a reference: whose processes were looked at; NULL = unshared ones */
	struct map ids;              /* hashes of the ids that processes are in */
	bool sees_own;               /* somebody is seen who is in a container, or stands for one */
	bool sees_hidden;            /* some sockets' holders are hidden: any container may have them */
	uint64_t wanted;             /* signature of those in a container, or standing for one; 0 = nobody */
	uint64_t namespaces;         /* signature of the other network namespaces */
	uint64_t asked_for;          /* `wanted`, when it was asked */
	uint64_t answered_for;       /* and that of the newest answer */
	int64_t asked_us;            /* 0 = never */
};

struct containers *containers_new(void)
{
	struct containers *c = fatal_calloc(1, sizeof *c);

	engine_init(&c->engine);
	return c;
}

void containers_free(struct containers *c)
{
	if (!c)
		return;
	engine_done(&c->engine);
	engine_list_done(&c->list);
	owners_unref(c->owners);
	map_done(&c->ids);
	free(c);
}

static uint64_t hash(struct slice text)              /* FNV-1a */
{
	uint64_t value = 14695981039346656037u;

	for (size_t i = 0; i < text.len; i++)
		value = (value ^ (unsigned char)text.ptr[i]) * 1099511628211u;
	return value;
}

/* Programs that listen on this machine for somebody in a container. */
static bool is_proxy(struct slice comm)
{
	static const char *const names[] = {
		"docker-proxy", "rootlessport", "rootlessport-ch", "rootlesskit", "conmon", "pasta",
		"pasta.avx2", "slirp4netns",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_is(comm, names[i]))
			return true;
	return false;
}

/* The id of a container of an engine that could be asked; empty = none. */
static struct slice container_of(struct slice path)
{
	struct cgroup cgroup;

	if (!cgroup_parse(path, &cgroup))
		return (struct slice){0};
	return cgroup.engine == CONTAINER_DOCKER || cgroup.engine == CONTAINER_PODMAN ||
	       cgroup.engine == CONTAINER_OTHER ? cgroup.container : (struct slice){0};
}

static void want(struct containers *c, struct slice id, uint64_t whose)
{
	if (id.len)
		map_put(&c->ids, hash(id), 0);
	c->wanted += (hash(id) ^ whose) * 0x9e3779b97f4a7c15u | 1;
}

static bool has_hidden(const struct facts *facts)
{
	for (size_t i = 0; i < facts->gap_count; i++)
		if (facts->gaps[i].kind == GAP_OWNERS_DENIED)
			return true;
	return false;
}

static void look_at_all(struct containers *c, const struct facts *facts)
{
	map_clear(&c->ids);
	c->wanted = 0;
	c->sees_own = false;
	if (c->sees_hidden)
		want(c, (struct slice){0}, 0);
	for (size_t i = 0; i < facts->process_count; i++) {
		const struct process_fact *p = &facts->processes[i];
		struct slice id = container_of(p->cgroup);

		if (!id.len && !is_proxy(p->comm))
			continue;
		want(c, id, (uint64_t)p->pid << 32 ^ p->start_time);
		c->sees_own = true;
	}
	for (size_t i = 0; i < facts->namespace_count; i++)
		if (container_of(facts->namespaces[i].cgroup).len)
			want(c, container_of(facts->namespaces[i].cgroup), facts->namespaces[i].inode);
}

static void find_wanted(struct containers *c, const struct facts *facts)
{
	uint64_t namespaces = 0;

	for (size_t i = 0; i < facts->namespace_count; i++)
		namespaces += facts->namespaces[i].inode ^ hash(facts->namespaces[i].cgroup);
	if (facts->owners && facts->owners == c->owners && namespaces == c->namespaces &&
	    c->sees_hidden == has_hidden(facts))
		return;
	c->sees_hidden = has_hidden(facts);
	owners_unref(c->owners);
	c->owners = facts->owners ? owners_ref(facts->owners) : NULL;
	c->namespaces = namespaces;
	look_at_all(c, facts);
}

/* To ask may start an engine (podman.socket): the user's own has nobody whom the user cannot see. */
static bool is_worth_asking(const struct containers *c, unsigned n)
{
	return n != ENGINE_PODMAN_OF_USER || c->sees_own;
}

/* From c->path on, until somebody can be asked. */
static void ask_next(struct containers *c, int64_t now_us)
{
	char path[ENGINE_PATH_MAX];

	for (; c->path < ENGINE_COUNT; c->path++) {
		engine_path(c->path, path);
		if (*path && is_worth_asking(c, c->path) && engine_ask(&c->engine, path, now_us) == 0)
			return;
	}
}

static void ask(struct containers *c, int64_t now_us)
{
	c->path = 0;
	c->asked_for = c->wanted;
	c->asked_us = now_us;
	ask_next(c, now_us);
}

/* False when it is nonsense: then what was known stays. */
static bool take(struct containers *c)
{
	struct engine_list list = {0};
	bool is_sound = engine_parse(buf_slice(&c->engine.answer), &list) == 0;

	if (is_sound) {
		engine_list_done(&c->list);
		c->list = list;
		c->answered_for = c->asked_for;
	} else {
		engine_list_done(&list);
	}
	return is_sound;
}

/* An engine that answers nothing, or nonsense, leaves the turn to the next one. */
static void hear(struct containers *c, int64_t now_us)
{
	int error = engine_step(&c->engine, now_us);

	if (error == -EAGAIN)
		return;
	if (error || !take(c)) {
		c->path++;
		ask_next(c, now_us);
	}
	if (c->engine.fd < 0)
		buf_done(&c->engine.answer);
}

static bool is_due(const struct containers *c, int64_t now_us)
{
	if (!c->wanted || c->engine.fd >= 0)
		return false;
	if (!c->asked_us)
		return true;
	if (c->wanted != c->asked_for)
		return now_us - c->asked_us >= PAUSE_US;
	return now_us - c->asked_us >= (c->answered_for == c->asked_for ? REFRESH_US : RETRY_US);
}

bool containers_step(struct containers *c, const struct facts *facts, int64_t now_us)
{
	find_wanted(c, facts);
	if (c->engine.fd >= 0)
		hear(c, now_us);
	if (is_due(c, now_us))
		ask(c, now_us);
	return c->engine.fd >= 0;
}

void containers_wait(struct containers *c, int64_t until_us)
{
	int64_t now_us = clock_monotonic_us();

	while (c->engine.fd >= 0 && now_us < until_us) {
		struct pollfd fd = {.fd = c->engine.fd, .events = POLLIN};
		int64_t end_us = c->engine.until_us < until_us ? c->engine.until_us : until_us;

		poll(&fd, 1, end_us > now_us ? (int)((end_us - now_us) / 1000 + 1) : 0);
		now_us = clock_monotonic_us();
		hear(c, now_us);
	}
}

void containers_emit(const struct containers *c, struct facts *facts)
{
	bool knows_ports = c->answered_for == c->wanted;

	for (size_t i = 0; c->wanted && i < c->list.count; i++) {
		const struct container_fact *item = &c->list.items[i];

		if (item->published.family ? knows_ports : c->sees_hidden || map_has(&c->ids, hash(item->id)))
			facts_add_container(facts, item);
	}
}
