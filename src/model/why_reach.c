/* Owns the evidence that any answer about a port shares. States facts and gives no advice. */
#include "model/why_reach.h"

#include <errno.h>
#include <string.h>
#include "base/text.h"

enum { COMMAND_COLUMNS = 120 };

static const char *const form_names[FORM_COUNT] = {
	[FORM_LOOPBACK_V4] = "127.0.0.1", [FORM_ANY_V4] = "0.0.0.0", [FORM_LOOPBACK_V6] = "::1",
	[FORM_ANY_V6] = ":: (IPv6 only)", [FORM_DUAL] = ":: (both families)", [FORM_GIVEN] = "that address",
};

static const char *outcome(const struct bind_trial *t)
{
	if (t->plain == 0)
		return "free";
	if (t->plain != EADDRINUSE)
		return strerror(t->plain);
	return t->reuse == 0 ? "in use, free with SO_REUSEADDR" : "in use";
}

static void add_trials(const struct why_scene *c, struct why_draft *d)
{
	int first = c->at.family ? FORM_GIVEN : 0, end = c->at.family ? FORM_COUNT : FORM_GIVEN;
	struct buf line = { 0 };

	for (int form = first; scene_was_tried(c) && form < end; form++)
		buf_printf(&line, "%s%s %s", line.len ? ", " : "", form_names[form],
			   outcome(&c->probe->binds[form]));
	if (line.len)
		draft_line(d, "tried to bind: %s", buf_string(&line));
	buf_done(&line);
}

static void add_answerer(const struct why_scene *c, struct why_draft *d, const char *address,
			 const struct listener *l)
{
	struct buf line = { 0 };

	if (l) {
		scene_add_owner(&line, l);
		buf_add_string(&line, " at ");
		scene_add_endpoint(&line, c, &l->key.endpoint);
	} else {
		buf_add_string(&line, "nobody");
	}
	draft_line(d, "%s reaches %s", address, buf_string(&line));
	buf_done(&line);
}

static void add_localhost(const struct why_scene *c, struct why_draft *d)
{
	const struct probe *p = c->probe;
	const struct listener *first, *reached;
	const char *name;

	if (!p->localhost_count)
		return;
	name = p->localhost[0] == FAMILY_IPV6 ? "::1" : "127.0.0.1";
	first = p->localhost[0] == FAMILY_IPV6 ? c->v6 : c->v4;
	reached = first || p->localhost_count == 1 ? first : p->localhost[0] == FAMILY_IPV6 ? c->v4 : c->v6;
	draft_line(d, "localhost is %s%s here: it reaches %s", name,
		   p->localhost_count == 1	    ? " only"
		   : p->localhost[0] == FAMILY_IPV6 ? ", then 127.0.0.1"
						    : ", then ::1",
		   !reached	      ? "nobody"
		   : reached == first ? "that one"
				      : "the second one");
}

static void add_attempt(const struct why_scene *c, struct why_draft *d)
{
	const struct probe_attempt *a = &c->probe->attempt;
	struct buf to = { 0 };

	if (!a->to.family)
		return;
	scene_add_endpoint(&to, c, &a->to);
	if (a->error)
		draft_line(d, "tried to connect to %s: %s after %d ms; the listener dropped %u",
			   buf_string(&to), a->error == ETIMEDOUT ? "no answer" : strerror(a->error),
			   a->elapsed_ms, a->drops);
	else
		draft_line(d, "tried to connect to %s: connected after %d ms, %s", buf_string(&to),
			   a->elapsed_ms,
			   a->is_accepted ? "and some process accepted it"
					  : "but nobody accepted it in 250 ms");
	buf_done(&to);
}

/* Which project has the port: what runs, and where. */
static void add_server(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = scene_anywhere(c);
	const struct holder *eldest = l ? listener_eldest(l) : NULL;
	const struct process *p = eldest ? eldest->process : NULL;
	struct buf line = { 0 };

	if (!p || !p->command)
		return;
	buf_printf(&line, "%s %d runs: ", p->name, (int)p->fact->pid);
	text_truncate(&line, p->command, COMMAND_COLUMNS, true);
	draft_line(d, "%s", buf_string(&line));
	if (p->cwd)
		draft_line(d, "it works in %s%s%s", p->cwd, p->project ? ", project " : "",
			   p->project ? p->project : "");
	buf_done(&line);
}

void reach_explain(const struct why_scene *c, struct why_draft *d)
{
	add_server(c, d);
	if (!c->at.family && (c->v4 || c->v6)) {
		add_answerer(c, d, "127.0.0.1", c->v4);
		add_answerer(c, d, "::1", c->v6);
		add_localhost(c, d);
	}
	add_trials(c, d);
	add_attempt(c, d);
	if (!c->probe->is_possible)
		draft_line(d, "judged from a scan alone: nothing could be tried");
	else if (!scene_was_tried(c))
		draft_line(d, "no trial bind was made: lotop is read-only");
}
