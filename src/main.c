/* The only place that knows everybody: what surrounds the process, which platform is behind the door, and
 * whether the dashboard or a command stands before it. Refuses to know what any of them does. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/gate.h"
#include "base/fatal.h"
#include "base/heap.h"
#include "base/text.h"
#include "cli/complain.h"
#include "cli/complete.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/projectfile.h"
#include "cli/remote.h"
#include "collector/collector.h"
#include "platform/platform.h"
#include "platform/stream.h"
#include "remember.h"
#include "ui/tui.h"

enum { STOP_TIMEOUT_MS = 1000 };

/* A closed descriptor 0-2 would be given to the next open(): a netlink socket as stdout. The wrong direction
 * on purpose, so that writing to what was closed still fails. */
static void open_standard_streams(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) < 0)
			_exit(STATUS_BLIND);
}

/* Nothing in lotop is written for a caller with less rights than the program. File capabilities are the
 * administrator's own decision and are fine. */
static bool is_setuid(void)
{
	return getuid() != geteuid() || getgid() != getegid();
}

/* A reader that went away is no end of the dashboard: its write() says EPIPE. A handler, for SIG_IGN would be
 * inherited by the programs that lotop starts (execve(2)). */
static void take_no_notice(int signal_number)
{
	(void)signal_number;
}

static int open_replay(const char *path, struct platform **out)
{
	unsigned line = 0;
	char where[48];
	int error = platform_replay_new(path, out, &line);

	if (!error)
		return 0;
	if (line)
		snprintf(where, sizeof where, "line %u is no part of a recording", line);
	complain(path, line ? where : strerror(-error), "it plays what lotop --record FILE wrote");
	return error;
}

static int open_kernel(const struct options *o, struct platform **out)
{
	int error = o->no_bpf ? platform_linux_new_plain(out) : platform_linux_new(out);

	if (error)
		complain_blind(error);
	return error;
}

/* Around `p`, where its scans are to be written somewhere. */
static int record(const struct options *o, struct platform *p, struct platform **out)
{
	int error = 0;

	*out = p;
	if (o->record && (error = platform_record_new(p, o->record, o->is_redacted, out)))
		complain_errno(o->record, error, "a new file, in a folder that you may write to");
	else if (o->subcommand == subcommand_get(SUBCOMMAND_STREAM) &&
		 (error = platform_record_to(p, STDOUT_FILENO, o->interval_ms, out)))
		complain_errno("stream", error, NULL);
	return error;
}

/* Neither needs a program, unless other machines are asked by one. */
static bool only_looks(const struct options *o)
{
	return (o->subcommand == subcommand_get(SUBCOMMAND_LIST) ||
		o->subcommand == subcommand_get(SUBCOMMAND_STREAM) ||
		o->subcommand == subcommand_get(SUBCOMMAND_WATCH)) && !o->from_count;
}

static int open_platform(const struct options *o, struct platform **out)
{
	struct platform *p;
	int error = o->replay ? open_replay(o->replay, &p) : open_kernel(o, &p);

	if (error)
		return error;
	error = record(o, p, out);
	if (error) {
		platform_free(p);
		return error;
	}
	platform_linux_confine(only_looks(o));
	if (o->is_read_only)
		*out = gate_new(*out);
	return 0;
}

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
		 const struct remote *remote)
{
	struct mailbox *mailbox;
	struct sources *sources;
	struct collector *collector;
	struct platform *p;
	int status = STATUS_BLIND;

	if (open_platform(o, &p))
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

static int run_dashboard(const struct options *o, struct remembered *r)
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
	status = watch(o, r, &start, remote);
	remote_free(remote);
	return status;
}

static int print(const struct buf *text)
{
	return output_write(STDOUT_FILENO, text) ? STATUS_BLIND : STATUS_FOUND;
}

static int print_version(void)
{
	struct buf text = { 0 };
	int status;

	buf_add_string(&text, "lotop " LOTOP_VERSION "\n");
	status = print(&text);
	buf_done(&text);
	return status;
}

static int print_config(void)
{
	struct buf text = { 0 };
	int status;

	settings_print(&text);
	status = print(&text);
	buf_done(&text);
	return status;
}

static void complain_problems(const struct remembered *r)
{
	struct slice rest = buf_slice(&r->problems);
	struct buf line = { 0 };

	while (rest.len) {
		buf_clear(&line);
		buf_add_slice(&line, slice_cut(&rest, '\n'));
		complain(buf_string(&line), NULL, NULL);
	}
	buf_done(&line);
}

static int check_config(const struct remembered *r)
{
	struct buf text = { 0 };
	int status;

	complain_problems(r);
	if (r->problem_count)
		return STATUS_USAGE;
	text_escape(&text, slice_of(r->home.config));
	buf_add_string(&text, r->has_config ? ": fine\n" : ": not there, the defaults count\n");
	status = print(&text);
	buf_done(&text);
	return status;
}

/* A command takes from the configuration only what forbids something, and its interval: what a script sees
 * must not depend on the rest. */
static int run_configured(struct options *o)
{
	bool is_dashboard = !o->subcommand->run;
	struct remembered *r = fatal_calloc(1, sizeof *r);
	int status;

	remember_load(r, is_dashboard);
	o->is_read_only |= r->settings.is_read_only;
	if (!o->interval_ms)
		o->interval_ms = r->settings.interval_ms;
	if (o->wants_check_config) {
		status = check_config(r);
	} else if (is_dashboard) {
		status = run_dashboard(o, r);
	} else {
		complain_problems(r);
		status = o->subcommand->run(o, open_platform);
	}
	remember_done(r);
	free(r);
	return status;
}

static int run(struct options *o)
{
	if (o->wants_version)
		return print_version();
	if (o->wants_help)
		return cmd_help(o, open_platform);
	return o->wants_print_config ? print_config() : run_configured(o);
}

int main(int argc, char *argv[])
{
	struct options options;
	struct buf problem = { 0 };
	int status = STATUS_USAGE;

	open_standard_streams();
	if (is_setuid()) {
		complain("setuid", "lotop was started with the rights of another user", "use sudo instead");
		return STATUS_BLIND;
	}
	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, take_no_notice);
	json_set_alloc_funcs(fatal_alloc, free);
	if (argc > 1 && !strcmp(argv[1], COMPLETE_COMMAND))
		return complete_print(argc - 2, argv + 2, open_platform);
	if (options_parse(argc, argv, &options, &problem)) {
		complain(buf_string(&problem), NULL, NULL);
	} else {
		options.new_stream = platform_stream_new;
		status = run(&options);
	}
	options_done(&options);
	buf_done(&problem);
	return status;
}
