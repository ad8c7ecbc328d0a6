/* Owns which process the dialog is about and when it is asked about again. Refuses to signal: a decision
 * is a job, and what is said afterwards is what action/kill found. */
#include "ui/killing.h"

/* An armed process that goes on after the signal is asked about again; it is not chosen again. */
static bool is_still_armed(const struct app *app, const struct row *row)
{
	bool goes_on = app->kill_phase == KILL_STILL_RUNNING || app->kill_phase == KILL_PENDING;
	bool is_same = row_key_compare(&row->listener->key, &app->dialog.plan.key) == 0;

	return goes_on && is_same && !app->is_kill_over;
}

void killing_ask(struct app *app, int signal, struct job *out)
{
	const struct row *row = state_row(app);

	if (!row || row->is_gone) {
		state_say(app, STYLE_WARNING, row ? "this socket is gone already" : "no row is selected");
		return;
	}
	app->overlay = OVERLAY_KILL;
	app->asked = row->listener->key;
	if (is_still_armed(app, row)) {
		dialog_reopen(&app->dialog, signal);
		return;
	}
	dialog_ask(&app->dialog, signal);
	app->kill_phase = KILL_ARMED;
	out->kind = JOB_KILL_BEGIN;
	out->key = app->asked;
}

void killing_command(struct app *app, enum command command, struct job *out)
{
	enum dialog_answer answer = dialog_command(&app->dialog, command);

	if (answer == DIALOG_OPEN)
		return;
	app->overlay = OVERLAY_NONE;
	if (answer == DIALOG_CANCELLED) {
		out->kind = JOB_KILL_CANCEL;
		app->kill_phase = KILL_ARMED;
		return;
	}
	out->kind = JOB_KILL_SEND;
	out->signal = dialog_signal(&app->dialog);
}

void killing_plan(struct app *app, const struct kill_plan *plan)
{
	if (app->overlay == OVERLAY_KILL && app->dialog.state == DIALOG_ASKED
	    && row_key_compare(&plan->key, &app->asked) == 0)
		dialog_plan(&app->dialog, plan);
}

void killing_status(struct app *app, const struct kill_status *status)
{
	static const enum style styles[] = {
		[KILL_ARMED] = STYLE_NORMAL, [KILL_SENT] = STYLE_NORMAL,
		[KILL_EXITED] = STYLE_GOOD, [KILL_RELEASED] = STYLE_GOOD,
		[KILL_STILL_HELD] = STYLE_WARNING, [KILL_STILL_RUNNING] = STYLE_WARNING,
		[KILL_PENDING] = STYLE_WARNING, [KILL_CAME_BACK] = STYLE_WARNING,
		[KILL_CHANGED] = STYLE_ERROR, [KILL_FAILED] = STYLE_ERROR,
	};

	app->kill_phase = status->phase;
	app->is_kill_over = status->is_final;
	state_say(app, styles[status->phase], "%s", status->text);
	if (status->is_final)
		tracker_note(app->tracker, app->now_ms, status->text);
}
