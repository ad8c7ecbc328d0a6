/* ui/tags, ui/targets and ui/killing: several rows are asked about once and signalled in turn, each only as the
 * process whose plan was shown. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "dashboard.h"

static const char desk[] =
	"tcp 127.0.0.1:3000 cookie 1 by 4211 node alice\n"
	"tcp 127.0.0.1:5432 cookie 2 by 911 postgres postgres\n"
	"tcp 127.0.0.1:8080 cookie 3 by 5001 python3 alice\n";

static struct job plan(struct app *app, const struct job *begin, int32_t pid, enum kill_refusal refusal)
{
	struct reply reply = { .kind = REPLY_KILL_PLAN };

	assert_int_equal(begin->kind, JOB_KILL_BEGIN);
	reply.plan.key = begin->key;
	reply.plan.id.pid = pid;
	reply.plan.id.start_time = (uint64_t)pid * 10;
	reply.plan.refusal = refusal;
	snprintf(reply.plan.name, sizeof reply.plan.name, "p%d", pid);
	return app_reply(app, &reply);
}

static struct job status(struct app *app, enum kill_phase phase, const char *text)
{
	struct reply reply = { .kind = REPLY_KILL_STATUS, .status = { .phase = phase } };

	snprintf(reply.status.text, sizeof reply.status.text, "%s", text);
	return app_reply(app, &reply);
}

static void tag_all(struct app *app)
{
	dashboard_press(app, INPUT_HOME);
	for (size_t i = 0; i < app->rows.count; i++)
		dashboard_press(app, ' ');
	assert_int_equal(app->tags.count, app->rows.count);
}

/* Everything is tagged, and each of the three processes is planned with that answer. */
static void plan_all(struct app *app, enum kill_refusal refusal)
{
	struct job job;

	tag_all(app);
	job = dashboard_press(app, 'k');
	for (int32_t pid = 1; pid <= 3; pid++)
		job = plan(app, &job, pid, refusal);
}

static void tags_stay_on_their_rows(void **state)
{
	struct app *app = *state;

	dashboard_press(app, ' ');
	assert_int_equal(app->rows.selected_index, 1);           /* on to the next */
	dashboard_press(app, ' ');
	assert_int_equal(app->tags.count, 2);
	dashboard_press(app, 'r');
	dashboard_frame(app, 1001000, desk);
	assert_true(tags_has(&app->tags, &app->rows.items[2]->listener->key));
	assert_false(tags_has(&app->tags, &app->rows.items[0]->listener->key));
	dashboard_frame(app, 1002000, "tcp 127.0.0.1:5432 cookie 2 by 911 postgres postgres\n");
	dashboard_frame(app, 1009000, "tcp 127.0.0.1:5432 cookie 2 by 911 postgres postgres\n");
	assert_int_equal(app->tags.count, 1);                    /* the other one is gone for good */
	dashboard_press(app, 'U');
	assert_int_equal(app->tags.count, 0);
}

static void copy_joins_what_is_tagged(void **state)
{
	struct app *app = *state;
	struct job job;

	tag_all(app);
	job = dashboard_press(app, 'c');
	assert_int_equal(job.kind, JOB_COPY);
	assert_string_equal(job.text, "127.0.0.1:3000 127.0.0.1:5432 127.0.0.1:8080");
	dashboard_press(app, INPUT_ENTER);                                 /* details are about one row */
	job = dashboard_press(app, 'c');
	assert_string_equal(job.text, "127.0.0.1:8080");
}

