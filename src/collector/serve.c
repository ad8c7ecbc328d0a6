/* Owns what each kind of job does: a table of handlers. Refuses to know when jobs are served, and what
 * follows from what they change: collector.c looks at that. */
#include "collector/serve.h"

#include <stddef.h>
#include "action/probe.h"
#include "collector/errand.h"
#include "collector/sources.h"

static void quit(struct collector *c, const struct job *job)
{
	(void)job;
	c->has_quit = true;
}

static void hand_on(struct collector *c, const struct job *job)
{
	if (c->sources)
		sources_post(c->sources, job);
}

static void ask_scan(struct collector *c, const struct job *job)
{
	hand_on(c, job);
	c->is_asked = true;
}

static void set_interval(struct collector *c, const struct job *job)
{
	if (job->interval_ms > 0)
		c->interval_us = (int64_t)job->interval_ms * 1000;
}

static void set_pause(struct collector *c, const struct job *job)
{
	hand_on(c, job);
	c->is_paused = job->is_paused;
}

/* Who looks at connections wants to see them now, in a pause too. */
static void set_connections(struct collector *c, const struct job *job)
{
	c->is_asked |= job->wants_connections && !c->wants_connections;
	c->wants_connections = job->wants_connections;
}

static void begin_kill(struct collector *c, const struct job *job)
{
	c->is_kill_elsewhere = c->sources && job->key.machine;
	if (c->is_kill_elsewhere)
		hand_on(c, job);
	else
		killer_begin(&c->killer, c->newest, &job->key, job->pid);
}

static void send_kill(struct collector *c, const struct job *job)
{
	if (c->is_kill_elsewhere)
		hand_on(c, job);
	else
		killer_send(&c->killer, job->signal, job->with);
}

static void cancel_kill(struct collector *c, const struct job *job)
{
	if (c->is_kill_elsewhere)
		hand_on(c, job);
	else
		killer_cancel(&c->killer);
}

void serve_why(struct collector *c, const struct snapshot *s)
{
	struct reply reply = { .kind = REPLY_WHY };

	reply.why = probe_explain(c->platform, s, &c->why_at, c->why_connects);
	mailbox_reply(c->mailbox, &reply);
}

/* What has the port may be a connection, or one of the leftovers that are not told each from scan to scan. */
static void explain(struct collector *c, const struct job *job)
{
	if (!c->newest)
		return;
	c->why_at = job->key.endpoint;
	c->why_connects = job->connects;
	if (c->request.shares_leftovers && c->newest->facts->source != SOURCE_REPLAY)
		c->wants_why = c->is_asked = true;
	else
		serve_why(c, c->newest);
}

static void trace(struct collector *c, const struct job *job)
{
	const struct process *p = c->newest ? snapshot_process(c->newest, job->pid) : NULL;
	struct reply reply = { .kind = REPLY_LINEAGE };

	if (p)
		lineage_read(c->platform, c->newest, p->fact, &reply.lineage);
	mailbox_reply(c->mailbox, &reply);
}

static void run_errand(struct collector *c, const struct job *job)
{
	struct reply reply;

	errand_run(c->platform, job, &reply);
	mailbox_reply(c->mailbox, &reply);
}

static void (*const handlers[])(struct collector *c, const struct job *job) = {
	[JOB_SCAN] = ask_scan,
	[JOB_INTERVAL] = set_interval,
	[JOB_PAUSE] = set_pause,
	[JOB_CONNECTIONS] = set_connections,
	[JOB_KILL_BEGIN] = begin_kill,
	[JOB_KILL_SEND] = send_kill,
	[JOB_KILL_CANCEL] = cancel_kill,
	[JOB_WHY] = explain,
	[JOB_LINEAGE] = trace,
	[JOB_COPY] = run_errand,
	[JOB_OPEN] = run_errand,
	[JOB_QUIT] = quit,
};

void serve_jobs(struct collector *c)
{
	struct job job;

	while (!c->has_quit && mailbox_next_job(c->mailbox, &job))
		if ((size_t)job.kind < sizeof handlers / sizeof *handlers && handlers[job.kind])
			handlers[job.kind](c, &job);
}
