/* Owns the sentences and keys of `lotop kill`. What happened is action's; a status tells its own story where
 * it is not about keys of the dashboard. Texts of plans and statuses are safe already. */
#include "cli/report_kill.h"

#include <signal.h>
#include <string.h>
#include "base/clock.h"
#include "cli/jsonout.h"
#include "cli/print.h"

static const char *const scope_names[] = {
	[VOLLEY_PROCESS] = "process", [VOLLEY_GROUP] = "group", [VOLLEY_TREE] = "tree",
	[VOLLEY_HOLDERS] = "all-holders",
};

static const struct {
	const char *name;            /* JSON "outcome" */
	enum kill_result result;
} outcomes[] = {
	[KILL_ARMED] = { "planned", KILL_RESULT_DONE },
	[KILL_SENT] = { "running", KILL_RESULT_HELD },
	[KILL_EXITED] = { "exited", KILL_RESULT_HELD },
	[KILL_RELEASED] = { "released", KILL_RESULT_DONE },
	[KILL_STILL_HELD] = { "still-held", KILL_RESULT_HELD },
	[KILL_STILL_RUNNING] = { "running", KILL_RESULT_HELD },
	[KILL_PENDING] = { "pending", KILL_RESULT_HELD },
	[KILL_CAME_BACK] = { "came-back", KILL_RESULT_HELD },
	[KILL_CHANGED] = { "changed", KILL_RESULT_REFUSED },
	[KILL_FAILED] = { "failed", KILL_RESULT_REFUSED },
};

/* A signal that is not meant to end anything is done when it is sent. */
static bool is_sent_for_good(const struct volley_shot *shot)
{
	return shot->status.phase == KILL_SENT && shot->status.is_final;
}

enum kill_result report_kill_result(const struct volley_shot *shot)
{
	if (shot->plan.refusal)
		return KILL_RESULT_REFUSED;
	return is_sent_for_good(shot) ? KILL_RESULT_DONE : outcomes[shot->status.phase].result;
}

static const char *outcome_of(const struct volley_shot *shot)
{
	if (shot->plan.refusal)
		return "refused";
	return is_sent_for_good(shot) ? "sent" : outcomes[shot->status.phase].name;
}

static void add_detail(struct buf *out, const char *text)
{
	if (*text)
		buf_printf(out, "  %s\n", text);
}

static void add_held(struct buf *out, const struct kill_plan *plan)
{
	uint32_t shown = plan->held_count < KILL_HELD_MAX ? plan->held_count : KILL_HELD_MAX;

	if (!plan->held_count)
		return;
	buf_add_string(out, "  also holds");
	for (uint32_t i = 0; i < shown; i++)
		buf_printf(out, "%s %s", i ? "," : "", plan->held[i]);
	if (plan->held_count > shown)
		buf_printf(out, " and %u more", plan->held_count - shown);
	buf_add_char(out, '\n');
}

static void add_company(struct buf *out, const struct company *c)
{
	const char *before = "  with it:";

	for (size_t i = 0; i < c->count; i++) {
		if (c->members[i].is_elsewhere)
			continue;
		buf_printf(out, "%s %s %d", before, c->members[i].name, (int)c->members[i].id.pid);
		before = ",";
	}
	if (*before == ',')
		buf_add_char(out, '\n');
}

static void add_plan(struct buf *out, const struct volley_shot *shot)
{
	const struct kill_plan *plan = &shot->plan;

	buf_printf(out, "%s", plan->address);
	if (plan->id.pid)
		buf_printf(out, "  %s %d", plan->name, (int)plan->id.pid);
	if (*plan->user)
		buf_printf(out, " (%s)", plan->user);
	if (plan->up_ms >= 0) {
		buf_add_string(out, ", up ");
		clock_add_duration(out, plan->up_ms);
	}
	buf_add_char(out, '\n');
	add_detail(out, plan->command);
	add_held(out, plan);
	if (plan->clients > 0)
		buf_printf(out, "  %d client%s connected\n", (int)plan->clients,
			   plan->clients == 1 ? "" : "s");
	add_detail(out, plan->others);
	add_company(out, &shot->company);
	add_detail(out, plan->supervisor);
	if (*plan->remedy && !strstr(plan->supervisor, plan->remedy))
		buf_printf(out, "  for good: %s\n", plan->remedy);
	if (*plan->effect)
		buf_printf(out, "  it %s\n", plan->effect);
	if (plan->refusal)
		buf_printf(out, "  refused: %s\n", plan->refusal_text);
}

void report_kill_plan(struct buf *out, const struct volley *v)
{
	for (size_t i = 0; i < v->count; i++)
		add_plan(out, &v->shots[i]);
}

/* Every process once. */
static size_t count_processes(const struct volley *v, const struct volley_shot **one)
{
	size_t count = 0;

	for (size_t i = 0; i < v->count; i++) {
		const struct volley_shot *shot = &v->shots[i];

		for (size_t k = 0; k < shot->company.count; k++)
			count += !shot->company.members[k].is_elsewhere;
		if (!shot->kill || shot->first != i)
			continue;
		*one = shot;
		count++;
	}
	return count;
}

void report_kill_question(struct buf *out, const struct volley *v, int signal)
{
	const struct volley_shot *one = NULL;
	size_t count = count_processes(v, &one);

	if (signal == KILL_BY_REMEDY && count == 1) {
		buf_printf(out, "Run: %s?", one->plan.remedy);
		return;
	}
	if (signal == KILL_BY_REMEDY)
		buf_add_string(out, "Stop what is shown above for good, with ");
	else
		buf_printf(out, "Send %s to ", kill_signal_name(signal));
	if (count == 1)
		buf_printf(out, "%s %d?", one->plan.name, (int)one->plan.id.pid);
	else
		buf_printf(out, "these %zu processes?", count);
}

