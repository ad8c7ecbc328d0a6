/* Owns the order of the answers: tables are asked one after the other, the first rule that holds is the
 * answer, what holds besides follows. General evidence (trial binds, who answers where) goes to the first.
 * Knows no rule itself. */
#include "model/why.h"

#include <stdlib.h>
#include "base/array.h"
#include "base/fatal.h"
#include "base/text.h"
#include "model/why_reach.h"
#include "model/why_rule.h"

struct why {
	struct arena arena;
	struct endpoint at;
	struct finding *items;               /* owned */
	size_t count, cap;
	struct reached reached[WHY_REACHED];
};

static const struct stage {
	const struct why_rule *rules;
	bool is_exclusive;                   /* at most one of them is the cause: the others would repeat it */
	bool is_last;                        /* asked only where nothing was found before */
} stages[] = {
	{ why_netns, true, false }, { why_machine, true, false }, { why_server, false, false },
	{ why_tunnel, false, false }, { why_attempt, true, false }, { why_taken, true, false },
	{ why_sharing, false, false }, { why_unheld, false, false }, { why_several, false, false },
	{ why_place, true, true }, { why_absent, true, true }, { why_notes, false, false },
};

static void draft_clear(struct why_draft *d)
{
	buf_clear(&d->answer);
	buf_clear(&d->remedy);
	buf_clear(&d->evidence);
}

static void draft_done(struct why_draft *d)
{
	buf_done(&d->answer);
	buf_done(&d->remedy);
	buf_done(&d->evidence);
}

static const char *const *keep_lines(struct why *w, struct slice lines, uint32_t *count)
{
	size_t max = 0, used = 0;
	const char **kept;

	for (size_t i = 0; i < lines.len; i++)
		max += lines.ptr[i] == '\n';
	kept = arena_alloc(&w->arena, max * sizeof *kept);
	while (lines.len && used < max)
		kept[used++] = text_sanitize(&w->arena, slice_cut(&lines, '\n'));
	*count = (uint32_t)used;
	return kept;
}

static const char *keep_remedy(struct why *w, const struct why_rule *rule, const struct why_draft *d)
{
	return d->remedy.len ? text_sanitize(&w->arena, buf_slice(&d->remedy)) : rule->remedy;
}

static void keep(struct why *w, const struct why_rule *rule, const struct why_draft *d)
{
	struct finding f = {
		.id = rule->id, .severity = rule->severity, .question = rule->question,
		.answer = text_sanitize(&w->arena, buf_slice(&d->answer)),
		.remedy = keep_remedy(w, rule, d),
	};

	f.evidence = keep_lines(w, buf_slice(&d->evidence), &f.evidence_count);
	ARRAY_PUSH(w->items, w->count, w->cap) = f;
}

static void run_stage(struct why *w, const struct why_scene *c, const struct stage *stage)
{
	struct why_draft d = { 0 };

	if (stage->is_last && w->count)
		return;
	for (const struct why_rule *rule = stage->rules; rule->id; rule++) {
		draft_clear(&d);
		if (!rule->holds(c, &d))
			continue;
		if (!w->count && !c->at.netns)
			reach_explain(c, &d);
		keep(w, rule, &d);
		if (stage->is_exclusive)
			break;
	}
	draft_done(&d);
}

static struct reached reached_by(const struct listener *l, uint8_t family, bool is_localhost)
{
	struct reached r = { .family = family, .is_localhost = is_localhost, .is_answered = l != NULL };
	const struct holder *eldest = l ? listener_eldest(l) : NULL;

	if (!l)
		return r;
	r.local = l->key.endpoint;
	r.inode = l->socket->inode;
	r.pid = eldest ? eldest->process->fact->pid : 0;
	return r;
}

static void find_reached(struct why *w, const struct why_scene *c)
{
	const struct probe *p = c->probe;
	uint8_t first = p->localhost_count ? p->localhost[0] : FAMILY_IPV4;
	uint8_t second = first == FAMILY_IPV4 ? FAMILY_IPV6 : FAMILY_IPV4;

	w->reached[0] = reached_by(first == FAMILY_IPV4 ? c->v4 : c->v6, first, p->localhost_count > 0);
	w->reached[1] = reached_by(second == FAMILY_IPV4 ? c->v4 : c->v6, second, p->localhost_count > 1);
}

struct why *why_new(const struct snapshot *s, const struct probe *probe, const struct endpoint *at)
{
	struct why *w = fatal_calloc(1, sizeof *w);
	struct why_scene scene;
	struct probe nothing;

	probe_init(&nothing);
	w->at = *at;
	scene_init(&scene, s, probe ? probe : &nothing, at);
	find_reached(w, &scene);
	for (size_t i = 0; i < sizeof stages / sizeof *stages && !(at->netns && w->count); i++)
		run_stage(w, &scene, &stages[i]);
	return w;
}

void why_free(struct why *w)
{
	if (!w)
		return;
	arena_done(&w->arena);
	free(w->items);
	free(w);
}

const struct finding *why_findings(const struct why *w, size_t *count)
{
	*count = w->count;
	return w->items;
}

const struct reached *why_reached(const struct why *w)
{
	return w->reached;
}

const struct endpoint *why_at(const struct why *w)
{
	return &w->at;
}

bool why_is_free(const struct why *w)
{
	return w->items[0].severity == SEVERITY_FINE;
}

const struct listener *why_listener(const struct snapshot *s, const struct endpoint *at)
{
	struct why_scene scene;
	struct probe nothing;

	probe_init(&nothing);
	scene_init(&scene, s, &nothing, at);
	return scene_listener(&scene);
}
