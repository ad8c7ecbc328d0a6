/* Owns what surrounds the process, which platform is behind the door, and whether the dashboard
 * (dashboard.c) or a command stands before it. Refuses to know what any of them does. */
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
#include "base/text.h"
#include "cli/complain.h"
#include "cli/complete.h"
#include "cli/options.h"
#include "cli/output.h"
#include "dashboard.h"
#include "platform/platform.h"
#include "platform/stream.h"
#include "remember.h"

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

static const char *why_no_replay(int error)
{
	return error == -ESPIPE ? "is no file, and a recording is read more than once" : strerror(-error);
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
	complain(path, line ? where : why_no_replay(error), "it plays what lotop --record FILE wrote");
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
		status = dashboard_run(o, r, open_platform);
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
