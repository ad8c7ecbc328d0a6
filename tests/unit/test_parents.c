/* ui/parents: who is above the process under the cursor is asked once, and told where there is something to read. */
#include <stdio.h>
#include <string.h>
#include "dashboard.h"

static const char desk[] =
	"process 4211 node alice parent 4200\n"
	"process 911 postgres postgres parent 1\n"
	"tcp 127.0.0.1:3000 cookie 1 by 4211 node alice\n"
	"tcp 127.0.0.1:3001 cookie 2 by 4211 node alice\n"
	"tcp 127.0.0.1:5432 cookie 3 by 911 postgres postgres\n"
	"tcp 127.0.0.1:9999 cookie 4\n";

static void answer(struct app *app)
{
	struct reply reply = { .kind = REPLY_LINEAGE };

	reply.lineage.count = 2;
	reply.lineage.line[0] = (struct ancestor){ .pid = 4200, .name = "npm" };
	reply.lineage.line[1] = (struct ancestor){ .pid = 77, .name = "bash" };
	app_reply(app, &reply);
}

static bool says(const struct app *app, const char *text)
{
	for (size_t i = 0; i < app->page.count; i++)
		if (strstr(app->page.lines[i].text, text))
			return true;
	return false;
}

static void one_question_for_each_process(void **state)
{
	struct app *app = *state;
	struct job job = { 0 };

	assert_true(app_wish(app, &job));
	assert_int_equal(job.kind, JOB_LINEAGE);
	assert_int_equal(job.pid, 4211);
	assert_false(app_wish(app, &job));               /* the answer is on its way */
	dashboard_select(app, 5432);
	assert_false(app_wish(app, &job));
	dashboard_select(app, 3000);
	answer(app);
	assert_false(app_wish(app, &job));
	dashboard_select(app, 3001);                     /* the same process */
	assert_false(app_wish(app, &job));
	dashboard_select(app, 5432);
	assert_true(app_wish(app, &job));
	assert_int_equal(job.pid, 911);
	answer(app);
	dashboard_select(app, 9999);                     /* nobody to ask about */
	assert_false(app_wish(app, &job));
}

static void the_details_tell_the_line(void **state)
{
	struct app *app = *state;
	struct job job;

	dashboard_press(app, INPUT_ENTER);
	assert_true(says(app, "4200"));
	assert_false(says(app, "npm 4200"));
	assert_true(app_wish(app, &job));
	answer(app);
	assert_true(says(app, "npm 4200 < bash 77 < init 1"));
}

/* Somebody else took it over: its parent died. */
static void a_new_parent_is_asked_about(void **state)
{
	struct app *app = *state;
	struct job job;

	assert_true(app_wish(app, &job));
	answer(app);
	dashboard_frame(app, 1001000, "process 4211 node alice parent 500\n"
				      "tcp 127.0.0.1:3000 cookie 1 by 4211 node alice\n");
	assert_true(app_wish(app, &job));
	assert_int_equal(job.pid, 4211);
}

#define CASE(name) DASHBOARD_TEST(name, desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(one_question_for_each_process),
		CASE(the_details_tell_the_line),
		CASE(a_new_parent_is_asked_about),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
