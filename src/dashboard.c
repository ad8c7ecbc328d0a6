/* Owns the order in which the dashboard begins and ends: view, platform, threads, terminal, and back.
 * Refuses to know what is shown (ui) and seen (collector). */
#include "dashboard.h"

#include <errno.h>
#include <string.h>
#include "base/heap.h"
#include "cli/complain.h"
#include "cli/projectfile.h"
#include "cli/remote.h"
#include "collector/collector.h"
#include "ui/tui.h"

enum { STOP_TIMEOUT_MS = 1000 };

/* The command line over what was configured. `start` is what a theme of the command line is a change of: like
 * what is chosen in the dashboard, it is remembered. 0, or an exit status after a complaint. */
static int choose_view(const struct options *o, struct settings *s, struct tui_view *start)
{
	struct buf why = { 0 };
	int error = 0;

	s->view.show_all |= o->show_all;
	s->view.hide_leftovers |= o->hide_leftovers;
	*start = s->view;
	buf_printf(&why, "--theme %s: ", o->theme ? o->theme : "");
	if (o->theme)
		error = settings_take(s, slice_of(""), slice_of("theme"), slice_of(o->theme), 0, &why);
	if (error)
		complain(buf_string(&why), NULL, NULL);
	buf_done(&why);
	return error ? STATUS_USAGE : 0;
}

/* What is wrong with the configuration, for the status line: the first problem, and how many more. */
static const char *first_problem(const struct remembered *r, struct buf *out)
{
	struct slice rest = buf_slice(&r->problems);

	if (!r->problem_count)
		return NULL;
	buf_add_slice(out, slice_cut(&rest, '\n'));
	if (r->problem_count > 1)
		buf_printf(out, "; %u more: lotop --check-config", r->problem_count - 1);
	return buf_string(out);
}

static void remember(struct remembered *r, const struct tui_view *start, const struct tui_view *view)
{
	int error = remember_save(r, start, view);

	if (error)
		complain_errno(r->home.state, error, "the view is not remembered");
}

/* The project's ports, where it has a file that names them. What is wrong with it goes to the status line. */
static const struct expect *find_project(struct projectfile *f, struct buf *problem)
{
	struct expect_error mistake;
	int error = projectfile_load(f, &mistake);

	if (!error)
		return &f->expect;
	if (error == -EBADMSG)
		buf_printf(problem, "%s:%u: %s", PROJECTFILE_NAME, mistake.line, mistake.message);
	else if (error != -ENOENT)
		buf_printf(problem, "%s: %s", PROJECTFILE_NAME, strerror(-error));
	return NULL;
}

static int run_tui(const struct options *o, struct remembered *r, const struct tui_view *start,
		   struct mailbox *mailbox)
{
	const struct settings *s = &r->settings;
	struct buf message = { 0 }, problem = { 0 };
	struct projectfile file = { .path = { 0 } };
	const struct expect *expect = find_project(&file, &problem);
	const char *first = first_problem(r, &message);
	const struct tui_options options = {
		.mailbox = mailbox, .keys = &s->keys.keymap, .filters = s->filters,
		.message = first ? first : problem.len ? buf_string(&problem) : NULL, .expect = expect,
		.interval_ms = o->interval_ms, .idle_ms = s->idle_ms, .colours = s->colours, .text = s->text,
		.no_mouse = s->no_mouse,
		.is_replay = o->replay != NULL, .is_read_only = o->is_read_only,
	};
	struct tui_view view = s->view;
	int error = tui_run(&options, &view);

	if (error)
		complain_errno("the terminal", error, "lotop list needs none");
	remember(r, start, &view);
	buf_done(&message);
	buf_done(&problem);
	projectfile_done(&file);
	return error ? STATUS_BLIND : STATUS_FOUND;
}

/* From here on the platform and the sources are the threads'. 0, or -errno after a complaint. */
static int start_threads(const struct options *o, struct platform *p, struct mailbox *mailbox,
			 struct sources *sources, struct collector **out)
{
	const struct collector_options watch = {
		.request = { .bound_only = true, .leftovers = true, .clients = true, .owners = true,
			     .shares_leftovers = true, .other_netns = o->all_netns },
		.interval_ms = o->interval_ms, .sources = sources,
	};
	int error = sources ? sources_start(sources) : 0;

	if (!error)
		error = collector_start(p, mailbox, &watch, out);
	if (error) {
		complain_errno("cannot start the collector's thread", error, NULL);
		platform_free(p);
	}
	return error;
}

static int watch(const struct options *o, struct remembered *r, const struct tui_view *start,
		 const struct remote *remote, platform_opener *open)
{
	struct mailbox *mailbox;
	struct sources *sources;
	struct collector *collector;
	struct platform *p;
	int status = STATUS_BLIND;

	if (open(o, &p))
		return STATUS_BLIND;
	mailbox = mailbox_new();
	sources = remote_sources(remote, o, mailbox);
	if (start_threads(o, p, mailbox, sources, &collector) == 0) {
		status = run_tui(o, r, start, mailbox);
		/* A thread that is stuck in the kernel still owns the mailbox: the exit takes both. */
		if (collector_stop(collector, STOP_TIMEOUT_MS))
			return status;
	}
	sources_free(sources);
	mailbox_free(mailbox);
	return status;
}

int dashboard_run(const struct options *o, struct remembered *r, platform_opener *open)
{
	const char *unusable = tui_unusable();
	struct remote *remote = NULL;
	struct tui_view start;
	int status;

	if (unusable) {
		complain("dashboard", unusable, NULL);
		return STATUS_BLIND;
	}
	status = choose_view(o, &r->settings, &start);
	if (status)
		return status;
	heap_stay_small();
	if (remote_parse(o, &remote))
		return STATUS_USAGE;
	status = watch(o, r, &start, remote, open);
	remote_free(remote);
	return status;
}
