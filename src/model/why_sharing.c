/* Owns the cases in which it matters who listens: several servers, one that only inherited the socket, one
 * that was left behind. */
#include "model/why_rule.h"

#include "model/health.h"
#include "model/why_holders.h"

static void add_at(struct buf *out, const struct why_scene *c, const struct listener *l)
{
	scene_add_owner(out, l);
	buf_add_string(out, " at ");
	scene_add_endpoint(out, c, &l->key.endpoint);
}

/* Its listen() would fail now; a restart of the listener would meet it. */
static bool bound_beside(const struct why_scene *c, struct why_draft *d)
{
	const struct socket_fact *bound = scene_socket(c, 1u << SOCKET_BOUND);
	const struct process *p = bound ? scene_holder(c, bound) : NULL;

	if (!bound || !c->server)
		return false;
	add_at(&d->answer, c, c->server);
	buf_add_string(&d->answer,
		       " listens, and another socket is bound to the same port: its listen() fails");
	if (p)
		draft_line(d, "the other one belongs to %s %d; both have SO_REUSEADDR, so bind() let it pass",
			   p->name, (int)p->fact->pid);
	return true;
}

static bool split(const struct why_scene *c, struct why_draft *d)
{
	if (c->at.family || !c->v4 || !c->v6 || c->v4 == c->v6 || listener_may_be_same(c->v4, c->v6))
		return false;
	buf_add_string(&d->answer, "localhost reaches two different servers: ");
	add_at(&d->answer, c, c->v4);
	buf_add_string(&d->answer, ", ");
	add_at(&d->answer, c, c->v6);
	return true;
}

/* A wildcard listener that another one, bound to the very address, keeps local clients from. */
static bool is_shadowed(const struct why_scene *c, const struct listener *l)
{
	return l != c->server && l->key.kind == ROW_LISTENER && endpoint_is_wildcard(&l->key.endpoint) &&
	       endpoints_meet(&l->key.endpoint, l->socket->v6only, &c->server->key.endpoint,
			      c->server->socket->v6only) &&
	       !listener_may_be_same(l, c->server);
}

static bool shadowed(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l;

	if (!c->server || endpoint_is_wildcard(&c->server->key.endpoint))
		return false;
	for (size_t i = 0; (l = scene_next_row(c, &i));) {
		if (!is_shadowed(c, l))
			continue;
		add_at(&d->answer, c, c->server);
		buf_add_string(&d->answer, " gets what is sent to that address, not ");
		add_at(&d->answer, c, l);
		return true;
	}
	return false;
}

static bool are_all_leaked(const struct listener *l)
{
	for (uint32_t i = 0; i < l->holder_count; i++)
		if (l->holders[i].role != ROLE_LEAKED)
			return false;
	return l->holder_count;
}

static bool leaked(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = scene_listener(c);

	if (!l || !are_all_leaked(l))
		return false;
	buf_add_string(&d->answer, "nobody serves ");
	scene_add_endpoint(&d->answer, c, &l->key.endpoint);
	buf_add_string(&d->answer, ": ");
	scene_add_owner(&d->answer, l);
	buf_add_string(&d->answer, l->holder_count > 1 ? " merely hold it since they inherited it"
						       : " merely holds it since it inherited it");
	buf_add_string(&d->answer, " from a server that is gone");
	holders_explain_waiting(c, d);
	holders_explain(d, l);
	buf_printf(&d->remedy, l->holder_count > 1 ? "end them to free the port: lotop kill --all-holders %u"
						   : "end it to free the port: lotop kill %u",
		   l->key.endpoint.port);
	return true;
}

/* Whoever started it is gone: what a forgotten development server looks like. */
static bool orphan(const struct why_scene *c, struct why_draft *d)
{
	const struct health_rule *rule = health_rule(MARK_ORPHAN);
	const struct listener *l = scene_listener(c);
	struct buf line = { 0 };

	if (!l || are_all_leaked(l) || !rule->holds(c->snapshot, l, &line)) {
		buf_done(&line);
		return false;
	}
	scene_add_endpoint(&d->answer, c, &l->key.endpoint);
	buf_add_string(&d->answer, " is held by ");
	scene_add_owner(&d->answer, l);
	buf_add_string(&d->answer, ", which was left behind: whoever started it is gone");
	draft_line(d, "%s", buf_string(&line));
	buf_done(&line);
	return true;
}

const struct why_rule why_sharing[] = {
	{ "bound_beside_listener", SEVERITY_WARNING, QUESTION_BIND, "end one of the two", bound_beside },
	{ "split", SEVERITY_WARNING, QUESTION_REACH,
	  "end one of them, or name the address: 127.0.0.1 or [::1]", split },
	{ "shadowed", SEVERITY_WARNING, QUESTION_REACH, "end one of them, or use another port", shadowed },
	{ "leaked", SEVERITY_PROBLEM, QUESTION_BOTH, NULL, leaked },
	{ "orphan", SEVERITY_WARNING, QUESTION_BIND, "end it if it is not needed any more: lotop kill",
	  orphan },
	{ 0 },
};
