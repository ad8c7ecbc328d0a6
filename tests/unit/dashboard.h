/* For the tests of ui: the dashboard on a scene, without a terminal, and a user's hands. */
#ifndef UNIT_DASHBOARD_H
#define UNIT_DASHBOARD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests/fake/build.h"
#include "ui/app.h"

enum { DASHBOARD_START_MS = 1000000 };

static inline void dashboard_frame(struct app *app, int64_t wall_ms, const char *scene)
{
	const struct snapshot *s = build_snapshot(wall_ms, scene);

	app_frame(app, s);
	snapshot_unref(s);
}

/* At 80 x 24, after its first frame. */
static inline struct app *dashboard_open(const char *scene)
{
	const struct app_options options = { .clipboard = "", .home = "/home/alice", .interval_ms = 1000 };
	struct app *app = app_new(&options);

	app_resize(app, 80, 24);
	dashboard_frame(app, DASHBOARD_START_MS, scene);
	return app;
}

/* A test with a dashboard of its own as *state, on that scene. */
#define DASHBOARD_TEST(test, scene) cmocka_unit_test_prestate_setup_teardown(test, dashboard_set_up, \
		dashboard_close, (void *)(uintptr_t)(scene))

static inline int dashboard_set_up(void **state)
{
	*state = dashboard_open(*state);
	return 0;
}

static inline int dashboard_close(void **state)
{
	app_free(*state);
	return 0;
}

static inline struct job dashboard_press(struct app *app, uint32_t key)
{
	const struct input input = { .kind = INPUT_KEY, .key = key };

	return app_apply(app, &input);
}

static inline void dashboard_type(struct app *app, const char *text)
{
	for (; *text; text++)
		dashboard_press(app, (unsigned char)*text);
}

static inline struct job dashboard_click(struct app *app, unsigned x, unsigned y, int64_t at_ms)
{
	const struct input input = { .kind = INPUT_CLICK, .x = x, .y = y, .at_ms = at_ms };

	return app_apply(app, &input);
}

static inline void dashboard_turn(struct app *app, unsigned x, unsigned y, int lines)
{
	const struct input input = { .kind = INPUT_WHEEL, .x = x, .y = y, .scroll = lines };

	app_apply(app, &input);
}

/* 0: no row is selected. */
static inline unsigned dashboard_port(const struct app *app)
{
	const struct row *row = rows_selected(&app->rows);

	return row ? row->listener->key.endpoint.port : 0;
}

static inline void dashboard_select(struct app *app, unsigned port)
{
	dashboard_press(app, INPUT_HOME);
	for (size_t i = 0; i < app->rows.count && dashboard_port(app) != port; i++)
		dashboard_press(app, INPUT_DOWN);
	assert_int_equal(dashboard_port(app), port);
}

#endif
