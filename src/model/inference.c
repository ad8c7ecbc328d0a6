/* Owns the step from what is known about a socket to its owner: holders, else the cgroup that it was made in,
 * else why there is none. An inferred owner describes, and is never a target: it may have moved on, or given
 * the socket away. */
#include "model/inference.h"

#include "base/map.h"
#include "base/text.h"
#include "model/container.h"
#include "model/snapshot.h"

static const char *const names[] = {
	[OWNER_NONE] = "none", [OWNER_CERTAIN] = "certain", [OWNER_INFERRED] = "inferred",
	[OWNER_HIDDEN] = "hidden",
};

static const char nobody[] = "no process has it open: the kernel's own, or on its way between processes";
static const char kernels[] = "no process can have it open: it is the kernel's";

struct inference {
	struct frame *frame;
	struct map guesses;          /* cgroup id -> struct owner, in the frame's arena */
	const char *hidden;          /* why owners are hidden; NULL = none is */
};

const char *certainty_name(enum certainty certainty)
{
	return names[certainty];
}

/* The likeliest first. */
static const enum gap_kind hiding[] = {
	GAP_OWNERS_PENDING,   GAP_PROC_MISSING,	         GAP_OWNERS_DENIED, GAP_OWNERS_FOREIGN,
	GAP_PROCESSES_HIDDEN, GAP_DESCRIPTORS_EXHAUSTED,
};

static bool has_gap(const struct facts *facts, enum gap_kind kind)
{
	for (size_t i = 0; i < facts->gap_count; i++)
		if (facts->gaps[i].kind == kind)
			return true;
	return kind == GAP_OWNERS_PENDING && !facts->owners_complete;
}

static const char *hiding_reason(struct frame *f)
{
	struct buf text = { 0 };
	const char *reason = NULL;

	for (size_t i = 0; i < sizeof hiding / sizeof *hiding && !reason; i++) {
		const struct gap_text *gap = gap_text(hiding[i]);

		if (!has_gap(f->snapshot.facts, hiding[i]))
			continue;
		buf_printf(&text, "%s%s%s", gap->reason, gap->remedy ? "; " : "", gap->remedy ? gap->remedy : "");
		reason = arena_string(&f->arena, buf_slice(&text));
	}
	buf_done(&text);
	return reason;
}

static const char *safe_or_null(struct arena *arena, struct slice raw)
{
	return raw.len ? text_sanitize(arena, raw) : NULL;
}

static const char *guess_reason(struct arena *arena, const struct cgroup_fact *fact)
{
	struct buf text = { 0 };
	const char *reason;

	buf_add_string(&text, "made in the cgroup ");
	text_escape(&text, fact->path);
	if (fact->pid) {
		buf_add_string(&text, ", where ");
		text_escape(&text, fact->name);
		buf_printf(&text, " %d", fact->pid);
		if (fact->count > 1)
			buf_printf(&text, " and %u more", fact->count - 1);
		buf_add_string(&text, fact->count > 1 ? " are" : " is");
	}
	reason = arena_string(arena, buf_slice(&text));
	buf_done(&text);
	return reason;
}

static void add_guess(struct inference *in, const struct cgroup_fact *fact)
{
	struct arena *arena = &in->frame->arena;
	const struct facts *facts = in->frame->snapshot.facts;
	struct cgroup cgroup = { 0 };
	struct owner *owner;
	bool is_known = cgroup_parse(fact->path, &cgroup);

	if (!is_known && (fact->count != 1 || slice_is(fact->path, "/")))     /* the root: whoever is left there */
		return;
	owner = arena_alloc(arena, sizeof *owner);
	*owner = (struct owner){
		.certainty = OWNER_INFERRED,
		.pid = fact->count == 1 ? fact->pid : 0,
		.name = fact->count == 1 ? safe_or_null(arena, fact->name) : NULL,
		.unit = safe_or_null(arena, cgroup.unit),
		.container = is_known ? safe_or_null(arena, container_label(facts, &cgroup)) : NULL,
		.reason = guess_reason(arena, fact),
	};
	map_put(&in->guesses, fact->id, (uintptr_t)owner);
}

static const struct owner *guess(const struct inference *in, const struct listener *l)
{
	uint64_t owner;

	for (uint32_t i = 0; i < l->socket_count && in->guesses.count; i++)
		if (l->sockets[i]->cgroup_id && map_get(&in->guesses, l->sockets[i]->cgroup_id, &owner))
			return (const struct owner *)(uintptr_t)owner;
	return NULL;
}

/* Its server is gone. Who has it can be ended, for that is certain. */
static const char *heirs_reason(struct arena *arena, const struct listener *l, const struct process *p)
{
	bool are_several = l->holder_count > 1;
	struct buf text = { 0 };
	const char *reason;

	buf_printf(&text, "nobody serves it: %s %d", p->name, (int)p->fact->pid);
	if (are_several)
		buf_printf(&text, " and %u more", l->holder_count - 1);
	buf_printf(&text, " merely hold%s it since %s inherited it; end %s to free the port",
		   are_several ? "" : "s", are_several ? "they" : "it", are_several ? "them" : "it");
	reason = arena_string(arena, buf_slice(&text));
	buf_done(&text);
	return reason;
}

/* A socket that systemd opened was made in the cgroup of its .socket unit. */
static struct owner seen_owner(const struct inference *in, const struct listener *l)
{
	const struct holder *h = listener_eldest(l);
	const struct owner *made = h->role == ROLE_ACTIVATOR ? guess(in, l) : NULL;

	return (struct owner){
		.certainty = OWNER_CERTAIN, .pid = h->process->fact->pid, .name = h->process->name,
		.unit = made && made->unit ? made->unit : h->process->unit, .container = h->process->container,
		.reason = h->role == ROLE_LEAKED ? heirs_reason(&in->frame->arena, l, h->process) : NULL,
	};
}

static bool has_inode(const struct listener *l)
{
	for (uint32_t i = 0; i < l->socket_count; i++)
		if (l->sockets[i]->inode)
			return true;
	return false;
}

static struct owner owner_of(const struct inference *in, const struct listener *l)
{
	const struct owner *made;

	if (l->holder_count)
		return seen_owner(in, l);
	if (!has_inode(l))
		return (struct owner){ .certainty = OWNER_NONE, .reason = kernels };
	made = in->frame->snapshot.facts->owners_complete ? guess(in, l) : NULL;
	if (made)
		return *made;
	if (in->hidden)
		return (struct owner){ .certainty = OWNER_HIDDEN, .reason = in->hidden };
	return (struct owner){ .certainty = OWNER_NONE, .reason = nobody };
}

void inference_fill(struct frame *f)
{
	const struct facts *facts = f->snapshot.facts;
	struct inference in = { .frame = f, .hidden = hiding_reason(f) };

	for (size_t i = 0; i < facts->cgroup_count; i++)
		add_guess(&in, &facts->cgroups[i]);
	for (size_t i = 0; i < f->snapshot.listener_count; i++)
		f->rows[i].owner = owner_of(&in, &f->rows[i]);
	map_done(&in.guesses);
}
