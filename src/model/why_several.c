/* Owns the cases in which several sockets or several processes stand behind one row. */
#include "model/why_rule.h"

#include "model/why_holders.h"

static bool reuseport(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = scene_listener(c);

	if (!l || l->socket_count < 2 || c->at.protocol != PROTOCOL_TCP)
		return false;
	scene_add_endpoint(&d->answer, c, &l->key.endpoint);
	buf_printf(&d->answer, " is shared by %u listening sockets (SO_REUSEPORT)", l->socket_count);
	holders_explain(d, l);
	draft_line(d, "another socket may join with SO_REUSEPORT and the same user, nobody else");
	return true;
}

static bool some_leaked(const struct listener *l)
{
	for (uint32_t i = 0; i < l->holder_count; i++)
		if (l->holders[i].role == ROLE_LEAKED)
			return true;
	return false;
}

/* A worker that ends is started again; one that merely inherited the socket keeps it when the server ends. */
static void advise(struct why_draft *d, const struct listener *l)
{
	const struct process *p = listener_eldest(l)->process;

	if (some_leaked(l))
		buf_printf(&d->remedy, "end all of them: lotop kill --all-holders %u", l->key.endpoint.port);
	else
		buf_printf(&d->remedy, "end %s %d, which started the others", p->name, (int)p->fact->pid);
}

static bool several(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = scene_listener(c);

	if (!l || l->holder_count < 2 || l->socket_count > 1)
		return false;
	scene_add_endpoint(&d->answer, c, &l->key.endpoint);
	buf_printf(&d->answer, " is one socket in %u processes: ending one of them does not free the port",
		   l->holder_count);
	holders_explain(d, l);
	advise(d, l);
	return true;
}

static bool udp_full(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = scene_listener(c);

	if (!l || c->at.protocol != PROTOCOL_UDP || !l->socket->drops || !l->socket->queue_length)
		return false;
	scene_add_endpoint(&d->answer, c, &l->key.endpoint);
	buf_add_string(&d->answer, " is not read by ");
	scene_add_owner(&d->answer, l);
	buf_add_string(&d->answer, ": datagrams are dropped");
	draft_line(d, "%u bytes wait, %u datagrams were dropped", l->socket->queue_length, l->socket->drops);
	return true;
}

static bool udp_shared(const struct why_scene *c, struct why_draft *d)
{
	const struct listener *l = scene_listener(c);

	if (!l || c->at.protocol != PROTOCOL_UDP || l->socket_count < 2)
		return false;
	scene_add_endpoint(&d->answer, c, &l->key.endpoint);
	buf_printf(&d->answer, " is shared by %u UDP sockets: the newest of them gets the datagrams",
		   l->socket_count);
	holders_explain(d, l);
	return true;
}

const struct why_rule why_several[] = {
	{ "udp_full", SEVERITY_PROBLEM, QUESTION_REACH, "see what the receiver is busy with, or restart it",
	  udp_full },
	{ "udp_shared", SEVERITY_WARNING, QUESTION_BOTH, "end all but one", udp_shared },
	{ "reuseport_group", SEVERITY_NOTE, QUESTION_BIND,
	  "end all of them, or the process that started them", reuseport },
	{ "several_processes", SEVERITY_NOTE, QUESTION_BIND, NULL, several },
	{ 0 },
};
