/* Owns which process the dialog is about and when it is asked about again. Refuses to signal: a decision
 * is a job, and what is said afterwards is what action/kill found. */
#include "ui/killing.h"

#include "ui/focus.h"
#include "ui/say.h"

/* An armed process that goes on after the signal is asked about again; it is not chosen again. */
static bool is_still_armed(const struct app *app, const struct row *row)
{
	bool goes_on = app->kill_phase == KILL_STILL_RUNNING || app->kill_phase == KILL_PENDING;
	bool is_same = row_key_compare(&row->listener->key, &app->dialog.plan.key) == 0;

	return goes_on && is_same && !app->is_kill_over;
}

static void ask_one(struct app *app, const struct row *row, int signal, struct job *out)
{
	app->overlay = OVERLAY_KILL;
	app->asked = row->listener->key;
	app->is_end_told = false;
	if (is_still_armed(app, row)) {
		dialog_reopen(&app->dialog, signal);
		return;
	}
	dialog_ask(&app->dialog, signal);
	app->kill_phase = KILL_ARMED;
	out->kind = JOB_KILL_BEGIN;
	out->key = app->asked;
}

static void ask_tagged(struct app *app, int signal, struct job *out)
{
	const struct row *row;
	size_t cursor = 0;

	targets_start(&app->targets);
	while ((row = tags_next(&app->tags, app->tracker, &cursor))) {
		if (row->is_gone || targets_add(&app->targets, &row->listener->key))
			continue;
		say(app, STYLE_WARNING, "at most %d at once", TARGETS_MAX);
		targets_start(&app->targets);
		return;
	}
	if (!targets_next(&app->targets, out)) {
		say(app, STYLE_WARNING, "the tagged sockets are gone already");
		return;
	}
	app->overlay = OVERLAY_KILL;
	app->kill_phase = KILL_ARMED;
	dialog_ask(&app->dialog, signal);
}

void killing_ask(struct app *app, int signal, struct job *out)
{
	const struct row *row = focus_row(app);

	if (app->targets.count && app->targets.is_decided)
		say(app, STYLE_WARNING, "one moment: the tagged ones are still being ended");
	else if (focus_is_on_tags(app))
		ask_tagged(app, signal, out);
	else if (!row || row->is_gone)
		say(app, STYLE_WARNING, row ? "this socket is gone already" : "no row is selected");
	else
		ask_one(app, row, signal, out);
}

void killing_command(struct app *app, enum command command, struct job *out)
{
	enum dialog_answer answer = dialog_command(&app->dialog, command);
	const struct scope *scope = dialog_scope(&app->dialog);

	if (answer == DIALOG_OPEN)
		return;
	app->overlay = OVERLAY_NONE;
	if (answer == DIALOG_CANCELLED) {
		out->kind = JOB_KILL_CANCEL;
		app->kill_phase = KILL_ARMED;
		targets_start(&app->targets);
	} else if (app->targets.count) {
		targets_decide(&app->targets, dialog_signal(&app->dialog));
		targets_next(&app->targets, out);
	} else {
		out->kind = JOB_KILL_SEND;
		out->signal = dialog_signal(&app->dialog);
		out->with = scope ? scope->kind : COMPANY_NONE;
	}
}

/* What there is to tell when one of several has come to its end. */
static void tell_target(struct app *app, const struct target_item *item, const char *text)
{
	struct buf result = { 0 };

	if (item->state == TARGET_ENDED || item->state == TARGET_FAILED)
		tracker_note(app->tracker, app->frame_ms, text, &item->plan.key);
	targets_add_result(&app->targets, &result);
	say(app, item->state == TARGET_FAILED ? STYLE_WARNING : STYLE_GOOD, "%s", buf_string(&result));
	buf_done(&result);
	if (!targets_is_over(&app->targets))
		return;
	app->is_end_told = item->state == TARGET_ENDED;
	app->asked = item->plan.key;
	targets_start(&app->targets);
	tags_clear(&app->tags);
}

static void plan_target(struct app *app, const struct kill_plan *plan, struct job *out)
{
	const struct target_item *item = &app->targets.items[app->targets.now];
	struct kill_plan summary;

	if (!targets_plan(&app->targets, plan, out))
		return;
	if (item->state == TARGET_FAILED)
		tell_target(app, item, *plan->refusal_text ? plan->refusal_text
			    : "nothing was sent: another process holds it now");
	if (app->overlay != OVERLAY_KILL || app->dialog.state != DIALOG_ASKED
	    || !targets_is_planned(&app->targets))
		return;
	targets_summarize(&app->targets, &summary);
	dialog_plans(&app->dialog, &summary, &app->targets);
}

void killing_plan(struct app *app, const struct reply *reply, struct job *out)
{
	const struct kill_plan *plan = &reply->plan;

	if (app->targets.count)
		plan_target(app, plan, out);
	else if (app->overlay == OVERLAY_KILL && app->dialog.state == DIALOG_ASKED
		 && row_key_compare(&plan->key, &app->asked) == 0)
		dialog_plan(&app->dialog, plan, &reply->scopes);
}

static void status_of_target(struct app *app, const struct kill_status *status, struct job *out)
{
	const struct target_item *item = &app->targets.items[app->targets.now];

	if (!targets_status(&app->targets, status))
		return;
	if (item->state != TARGET_SENT)
		targets_next(&app->targets, out);
	tell_target(app, item, status->text);
}

void killing_status(struct app *app, const struct kill_status *status, struct job *out)
{
	static const enum style styles[] = {
		[KILL_ARMED] = STYLE_NORMAL, [KILL_SENT] = STYLE_NORMAL,
		[KILL_EXITED] = STYLE_GOOD, [KILL_RELEASED] = STYLE_GOOD,
		[KILL_STILL_HELD] = STYLE_WARNING, [KILL_STILL_RUNNING] = STYLE_WARNING,
		[KILL_PENDING] = STYLE_WARNING, [KILL_CAME_BACK] = STYLE_WARNING,
		[KILL_CHANGED] = STYLE_ERROR, [KILL_FAILED] = STYLE_ERROR,
	};

	if (app->targets.count) {
		status_of_target(app, status, out);
		return;
	}
	if (app->is_end_told && (status->phase == KILL_EXITED || status->phase == KILL_RELEASED))
		return;
	app->kill_phase = status->phase;
	app->is_kill_over = status->is_final;
	say(app, status->is_left_behind ? STYLE_WARNING : styles[status->phase], "%s", status->text);
	if (status->is_final)
		tracker_note(app->tracker, app->frame_ms, status->text, &app->asked);
}