static void add_running(struct buf *out, const struct volley_shot *shot, int64_t now_ms)
{
	const struct kill_status *status = &shot->status;
	int64_t ms = now_ms - shot->sent_ms;

	buf_printf(out, "%s %d is still running %lld.%d s after %s", shot->plan.name, (int)shot->plan.id.pid,
		   (long long)(ms / 1000), (int)(ms % 1000 / 100), kill_signal_name(status->signal));
	if (status->has_released)
		buf_printf(out, ", but has released %s", shot->plan.address);
	if (status->signal != SIGKILL)
		buf_add_string(out, " (try --force-after 5s, or -s KILL)");
}

void report_kill_end(struct buf *out, const struct volley_shot *shot, int64_t now_ms)
{
	bool is_running = shot->status.phase == KILL_SENT || shot->status.phase == KILL_STILL_RUNNING;

	if (shot->plan.refusal)
		buf_printf(out, "%s: refused: %s", shot->plan.address, shot->plan.refusal_text);
	else if (is_running && !shot->status.is_final)
		add_running(out, shot, now_ms);
	else
		buf_add_string(out, shot->status.text);
	buf_add_char(out, '\n');
}

void report_kill_stragglers(struct buf *out, const struct volley *v)
{
	for (size_t i = 0; i < v->count; i++) {
		const struct company *c = &v->shots[i].company;

		for (size_t k = 0; k < c->count; k++)
			if (!c->members[k].has_exited && !c->members[k].is_elsewhere)
				buf_printf(out, "%s %d is still running\n", c->members[k].name,
					   (int)c->members[k].id.pid);
	}
}

static void add_text(struct buf *out, const char *key, const char *text)
{
	jsonout_member(out, key, *text ? text : NULL);
}

static void add_json_company(struct buf *out, const struct company *c)
{
	jsonout_key(out, "with");
	jsonout_open(out, '[');
	for (size_t i = 0; i < c->count; i++) {
		if (c->members[i].is_elsewhere)
			continue;
		jsonout_open(out, '{');
		jsonout_number_if(out, "pid", c->members[i].id.pid, true);
		add_text(out, "name", c->members[i].name);
		jsonout_flag(out, "exited", c->members[i].has_exited);
		jsonout_close(out, '}');
	}
	jsonout_close(out, ']');
}

static void add_json_plan(struct buf *out, const struct kill_plan *plan)
{
	add_text(out, "protocol", protocol_name(plan->key.endpoint.protocol));
	add_text(out, "at", plan->address);
	jsonout_number_if(out, "port", plan->key.endpoint.port, true);
	jsonout_number_if(out, "pid", plan->id.pid, plan->id.pid > 0);
	add_text(out, "name", plan->name);
	add_text(out, "user", plan->user);
	add_text(out, "command", plan->command);
	jsonout_key(out, "also_holds");
	jsonout_open(out, '[');
	for (uint32_t i = 0; i < plan->held_count && i < KILL_HELD_MAX; i++)
		jsonout_text(out, slice_of(plan->held[i]));
	jsonout_close(out, ']');
	jsonout_number_if(out, "clients", plan->clients, plan->clients >= 0);
	jsonout_number_if(out, "other_holders", plan->other_holders, true);
	add_text(out, "parent", plan->parent);
	add_text(out, "supervisor", plan->supervisor);
	add_text(out, "remedy", plan->remedy);
	add_text(out, "effect", plan->effect);
	add_text(out, "warning", plan->confirm_twice);
}

static void add_json_shot(struct buf *out, const struct volley_shot *shot)
{
	const struct kill_status *status = &shot->status;
	bool was_sent = status->phase != KILL_ARMED;

	jsonout_line(out);
	jsonout_open(out, '{');
	add_json_plan(out, &shot->plan);
	add_json_company(out, &shot->company);
	add_text(out, "outcome", outcome_of(shot));
	add_text(out, "text", shot->plan.refusal ? shot->plan.refusal_text : status->text);
	add_text(out, "signal", status->signal ? kill_signal_name(status->signal) : "");
	jsonout_number_if(out, "new_pid", status->new_pid, status->new_pid > 0);
	add_text(out, "restarted_by", status->restarter);
	jsonout_number_if(out, "restarter_pid", status->restarter_pid, status->restarter_pid > 0);
	jsonout_number_if(out, "elapsed_ms", status->elapsed_ms, was_sent);
	jsonout_close(out, '}');
}

void report_kill_json(struct buf *out, const struct volley *v, int signal, bool is_dry_run, int status)
{
	jsonout_open(out, '{');
	jsonout_number_if(out, "schema", PRINT_SCHEMA, true);
	add_text(out, "signal", kill_signal_name(signal));
	add_text(out, "scope", scope_names[v->scope]);
	jsonout_flag(out, "dry_run", is_dry_run);
	jsonout_number_if(out, "status", status, true);
	jsonout_key(out, "kills");
	jsonout_open(out, '[');
	for (size_t i = 0; i < v->count; i++)
		add_json_shot(out, &v->shots[i]);
	jsonout_close(out, ']');
	jsonout_close(out, '}');
	buf_add_char(out, '\n');
}
