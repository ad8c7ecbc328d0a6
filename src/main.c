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

#include "base/fatal.h"
#include "cli/complain.h"
#include "cli/complete.h"
#include "cli/options.h"
#include "cli/output.h"
#include "collector/collector.h"
#include "platform/platform.h"
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

static int open_platform(const struct options *o, struct platform **out)
{
	struct platform *p;
	int error = o->replay ? open_replay(o->replay, &p) : open_kernel(o, &p);

	if (error)
		return error;
	if (o->record && (error = platform_record_new(p, o->record, out))) {
		complain_errno(o->record, error, "a new file, in a folder that you may write to");
		platform_free(p);
		return error;
	}
	if (!o->record)
		*out = p;
	return 0;
}

static int run_dashboard(const struct options *o)
{
	const struct collector_options watch = {
		.request = { .bound_only = true, .leftovers = true, .clients = true, .owners = true,
			     .shares_leftovers = true },
		.interval_ms = o->interval_ms,
	};
	const char *unusable = tui_unusable();
	struct tui_options view = {
		.interval_ms = o->interval_ms, .is_replay = o->replay != NULL,
	};
	struct tui_view table = {
		.sort = COLUMN_PORT, .show_all = o->show_all, .hide_leftovers = o->hide_leftovers,
	};
	struct collector *collector;
	struct platform *p;
	int error;

	if (unusable) {
		complain("dashboard", unusable, NULL);
		return STATUS_BLIND;
	}
	if (open_platform(o, &p))
		return STATUS_BLIND;
	view.mailbox = mailbox_new();
	error = collector_start(p, view.mailbox, &watch, &collector);
	if (error) {
		complain_errno("cannot start the collector's thread", error, NULL);
		platform_free(p);
		mailbox_free(view.mailbox);
		return STATUS_BLIND;
	}
	error = tui_run(&view, &table);
	/* A thread that is stuck in the kernel still owns the mailbox: the exit takes both. */
	if (collector_stop(collector, STOP_TIMEOUT_MS) == 0)
		mailbox_free(view.mailbox);
	if (error)
		complain_errno("the terminal", error, "lotop list needs none");
	return error ? STATUS_BLIND : STATUS_FOUND;
}

static int print_version(void)
{
	struct buf text = { 0 };
	int error;

	buf_add_string(&text, "lotop " LOTOP_VERSION "\n");
	error = output_write(STDOUT_FILENO, &text);
	buf_done(&text);
	return error ? STATUS_BLIND : STATUS_FOUND;
}

static int run(const struct options *o)
{
	if (o->wants_version)
		return print_version();
	if (o->wants_help)
		return cmd_help(o, open_platform);
	return o->subcommand->run ? o->subcommand->run(o, open_platform) : run_dashboard(o);
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
	if (options_parse(argc, argv, &options, &problem))
		complain(buf_string(&problem), NULL, NULL);
	else
		status = run(&options);
	options_done(&options);
	buf_done(&problem);
	return status;
}
