/* What one frame of the dashboard costs the CPU: microseconds from a snapshot to the picture in curses' memory
 * (track, filter, sort, group, lay out, draw), for 100 to 10,000 listeners on a terminal of 140 x 50. Best of
 * several frames; nothing is written to a terminal. */
#include <curses.h>
#include <locale.h>
#include <stdio.h>
#include "base/clock.h"
#include "tests/fake/build.h"
#include "ui/app.h"
#include "ui/view.h"

enum { FRAMES = 12, WIDTH = 140, HEIGHT = 50 };

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

static void press(struct app *app, const char *keys)
{
	for (; *keys; keys++) {
		const struct input input = { .kind = INPUT_KEY, .key = (unsigned char)*keys };

		app_apply(app, &input);
	}
}

static int64_t time_frames(unsigned count, const char *keys, enum column_id sort, struct canvas *canvas)
{
	const struct tui_view view = { .sort = sort };
	const struct app_options options = { .clipboard = "", .interval_ms = 1000, .view = &view };
	struct app *app = app_new(&options);
	int64_t best_us = INT64_MAX;

	app_resize(app, WIDTH, HEIGHT);
	press(app, keys);
	for (int frame = 0; frame < FRAMES; frame++) {
		const struct snapshot *s = make_snapshot(count, frame);
		int64_t start_us = clock_monotonic_us(), took_us;

		app_frame(app, s);
		erase();
		view_draw(app, canvas);
		took_us = clock_monotonic_us() - start_us;
		snapshot_unref(s);
		if (frame >= 2 && took_us < best_us)             /* before, the lists are growing */
			best_us = took_us;
	}
	app_free(app);
	return best_us;
}

int main(void)
{
	static const struct {
		const char *name, *keys;
		enum column_id sort;
	} cases[] = {
		{ "all, by port", "", COLUMN_PORT },
		{ "filtered, by process", "/state:listen port:>1000 node\r", COLUMN_PROCESS },
		{ "grouped by process", "t", COLUMN_PORT },
	};
	static const unsigned counts[] = { 100, 1000, 2000, 10000 };
	struct canvas canvas = { .is_ascii = false };
	FILE *nowhere = fopen("/dev/null", "r+");

	setlocale(LC_CTYPE, "C.UTF-8");
	if (!nowhere || !newterm("xterm-256color", nowhere, nowhere))
		return 1;
	resizeterm(HEIGHT, WIDTH);
	printf("%-24s%10s%10s%10s%10s   us per frame\n", "listeners", "100", "1000", "2000", "10000");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		printf("%-24s", cases[i].name);
		for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
			printf("%10jd", (intmax_t)time_frames(counts[k], cases[i].keys, cases[i].sort,
									  &canvas));
		printf("\n");
	}
	endwin();
	buf_done(&canvas.text);
	buf_done(&canvas.ascii);
	fclose(nowhere);
	return 0;
}
