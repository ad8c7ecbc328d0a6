/* Owns when projects and cgroups are asked for, and which of their answers belong to a scan. Refuses to know
 * how a project is found (projects.c) and what a cgroup's path means (model/cgroup.c). */
#include "platform/linux/surroundings.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/array.h"
#include "base/clock.h"
#include "base/fatal.h"
#include "base/map.h"
#include "model/shared.h"
#include "platform/linux/cgroup_index.h"
#include "platform/linux/containers.h"
#include "platform/linux/hunt.h"
#include "platform/linux/pace.h"
#include "platform/linux/procfs.h"
#include "platform/linux/projects.h"

enum { PROCESSES_MAX = 64, COMM_BYTES = 32, IDS_MAX = 256 };

/* A cgroup with sockets that nobody was seen to hold. */
struct suspect {
	struct cgroup_fact fact;     /* without its texts */
	char *path;                  /* owned */
	char name[COMM_BYTES];
};

struct surroundings {
	struct projects *projects;   /* owned */
	struct containers *containers;       /* owned */
	const struct owners *owners; /* a reference: those whose processes are chosen; NULL = unshared ones */
	size_t *chosen;              /* owned: indices into facts->processes */
	size_t chosen_count, chosen_cap;
	struct cgroup_index *cgroups;        /* borrowed */
	struct suspect *suspects;    /* owned; those of the ids below */
	size_t suspect_count, suspect_cap;
	uint64_t ids[IDS_MAX];       /* of the last look */
	size_t id_count;
	struct pace pace;            /* of the looks */
	int64_t until_us;            /* the first scan waits until then; 0 = it has not begun */
	int proc;                    /* borrowed */
	bool has_waited;
};

struct surroundings *surroundings_new(int proc, struct cgroup_index *cgroups)
{
	struct surroundings *s = fatal_calloc(1, sizeof *s);

	s->projects = projects_new();
	s->containers = containers_new();
	s->proc = proc;
	s->cgroups = cgroups;
	return s;
}

static void forget(struct surroundings *s)
{
	for (size_t i = 0; i < s->suspect_count; i++)
		free(s->suspects[i].path);
	s->suspect_count = 0;
}

void surroundings_free(struct surroundings *s)
{
	if (!s)
		return;
	projects_free(s->projects);
	containers_free(s->containers);
	owners_unref(s->owners);
	free(s->chosen);
	forget(s);
	free(s->suspects);
	free(s);
}

static uint64_t key_of(const struct process_fact *p)         /* FNV-1a */
{
	uint64_t key = 14695981039346656037u ^ p->uid;

	for (size_t i = 0; i < p->cwd.len; i++)
		key = (key ^ (unsigned char)p->cwd.ptr[i]) * 1099511628211u;
	return key;
}

/* One process of each directory. Two that hash alike would cost a process its project, and no more. */
static void choose(struct surroundings *s, const struct facts *facts)
{
	struct map seen = {0};

	owners_unref(s->owners);
	s->owners = facts->owners ? owners_ref(facts->owners) : NULL;
	s->chosen_count = 0;
	for (size_t i = 0; i < facts->process_count; i++) {
		const struct process_fact *p = &facts->processes[i];
		uint64_t key = key_of(p);

		if (!p->cwd.len || p->in_other_mounts || map_has(&seen, key))
			continue;
		map_put(&seen, key, 0);
		ARRAY_PUSH(s->chosen, s->chosen_count, s->chosen_cap) = i;
	}
	map_done(&seen);
}

static enum project_state get(struct surroundings *s, const struct process_fact *p, int64_t now_us,
			      struct project_fact *out)
{
	return projects_get(s->projects, p->cwd, p->uid, p->gid, now_us, out);
}

static void begin(struct surroundings *s, const struct facts *facts, int64_t now_us)
{
	struct project_fact unused;

	choose(s, facts);
	for (size_t i = 0; i < s->chosen_count; i++)
		get(s, &facts->processes[s->chosen[i]], now_us, &unused);
	s->until_us = now_us + SURROUNDINGS_FIRST_US;
}

