/* ui/asking, ui/whypage: what is asked about each row, and that its own answer is what is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tests/fake/build.h"
#include "ui/app.h"

static const char desk[] =
	"tcp 127.0.0.1:3000 cookie 1 by 4211 node alice\n"
	"tcp 127.0.0.1:5432 cookie 2 by 911 postgres postgres\n"
	"tcp 127.0.0.1:8080 cookie 3 by 5001 python3 alice\n"
	"udp 127.0.0.53%lo:53 cookie 4 by 500 resolved root\n"
	"tcp [::]:9000 cookie 5 v6only no by 6120 java alice\n";

static void frame(struct app *app, int64_t wall_ms, const char *scene)
{
	const struct snapshot *s = build_snapshot(wall_ms, scene);

	app_frame(app, s);
	snapshot_unref(s);
}

static int set_up(void **state)
{
	const struct app_options options = { .clipboard = "", .home = "/home/alice", .interval_ms = 1000 };
	struct app *app = app_new(&options);

	app_resize(app, 80, 24);
	frame(app, 1000000, desk);
	*state = app;
	return 0;
}

static int tear_down(void **state)
{
	app_free(*state);
	return 0;
}

static struct job press(struct app *app, uint32_t key)
{
	const struct input input = { .kind = INPUT_KEY, .key = key };

	return app_apply(app, &input);
}

static void select_port(struct app *app, unsigned port)
{
	press(app, INPUT_HOME);
	for (size_t i = 0; i < app->rows.count; i++) {
		if (rows_selected(&app->rows)->listener->key.endpoint.port == port)
			return;
		press(app, INPUT_DOWN);
	}
	fail();
}

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

		select_port(app, cases[i].port);
		job = press(app, 'w');
		assert_int_equal(job.kind, JOB_WHY);
		assert_int_equal(job.key.endpoint.family, cases[i].family);
		assert_int_equal(job.key.endpoint.port, cases[i].port);
		assert_false(job.connects);
		assert_int_equal(app->view, VIEW_WHY);
		assert_true(shows(app, "Asking"));
		answer(app, &job);
		assert_true(shows(app, cases[i].title));
		press(app, INPUT_ESCAPE);
		assert_int_equal(app->view, VIEW_LISTENERS);
	}
}

static void a_connection_is_made_only_when_asked_for(void **state)
{
	struct app *app = *state;
	struct job job;

	press(app, INPUT_ENTER);
	press(app, 'w');
	job = press(app, 'C');
	assert_int_equal(job.kind, JOB_WHY);
	assert_true(job.connects);
	assert_false(press(app, 'w').connects);
	press(app, 'q');
	assert_int_equal(app->view, VIEW_DETAILS);
}

static void an_answer_about_another_port_is_let_be(void **state)
{
	struct app *app = *state;
	struct job first, second;

	select_port(app, 3000);
	first = press(app, 'w');
	press(app, INPUT_ESCAPE);
	select_port(app, 5432);
	second = press(app, 'w');
	answer(app, &first);
	assert_true(shows(app, "Asking"));
	answer(app, &second);
	assert_true(shows(app, "localhost:5432"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_question_is_what_localhost_means),
		CASE(a_connection_is_made_only_when_asked_for),
		CASE(an_answer_about_another_port_is_let_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
