/* Owns the dashboard that is drawn to be measured. Knows no limit: those are the tests'. */
#include "frames.h"

#include <curses.h>
#include <locale.h>
#include <time.h>
#include "build.h"

enum { FRAMES = 10, WIDTH = 140, HEIGHT = 50 };

const unsigned frames_sizes[FRAMES_SIZES] = { 100, 1000, 2000, 10000 };

bool frames_open(struct frames *f)
{
	*f = (struct frames){ .nowhere = fopen("/dev/null", "r+") };
	setlocale(LC_CTYPE, "C.UTF-8");
	if (!f->nowhere)
		return false;
	f->screen = newterm("xterm-256color", f->nowhere, f->nowhere);
	if (!f->screen) {
		fclose(f->nowhere);
		return false;
	}
	resizeterm(HEIGHT, WIDTH);
	return true;
}

void frames_close(struct frames *f)
{
	endwin();
	delscreen(f->screen);
	buf_done(&f->canvas.text);
	buf_done(&f->canvas.ascii);
	fclose(f->nowhere);
}

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

int64_t frames_best_us(struct frames *f, unsigned servers, const char *keys, const char *sort)
{
	const struct tui_view view = { .sort = column_named(sort) };
	const struct app_options options = { .clipboard = "", .interval_ms = 1000, .view = &view };
	struct app *app = app_new(&options);
	int64_t best = INT64_MAX;

	app_resize(app, WIDTH, HEIGHT);
	type(app, keys);
	for (int frame = 0; frame < FRAMES; frame++) {
		const struct snapshot *s = make_snapshot(servers, frame);
		int64_t start = cpu_us(), took;

		app_frame(app, s);
		erase();
		view_draw(app, &f->canvas);
		took = cpu_us() - start;
		snapshot_unref(s);
		best = took < best ? took : best;
	}
	f->rows = app->rows.count;
	app_free(app);
	return best;
}