bool surroundings_step(struct surroundings *s, const struct facts *facts, int64_t budget_us)
{
	int64_t now_us = clock_monotonic_us(), until_us;
	bool is_open;

	if (s->has_waited) {
		projects_step(s->projects, now_us);
		containers_step(s->containers, facts, now_us);
		return false;
	}
	if (!s->until_us)
		begin(s, facts, now_us);
	until_us = budget_us < s->until_us - now_us ? now_us + budget_us : s->until_us;
	containers_step(s->containers, facts, now_us);
	projects_wait(s->projects, until_us);
	containers_wait(s->containers, until_us);
	now_us = clock_monotonic_us();
	is_open = projects_step(s->projects, now_us);
	is_open |= containers_step(s->containers, facts, now_us);
	s->has_waited = !is_open || now_us >= s->until_us;
	return !s->has_waited;
}

static void emit_projects(struct surroundings *s, struct facts *facts)
{
	int64_t now_us = clock_monotonic_us();

	if (!facts->owners || facts->owners != s->owners)
		choose(s, facts);
	for (size_t i = 0; i < s->chosen_count; i++) {
		const struct process_fact *p = &facts->processes[s->chosen[i]];
		struct directory_fact directory = {.path = p->cwd, .uid = p->uid};

		directory.state = (uint8_t)get(s, p, now_us, &directory.project);
		if (directory.state == PROJECT_FOUND || directory.state == PROJECT_STUCK)
			facts_add_directory(facts, &directory);
	}
}

static void read_name(const struct surroundings *s, struct suspect *suspect)
{
	char path[PROCFS_PATH], bytes[COMM_BYTES];
	int error;
	struct slice line;

	procfs_path(path, suspect->fact.pid, 0, "comm");
	line = procfs_read(s->proc, path, bytes, sizeof bytes, &error);
	line = slice_cut(&line, '\n');
	snprintf(suspect->name, sizeof suspect->name, "%.*s", (int)line.len, line.len ? line.ptr : "");
}

/* Who could be looked into, and was not seen to hold anything, is none of them. */
static void look_at(struct surroundings *s, const struct hunt *hunt, uint64_t id, int64_t now_us)
{
	struct slice path = cgroup_index_path(s->cgroups, id, now_us);
	struct suspect *suspect;
	int32_t pids[PROCESSES_MAX];
	size_t count;

	if (!path.len)
		return;
	suspect = &ARRAY_PUSH(s->suspects, s->suspect_count, s->suspect_cap);
	*suspect = (struct suspect){.fact.id = id, .path = fatal_strdup(path.ptr)};
	count = cgroup_index_processes(s->cgroups, id, now_us, pids, PROCESSES_MAX);
	for (size_t i = 0; i < count; i++)
		if (hunt_is_closed(hunt, pids[i]) && !suspect->fact.count++)
			suspect->fact.pid = pids[i];
	if (suspect->fact.pid)
		read_name(s, suspect);
}

/* Processes come and go, so each look holds for a while only. */
static void look(struct surroundings *s, const struct hunt *hunt, const struct facts *facts)
{
	uint64_t ids[IDS_MAX];
	size_t count = hunt_unexplained(hunt, facts, ids, IDS_MAX);
	int64_t now_us = clock_monotonic_us();

	if (!pace_is_due(&s->pace, now_us, count != s->id_count || memcmp(ids, s->ids, count * sizeof *ids)))
		return;
	forget(s);
	memcpy(s->ids, ids, count * sizeof *ids);
	s->id_count = count;
	for (size_t i = 0; i < count; i++)
		look_at(s, hunt, ids[i], now_us);
	pace_looked(&s->pace, now_us, clock_monotonic_us());
}

void surroundings_emit(struct surroundings *s, const struct hunt *hunt, struct facts *facts)
{
	emit_projects(s, facts);
	containers_emit(s->containers, facts);
	look(s, hunt, facts);
	for (size_t i = 0; i < s->suspect_count; i++) {
		struct suspect *suspect = &s->suspects[i];

		suspect->fact.path = slice_of(suspect->path);
		suspect->fact.name = slice_of(suspect->name);
		facts_add_cgroup(facts, &suspect->fact);
	}
}
