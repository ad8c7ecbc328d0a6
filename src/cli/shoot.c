/* Owns patience: how often is looked, when KILL follows, when nothing more is awaited. Refuses to know who
 * is meant (cmd_kill.c) and how a result is worded (report_kill.c). */
#include "cli/shoot.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fatal.h"
#include "cli/output.h"
#include "cli/report_kill.h"
#include "collector/collector.h"

enum { STEP_MS = 20, SCAN_MS = 100 };

struct watch {
	const struct options *options;
	struct platform *platform;
	const struct scan_request *request;
	struct volley *volley;
	int64_t began_ms, deadline_ms;
	bool is_forced;                  /* KILL was sent by --force-after */
	char (*told)[KILL_TEXT];         /* by shot: the line that was written last */
};

/* As they come: what is over, and a port that has become free. Not twice, though two rows may tell the
 * same. */
static void tell_news(struct watch *w)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < w->volley->count; i++) {
		const struct kill_status *status = &w->volley->shots[i].status;
		bool is_told = false;

		if (!status->is_final && status->phase != KILL_RELEASED)
			continue;
		for (size_t k = 0; k < w->volley->count; k++)
			is_told |= !strcmp(w->told[k], status->text);
		memcpy(w->told[i], status->text, sizeof w->told[i]);
		if (!is_told)
			buf_printf(&text, "%s\n", status->text);
	}
	if (text.len && !w->options->as_json)
		output_write(STDOUT_FILENO, &text);
	buf_done(&text);
}

/* Those that run still, and what was refused. */
static void tell_rest(struct watch *w)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < w->volley->count; i++) {
		const struct volley_shot *shot = &w->volley->shots[i];

		if (shot->plan.refusal || (!shot->status.is_final && shot->status.phase != KILL_RELEASED))
			report_kill_end(&text, shot, clock_monotonic_ms());
	}
	report_kill_stragglers(&text, w->volley);
	if (!w->options->as_json)
		output_write(STDOUT_FILENO, &text);
	buf_done(&text);
}

static void force(struct watch *w, int64_t now_ms)
{
	struct buf text = { 0 };

	w->is_forced = true;
	w->deadline_ms = now_ms + w->options->wait_ms;
	buf_printf(&text, "still running after %d.%d s: sending KILL\n", w->options->force_after_ms / 1000,
		   w->options->force_after_ms % 1000 / 100);
	if (!w->options->as_json)
		output_write(STDOUT_FILENO, &text);
	volley_send(w->volley, SIGKILL, now_ms);
	buf_done(&text);
}

/* True when nothing more is awaited: all is told, or patience is over. A port is watched a while longer. */
static bool is_over(struct watch *w, bool is_told, int64_t now_ms)
{
	size_t running = volley_running(w->volley);
	int force_ms = w->options->force_after_ms;

	if (!running && is_told)
		return true;
	if (running && force_ms >= 0 && !w->is_forced && now_ms - w->began_ms >= force_ms) {
		force(w, now_ms);
		return false;
	}
	return now_ms >= w->deadline_ms + (running && !is_told ? 0 : KILL_WATCH_MS);
}

static bool step(struct watch *w, int64_t *scanned_ms)
{
	const struct snapshot *s = NULL;
	int64_t now_ms = clock_monotonic_ms();
	bool is_told;

	if (now_ms - *scanned_ms >= SCAN_MS) {
		collector_scan_once(w->platform, w->request, &s);
		*scanned_ms = now_ms = clock_monotonic_ms();
	}
	is_told = volley_step(w->volley, s, now_ms);
	snapshot_unref(s);
	tell_news(w);
	return is_over(w, is_told, now_ms);
}

void shoot(const struct options *o, struct platform *p, const struct scan_request *request,
	   struct volley *volley, int signal)
{
	int patience_ms = o->wait_ms > o->force_after_ms ? o->wait_ms : o->force_after_ms;
	int64_t scanned_ms = 0, now_ms = clock_monotonic_ms();
	struct watch w = {
		.options = o, .platform = p, .request = request, .volley = volley,
		.told = fatal_calloc(volley->count + 1, sizeof *w.told),
		.began_ms = now_ms, .deadline_ms = now_ms + patience_ms,
	};

	volley_send(volley, signal, now_ms);
	while (!step(&w, &scanned_ms))
		poll(NULL, 0, STEP_MS);
	tell_rest(&w);
	free(w.told);
}
