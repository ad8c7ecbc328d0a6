/* Any keys, pastes, clicks, sizes, frames and replies in any order: the dashboard's state stays whole. One
 * byte says what comes, the next ones say which. Nothing is drawn; what draw functions rely on is demanded
 * after each step. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/text.h"
#include "tests/fake/build.h"
#include "ui/app.h"
#include "ui/focus.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { FRAME_COUNT = 3, STEP_MS = 2500 };

static const char desk[] =
	"process 4211 node alice cwd /home/alice/shop command node next dev\n"
	"tcp 127.0.0.1:3000 cookie 1 by 4211 node alice\n"
	"tcp [fe80::1%eth0]:3001 cookie 2 by 4211 node alice by 4212 node bob\n"
	"udp 0.0.0.0:53 cookie 3\n"
	"bound tcp [::]:4000 cookie 4 v6only yes by 7 ruby bob\n"
	"time-wait tcp 127.0.0.1:8000 peer 127.0.0.1:40000 expires 9000\n"
	"gap owners 6\n";
static const char later[] =
	"tcp 127.0.0.1:3000 cookie 9 by 9999 deno alice\n"
	"tcp 127.0.0.1:5432 cookie 5 by 911 postgres postgres\n";
static const char nothing[] = "pending\n";

static const char *const frames[FRAME_COUNT] = { desk, later, nothing };

static void demand(bool claim)
{
	if (!claim)
		abort();
}

static void check_safe(const char *text, size_t size)
{
	struct buf escaped = { 0 };

	demand(memchr(text, 0, size));
	text_escape(&escaped, slice_of(text));
	demand(!strcmp(buf_string(&escaped), text));
	buf_done(&escaped);
}

static void check_layout(const struct app *app)
{
	unsigned lines = 0;

	for (unsigned i = 0; i < REGION_COUNT; i++) {
		const struct rect *area = &app->layout.regions[i];

		demand(area->y + area->height <= app->layout.screen.height || !area->height);
		demand(area->x + area->width <= app->layout.screen.width || !area->height);
		lines += area->x ? 0 : area->height;     /* details may stand beside the table */
	}
	demand(lines == app->layout.screen.height);
}

static void check(const struct app *app)
{
	size_t height = focus_height(app), cursor = tree_cursor(&app->tree, &app->rows);

	check_layout(app);
	check_safe(app->status, sizeof app->status);
	check_safe(app->prompt.text, sizeof app->prompt.text);
	check_safe(app->filter, sizeof app->filter);
	demand(app->rows.selected_index < app->rows.count || !app->rows.count);
	demand(app->top <= cursor);
	if (app->view == VIEW_LISTENERS)
		demand(cursor < app->top + height);
	demand(app->page.top <= app->page.count);
	demand(app->column_count <= COLUMN_MAX);
	demand(app->prompt.cursor <= app->prompt.len && app->prompt.len == strlen(app->prompt.text));
	demand(app->menu.chosen < app->menu.count || !app->menu.count);
}

/* A signal leaves only from a dialog that was shown, for the row it was opened for; for more than the process only when
 * that was confirmed. */
static void check_job(const struct job *job, const struct app *app, bool was_seen, bool was_confirming)
{
	demand(memchr(job->text, 0, sizeof job->text) && memchr(job->helper, 0, sizeof job->helper));
	if (job->kind != JOB_KILL_SEND)
		return;
	demand(was_seen);
	demand(app->dialog.plan.refusal == KILL_ALLOWED);
	demand(job->signal == dialog_signal(&app->dialog));
	demand(job->with == COMPANY_NONE || was_confirming);
}

static void give_frame(struct app *app, int64_t *now_ms, uint8_t which)
{
	const struct snapshot *s = build_snapshot(*now_ms += STEP_MS, frames[which % FRAME_COUNT]);

	app_frame(app, s);
	snapshot_unref(s);
}

static void give_reply(struct app *app, uint8_t which)
{
	struct reply reply = {
		.kind = which % (REPLY_SCAN_FAILED + 1), .is_error = which & 0x80, .error = 13,
	};

	if (reply.kind == REPLY_WHY)             /* never without an answer; test_app gives real ones */
		return;
	reply.plan.key = app->asked;
	reply.plan.refusal = which & 0x40 ? KILL_IS_SELF : KILL_ALLOWED;
	reply.plan.confirm_twice[0] = which & 0x20 ? 'x' : 0;
	reply.scopes.count = which & 0x10 ? SCOPE_MAX : 0;
	for (unsigned i = 0; i < reply.scopes.count; i++)
		reply.scopes.list[i].kind = COMPANY_GROUP + i;
	reply.status.phase = which % (KILL_FAILED + 1);
	reply.status.is_final = which & 0x20;
	app_reply(app, &reply);
}

static struct input input_of(const uint8_t bytes[3])
{
	static const uint8_t kinds[] = { INPUT_KEY, INPUT_KEY, INPUT_PASTE, INPUT_CLICK, INPUT_WHEEL };
	struct input input = { .kind = kinds[bytes[0] % sizeof kinds], .x = bytes[1], .y = bytes[2] };

	if (bytes[1] < 0x80)
		input.key = bytes[1];
	else
		input.key = bytes[1] < 0xc0 ? INPUT_UP + (bytes[1] & 0x3fu) : 0x4e00u + bytes[2];
	input.scroll = (int8_t)bytes[1];
	return input;
}

static void step(struct app *app, int64_t *now_ms, const uint8_t bytes[3])
{
	bool was_seen = app->dialog.was_seen, was_confirming = app->dialog.state == DIALOG_CONFIRMING;

	if (bytes[0] >= 0xf0) {
		app_resize(app, bytes[1] + 1u, bytes[2] % 64u + 1u);
	} else if (bytes[0] >= 0xe0) {
		give_frame(app, now_ms, bytes[1]);
	} else if (bytes[0] >= 0xd0) {
		give_reply(app, bytes[1]);
	} else if (bytes[0] >= 0xc0) {
		app_shown(app);
	} else {
		struct input input = input_of(bytes);
		struct job job = app_apply(app, &input);

		check_job(&job, app, was_seen, was_confirming);
	}
	check(app);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const struct app_options options = { .clipboard = "xclip", .interval_ms = 1000 };
	struct app *app = app_new(&options);
	int64_t now_ms = 1000000;

	for (; len >= 3 && !app->is_done; bytes += 3, len -= 3)
		step(app, &now_ms, bytes);
	app_free(app);
	return 0;
}
