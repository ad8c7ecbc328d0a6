/* ui/asking, ui/whypage: what is asked about each row, and that its own answer is what is shown. */
#include <string.h>
#include "dashboard.h"

static const char desk[] =
	"tcp 127.0.0.1:3000 cookie 1 by 4211 node alice\n"
	"tcp 127.0.0.1:5432 cookie 2 by 911 postgres postgres\n"
	"tcp 127.0.0.1:8080 cookie 3 by 5001 python3 alice\n"
	"udp 127.0.0.53%lo:53 cookie 4 by 500 resolved root\n"
	"tcp [::]:9000 cookie 5 v6only no by 6120 java alice\n";

static void answer(struct app *app, const struct job *job)
{
	struct reply reply = { .kind = REPLY_WHY };

	reply.why = why_new(tracker_snapshot(app->tracker), NULL, &job->key.endpoint);
	app_reply(app, &reply);
}

static bool shows(const struct app *app, const char *text)
{
	for (size_t i = 0; i < app->page.count; i++)
		if (strstr(app->page.lines[i].text, text))
			return true;
	return false;
}

static void the_question_is_what_localhost_means(void **state)
{
	static const struct {
		unsigned port;
		uint8_t family;
		const char *title;
	} cases[] = {
		{ 3000, 0, "localhost:3000 tcp" }, { 9000, 0, "localhost:9000 tcp" },
		{ 53, FAMILY_IPV4, "127.0.0.53:53 udp" },
	};
	struct app *app = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct job job;

		dashboard_select(app, cases[i].port);
		job = dashboard_press(app, 'w');
		assert_int_equal(job.kind, JOB_WHY);
		assert_int_equal(job.key.endpoint.family, cases[i].family);
		assert_int_equal(job.key.endpoint.port, cases[i].port);
		assert_false(job.connects);
		assert_int_equal(app->view, VIEW_WHY);
		assert_true(shows(app, "Asking"));
		answer(app, &job);
		assert_true(shows(app, cases[i].title));
		dashboard_press(app, INPUT_ESCAPE);
		assert_int_equal(app->view, VIEW_LISTENERS);
	}
}

static void a_connection_is_made_only_when_asked_for(void **state)
{
	struct app *app = *state;
	struct job job;

	dashboard_press(app, INPUT_ENTER);
	dashboard_press(app, 'w');
	job = dashboard_press(app, 'C');
	assert_int_equal(job.kind, JOB_WHY);
	assert_true(job.connects);
	assert_false(dashboard_press(app, 'w').connects);
	dashboard_press(app, 'q');
	assert_int_equal(app->view, VIEW_DETAILS);
}

static void an_answer_about_another_port_is_let_be(void **state)
{
	struct app *app = *state;
	struct job first, second;

	dashboard_select(app, 3000);
	first = dashboard_press(app, 'w');
	dashboard_press(app, INPUT_ESCAPE);
	dashboard_select(app, 5432);
	second = dashboard_press(app, 'w');
	answer(app, &first);
	assert_true(shows(app, "Asking"));
	answer(app, &second);
	assert_true(shows(app, "localhost:5432"));
}

#define CASE(name) DASHBOARD_TEST(name, desk)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_question_is_what_localhost_means),
		CASE(a_connection_is_made_only_when_asked_for),
		CASE(an_answer_about_another_port_is_let_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