static void all_are_planned_before_the_dialog_asks(void **state)
{
	struct app *app = *state;
	struct job job;

	tag_all(app);
	job = dashboard_press(app, 'k');
	for (int32_t pid = 1; pid <= 3; pid++) {
		assert_int_equal(app->dialog.state, DIALOG_ASKED);
		assert_int_equal(job.pid, 0);
		job = plan(app, &job, pid, pid == 2 ? KILL_NOT_PERMITTED : KILL_ALLOWED);
	}
	assert_int_equal(job.kind, JOB_NONE);
	assert_int_equal(app->dialog.state, DIALOG_CHOOSING);
	app_shown(app);
	job = dashboard_press(app, INPUT_ENTER);
	assert_int_equal(job.pid, 1);                            /* the very process that was planned */
	job = plan(app, &job, 1, KILL_ALLOWED);
	assert_int_equal(job.kind, JOB_KILL_SEND);
	assert_int_equal(job.signal, SIGTERM);
	assert_int_equal(status(app, KILL_SENT, "sent").kind, JOB_NONE);
	assert_int_equal(dashboard_press(app, 'k').kind, JOB_NONE);        /* not while they are being ended */
	job = status(app, KILL_RELEASED, "p1 exited");
	assert_int_equal(job.pid, 3);                            /* 2 was refused */
	job = plan(app, &job, 3, KILL_ALLOWED);
	assert_int_equal(job.kind, JOB_KILL_SEND);
	assert_int_equal(status(app, KILL_STILL_RUNNING, "p3 goes on").kind, JOB_NONE);
	assert_string_equal(app->status, "1 of 3 ended, 1 not: see the events, 1 had no signal");
	assert_int_equal(app->tags.count, 0);
	assert_string_equal(tracker_event(app->tracker, 0)->text, "p3 goes on");
	assert_string_equal(tracker_event(app->tracker, 1)->text, "p1 exited");
}

static void nobody_else_is_signalled(void **state)
{
	struct app *app = *state;
	struct job job;

	plan_all(app, KILL_ALLOWED);
	app_shown(app);
	job = dashboard_press(app, INPUT_ENTER);
	job = plan(app, &job, 99, KILL_ALLOWED);                 /* another process has the port now */
	assert_int_equal(job.kind, JOB_KILL_BEGIN);
	assert_int_equal(job.pid, 2);
	job = plan(app, &job, 2, KILL_GONE);
	assert_int_equal(job.pid, 3);
	job = plan(app, &job, 3, KILL_ALLOWED);
	assert_int_equal(job.kind, JOB_KILL_SEND);
	status(app, KILL_RELEASED, "p3 exited");
	assert_string_equal(app->status, "1 of 3 ended, 2 not: see the events");
}

static void one_process_with_two_rows_gets_one_signal(void **state)
{
	struct app *app = *state;
	struct job job;

	tag_all(app);
	job = dashboard_press(app, 'K');
	job = plan(app, &job, 7, KILL_ALLOWED);
	job = plan(app, &job, 7, KILL_ALLOWED);
	plan(app, &job, 8, KILL_ALLOWED);
	app_shown(app);
	job = dashboard_press(app, INPUT_ENTER);
	job = plan(app, &job, 7, KILL_ALLOWED);
	assert_int_equal(job.signal, SIGKILL);
	job = status(app, KILL_RELEASED, "p7 exited");
	assert_int_equal(job.pid, 8);
	plan(app, &job, 8, KILL_ALLOWED);
	status(app, KILL_RELEASED, "p8 exited");
	assert_string_equal(app->status, "2 of 2 ended");
	status(app, KILL_RELEASED, "p8 exited, port 8080 is free");      /* its last word, no news */
	assert_string_equal(app->status, "2 of 2 ended");
	assert_string_equal(tracker_event(app->tracker, 0)->text, "p8 exited");
	status(app, KILL_CAME_BACK, "port 8080 is back");
	assert_string_equal(app->status, "port 8080 is back");
}

static void escape_sends_nothing_and_keeps_the_tags(void **state)
{
	struct app *app = *state;

	plan_all(app, KILL_ALLOWED);
	app_shown(app);
	assert_int_equal(dashboard_press(app, INPUT_ESCAPE).kind, JOB_KILL_CANCEL);
	assert_int_equal(app->tags.count, 3);
	assert_int_equal(app->targets.count, 0);
	assert_int_equal(dashboard_press(app, 'k').kind, JOB_KILL_BEGIN);
}

static void when_none_may_be_signalled_it_says_so(void **state)
{
	struct app *app = *state;

	plan_all(app, KILL_REPLAY);
	assert_int_equal(app->dialog.state, DIALOG_REFUSED);
	app_shown(app);
	assert_int_equal(dashboard_press(app, INPUT_ENTER).kind, JOB_KILL_CANCEL);
}

#define CASE(name) DASHBOARD_TEST(name, desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(tags_stay_on_their_rows),
		CASE(copy_joins_what_is_tagged),
		CASE(all_are_planned_before_the_dialog_asks),
		CASE(nobody_else_is_signalled),
		CASE(one_process_with_two_rows_gets_one_signal),
		CASE(escape_sends_nothing_and_keeps_the_tags),
		CASE(when_none_may_be_signalled_it_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
