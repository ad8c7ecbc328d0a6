/* ui/view: what one frame costs the CPU, from a snapshot to the picture in curses' memory: track, filter, sort, lay
 * out, draw. CPU time, and the best of several frames, so that a busy machine changes nothing. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <cmocka.h>
#include <curses.h>
#include "tests/fake/build.h"
#include "ui/app.h"
#include "ui/view.h"

enum { FRAMES = 10, WIDTH = 140, HEIGHT = 50, FRAME_MAX_US = 5000, GROWTH_MAX = 25 };

static const struct snapshot *make_snapshot(unsigned count, int frame)
{
	struct facts *f = build_facts(1000000 + frame * 1000, "");

	for (unsigned i = 0; i < count; i++) {
		build_add(f, "process %u node%u alice since %u cwd /home/alice/shop%u "
			  "command node /home/alice/shop/node_modules/.bin/next dev --port %u",
			  1000 + i, i * 7919 % count, 1000 + i * 31, i % 20, 1024 + i);
		build_add(f, "tcp 127.0.0.1:%u cookie %u inode %u by %u node alice", 1024 + i, 1 + i,
			  100000 + i, 1000 + i);
	}
	return snapshot_build(f);
}

static int64_t cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void type(struct app *app, const char *keys)
{
	for (; *keys; keys++) {
		const struct input input = { .kind = INPUT_KEY, .key = (unsigned char)*keys };

		app_apply(app, &input);
	}
}

static int64_t frame_us(unsigned count, const char *keys, enum column_id sort, struct canvas *canvas)
{
	const struct tui_view view = { .sort = sort };
	const struct app_options options = { .clipboard = "", .interval_ms = 1000, .view = &view };
	struct app *app = app_new(&options);
	int64_t best = INT64_MAX;

	app_resize(app, WIDTH, HEIGHT);
	type(app, keys);
	for (int frame = 0; frame < FRAMES; frame++) {
		const struct snapshot *s = make_snapshot(count, frame);
		int64_t start = cpu_us(), took;

		app_frame(app, s);
		erase();
		view_draw(app, canvas);
		took = cpu_us() - start;
		snapshot_unref(s);
		best = took < best ? took : best;
	}
	assert_int_equal(app->rows.count, count);
	app_free(app);
	return best;
}

static void a_frame_of_two_thousand_rows(void **state)
{
	static const struct {
		const char *keys;
		enum column_id sort;
	} cases[] = {
		{ "", COLUMN_PORT }, { "/state:listen port:>1000 node\r", COLUMN_PROCESS }, { "t", COLUMN_PORT },
	};
	static const unsigned counts[] = { 100, 1000, 2000, 10000 };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t us[4];

		for (size_t k = 0; k < 4; k++)
			us[k] = frame_us(counts[k], cases[i].keys, cases[i].sort, *state);
		print_message("[%s] %jd %jd %jd %jd us for 100, 1,000, 2,000, 10,000 rows\n", cases[i].keys,
			      (intmax_t)us[0], (intmax_t)us[1], (intmax_t)us[2], (intmax_t)us[3]);
		assert_true(us[2] < FRAME_MAX_US);
		assert_true(us[3] < GROWTH_MAX * us[1]);
	}
}

int main(void)
{
	struct canvas canvas = { .is_ascii = false };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(a_frame_of_two_thousand_rows, &canvas),
	};
	FILE *nowhere = fopen("/dev/null", "r+");
	SCREEN *screen;
	int failed;

	setlocale(LC_CTYPE, "C.UTF-8");
	screen = nowhere ? newterm("xterm-256color", nowhere, nowhere) : NULL;
	if (!screen)
		return 77;
	resizeterm(HEIGHT, WIDTH);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	endwin();
	delscreen(screen);
	buf_done(&canvas.text);
	buf_done(&canvas.ascii);
	fclose(nowhere);
	return failed;
}
