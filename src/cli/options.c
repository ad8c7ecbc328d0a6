/* Parses the command line by the option table: GNU long options in any place, abbreviations allowed. Owns
 * which option has a meaning for which command; knows nothing of what is done with it. */
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include "action/signals.h"
#include "base/fatal.h"
#include "base/nearest.h"
#include "cli/duration.h"

#define IN_DASHBOARD (1u << SUBCOMMAND_DASHBOARD)
#define IN_LIST (1u << SUBCOMMAND_LIST)
#define IN_WHY (1u << SUBCOMMAND_WHY)
#define IN_KILL (1u << SUBCOMMAND_KILL)
#define IN_WAIT (1u << SUBCOMMAND_WAIT)
#define IN_NEXT (1u << SUBCOMMAND_NEXT)
#define IN_WATCH (1u << SUBCOMMAND_WATCH)
#define IN_RECORD (1u << SUBCOMMAND_RECORD)
#define IN_LOG (1u << SUBCOMMAND_LOG)
#define IN_CHECK (1u << SUBCOMMAND_CHECK)
#define IN_METRICS (1u << SUBCOMMAND_METRICS)
#define IN_STREAM (1u << SUBCOMMAND_STREAM)
#define EVERYWHERE UINT32_MAX
#define FIELD(member) offsetof(struct options, member)

static const struct option_entry entries[] = {
	{ "all", 'a', OPTION_FLAG, NULL, "also sockets that loopback cannot reach (bound to another address)",
	  IN_DASHBOARD | IN_LIST | IN_KILL | IN_WAIT | IN_WATCH, FIELD(show_all) },
	{ "all-holders", 0, OPTION_FLAG, NULL, "every process that holds the socket, not only one",
	  IN_KILL, FIELD(is_all_holders) },
	{ "all-netns", 0, OPTION_FLAG, NULL, "also other network namespaces: containers, ip netns",
	  IN_DASHBOARD | IN_LIST | IN_KILL | IN_WATCH | IN_RECORD | IN_METRICS | IN_STREAM,
	  FIELD(all_netns) },
	{ "check-config", 0, OPTION_FLAG, NULL, "say what is wrong with the configuration, and end",
	  IN_DASHBOARD, FIELD(wants_check_config) },
	{ "connect", 0, OPTION_FLAG, NULL, "also try one connection, reset at once: the service may notice it",
	  IN_WHY, FIELD(wants_connect) },
	{ "container", 0, OPTION_FLAG, NULL, "its container, by docker stop or podman stop", IN_KILL, FIELD(is_container) },
	{ "count", 0, OPTION_NUMBER, "N", "how many free ports (default 1)", IN_NEXT, FIELD(count) },
	{ "csv", 0, OPTION_FLAG, NULL, "print CSV (RFC 4180) instead of a table", IN_LIST, FIELD(as_csv) },
	{ "dry-run", 'n', OPTION_FLAG, NULL, "show what would be signalled, and end",
	  IN_KILL, FIELD(is_dry_run) },
	{ "force-after", 0, OPTION_DURATION, "TIME", "send KILL to what still runs after this time",
	  IN_KILL, FIELD(force_after_ms) },
	{ "format", 'o', OPTION_TEXT, "COLUMNS", "these columns in this order: port,pid,process",
	  IN_LIST, FIELD(format) },
	{ "free", 0, OPTION_FLAG, NULL, "until nothing listens and nothing is bound",
	  IN_WAIT, FIELD(wants_free) },
	{ "from", 0, OPTION_FROM, "COMMAND", "also the machine that COMMAND tells about: 'ssh devbox lotop stream'",
	  IN_DASHBOARD | IN_LIST, FIELD(froms) },
	{ "from", 0, OPTION_FROM, "PORT", "the first port to try (default 3000; in dynamic 49152)",
	  IN_NEXT, FIELD(froms) },
	{ "group", 0, OPTION_FLAG, NULL, "the whole process group of the server, npm and sh included",
	  IN_KILL, FIELD(is_group) },
	{ "identity", 0, OPTION_TEXT, "PID:START:COOKIE",
	  "only this very process with this very socket, as list --json tells them", IN_KILL, FIELD(identity) },
	{ "interval", 'i', OPTION_INTERVAL, "SECONDS",
	  "time between two scans, 0.1 to 60; also written 500ms (default 1)",
	  IN_DASHBOARD | IN_WATCH | IN_RECORD | IN_STREAM, FIELD(interval_ms) },
	{ "json", 0, OPTION_FLAG, NULL, "print JSON (schema 1) instead of text",
	  IN_LIST | IN_WHY | IN_KILL | IN_WAIT | IN_NEXT | IN_WATCH | IN_LOG | IN_CHECK,
	  FIELD(as_json) },
	{ "listening", 0, OPTION_FLAG, NULL, "until somebody listens (the default)",
	  IN_WAIT, FIELD(wants_listening) },
	{ "no-bpf", 0, OPTION_FLAG, NULL, "look for owners in /proc even where a faster way is permitted",
	  IN_DASHBOARD | IN_LIST | IN_WATCH | IN_STREAM, FIELD(no_bpf) },
	{ "no-header", 'H', OPTION_FLAG, NULL, "without the line of column titles", IN_LIST, FIELD(no_header) },
	{ "no-leftovers", 0, OPTION_FLAG, NULL, "without TIME-WAIT and other remains of closed connections",
	  IN_DASHBOARD | IN_LIST, FIELD(hide_leftovers) },
	{ "null", '0', OPTION_FLAG, NULL, "rows end in NUL, columns in TAB: for xargs -0",
	  IN_LIST, FIELD(is_nul) },
	{ "print-config", 0, OPTION_FLAG, NULL, "print a configuration file with the defaults, and end",
	  IN_DASHBOARD, FIELD(wants_print_config) },
	{ "range", 0, OPTION_TEXT, "RANGE", "registered (default), dynamic, or any (reserved ports, too)",
	  IN_NEXT, FIELD(range) },
	{ "read-only", 0, OPTION_FLAG, NULL, "nothing is signalled or tried, and no other program started",
	  IN_DASHBOARD | IN_WHY | IN_KILL, FIELD(is_read_only) },
	{ "record", 0, OPTION_TEXT, "FILE", "write every scan to FILE (new, readable only by you)",
	  IN_DASHBOARD | IN_LIST | IN_WHY | IN_WATCH, FIELD(record) },
	{ "redact", 0, OPTION_FLAG, NULL, "in a recording, no command lines, nor names of users and projects",
	  IN_DASHBOARD | IN_LIST | IN_WHY | IN_WATCH, FIELD(is_redacted) },
	{ "replay", 0, OPTION_TEXT, "FILE", "show a recording, not this machine; nothing is ever signalled",
	  IN_DASHBOARD | IN_LIST | IN_WHY | IN_WATCH | IN_CHECK | IN_METRICS | IN_STREAM, FIELD(replay) },
	{ "signal", 's', OPTION_TEXT, "SIGNAL", "TERM (default), INT, HUP, QUIT, KILL, STOP, CONT ...",
	  IN_KILL, FIELD(signal) },
	{ "since", 0, OPTION_DURATION, "TIME", "only of this time, and who was there when it began",
	  IN_LOG, FIELD(since_ms) },
	{ "snapshot", 0, OPTION_FLAG, NULL, "first everything that is there already",
	  IN_WATCH, FIELD(wants_snapshot) },
	{ "socket", 0, OPTION_FLAG, NULL, "no process: what is left of closed connections, so that the port is free now",
	  IN_KILL, FIELD(is_socket) },
	{ "sort", 0, OPTION_TEXT, "COLUMN", "by this column; -COLUMN turns the order round",
	  IN_LIST, FIELD(sort) },
	{ "stable", 0, OPTION_DURATION, "TIME", "it must stay so for this time", IN_WAIT, FIELD(stable_ms) },
	{ "theme", 0, OPTION_TEXT, "NAME", "default, light, mono, colour-blind or high-contrast",
	  IN_DASHBOARD, FIELD(theme) },
	{ "timeout", 0, OPTION_DURATION, "TIME", "give up after this time (default: never)",
	  IN_WAIT, FIELD(timeout_ms) },
	{ "tree", 0, OPTION_FLAG, NULL, "the server and all processes below it", IN_KILL, FIELD(is_tree) },
	{ "udp", 0, OPTION_FLAG, NULL, "the UDP port, not the TCP one", IN_WHY, FIELD(is_udp) },
	{ "unit", 0, OPTION_FLAG, NULL, "its systemd unit, by systemctl stop, so that it stays down", IN_KILL, FIELD(is_unit) },
	{ "wait", 0, OPTION_DURATION, "TIME", "how long to wait for the end of the process (default 5s)",
	  IN_KILL, FIELD(wait_ms) },
	{ "yes", 'y', OPTION_FLAG, NULL, "do not ask; needed where no terminal is",
	  IN_KILL, FIELD(is_confirmed) },
	{ "help", 'h', OPTION_FLAG, NULL, "print this help", EVERYWHERE, FIELD(wants_help) },
	{ "version", 'V', OPTION_FLAG, NULL, "print the version", EVERYWHERE, FIELD(wants_version) },
};

enum { OPTION_COUNT = sizeof entries / sizeof *entries, OPTION_BASE = 256 /* beyond every letter */ };

const struct option_entry *options_table(size_t *count)
{
	*count = OPTION_COUNT;
	return entries;
}

static int code_of(size_t index)
{
	return entries[index].letter ? entries[index].letter : OPTION_BASE + (int)index;
}

static const struct option_entry *entry_of(int code)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (code_of(i) == code)
			return &entries[i];
	return NULL;
}

/* getopt's two descriptions of the table. A leading '-' hands operands out in their order, whatever
 * POSIXLY_CORRECT says; ':' tells a missing argument from an unknown option. */
static void describe(struct option longs[OPTION_COUNT + 1], struct buf *shorts)
{
	buf_add_string(shorts, "-:");
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		bool has_argument = entries[i].argument != NULL;

		longs[i] = (struct option){ entries[i].name, has_argument, NULL, code_of(i) };
		if (entries[i].letter)
			buf_add_char(shorts, entries[i].letter);
		if (entries[i].letter && has_argument)
			buf_add_char(shorts, ':');
	}
	longs[OPTION_COUNT] = (struct option){ 0 };
}

static int parse_number(struct slice text, int *out)
{
	uint64_t number;

	if (!slice_to_u64(text, 10, &number) || !number || number > UINT16_MAX)
		return -EINVAL;
	*out = (int)number;
	return 0;
}

static int set_value(struct options *o, const struct option_entry *entry, const char *value,
		     struct buf *problem)
{
	void *field = (char *)o + entry->offset;
	const char *why = "";

	switch ((enum option_kind)entry->kind) {
	case OPTION_FLAG:
		*(bool *)field = true;
		return 0;
	case OPTION_TEXT:
		*(const char **)field = value;
		return 0;
	case OPTION_FROM:
		o->froms[o->from_count++] = value;
		return 0;
	case OPTION_INTERVAL:
		if (duration_parse(slice_of(value), INTERVAL_MIN_MS, INTERVAL_MAX_MS, field) == 0)
			return 0;
		why = "not between 0.1 and 60 seconds (try --%s 0.5 or 500ms)";
		break;
	case OPTION_DURATION:
		if (duration_parse(slice_of(value), 0, DURATION_MAX_MS, field) == 0)
			return 0;
		why = "no time up to a day (try --%s 5s, 500ms or 2m)";
		break;
	case OPTION_NUMBER:
		if (parse_number(slice_of(value), field) == 0)
			return 0;
		why = "no number from 1 to 65535 (try --%s 10)";
	}
	buf_printf(problem, "--%s %s: ", entry->name, *value ? value : "''");
	buf_printf(problem, why, entry->name);
	return -EINVAL;
}

/* "--no" begins several. False: less than two. */
static bool add_ambiguous(const char *text, struct buf *problem)
{
	struct slice rest = slice_of(text + 2), typed = slice_cut(&rest, '=');
	struct buf list = { 0 };
	unsigned count = 0;

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		bool is_again = i && !strcmp(entries[i].name, entries[i - 1].name);

		if (typed.len && !is_again && !strncmp(entries[i].name, typed.ptr, typed.len))
			buf_printf(&list, "%s--%s", count++ ? ", " : "", entries[i].name);
	}
	if (count > 1)
		buf_printf(problem, "%s: which one? (%s)", text, buf_string(&list));
	buf_done(&list);
	return count > 1;
}

/* "-9" and "-KILL" as kill(1) has them. */
static bool add_signal(const char *word, struct buf *problem)
{
	bool is_signal = word && word[0] == '-' && kill_signal_parse(slice_of(word + 1)) > 0;

	if (is_signal)
		buf_printf(problem, "%s: no such option (a signal: lotop kill -s %s)", word, word + 1);
	return is_signal;
}

/* What other programs call it. NULL: nothing known. */
static const char *habit(const char *text)
{
	static const struct { const char *typed, *hint; } habits[] = {
		{ "--port", "a port stands alone: lotop list 3000" },
		{ "-p", "a port stands alone: lotop list 3000" },
		{ "-j", "try --json" },
		{ "--output", "try --format COLUMNS, --json or --csv" },
		{ "--watch", "try lotop watch" },
		{ "--no-color", "try --theme mono" },
	};
	struct slice rest = slice_of(text), typed = slice_cut(&rest, '=');

	for (size_t i = 0; i < sizeof habits / sizeof *habits; i++)
		if (slice_is(typed, habits[i].typed))
			return habits[i].hint;
	return NULL;
}

static int unknown_option(const char *text, struct buf *problem)
{
	const char *names[OPTION_COUNT + 1] = { 0 };
	struct slice rest = slice_of(text[0] == '-' && text[1] == '-' ? text + 2 : text);

	if (habit(text)) {
		buf_printf(problem, "%s: no such option (%s)", text, habit(text));
		return -EINVAL;
	}
	for (size_t i = 0; i < OPTION_COUNT; i++)
		names[i] = entries[i].name;
	buf_printf(problem, "%s: no such option (", text);
	nearest_add_hint(problem, slice_cut(&rest, '='), names, "--", "try lotop --help");
	buf_add_char(problem, ')');
	return -EINVAL;
}

/* What getopt_long refused: `code` is '?' or ':', optopt and argv[optind - 1] say which. */
static int refused_option(int code, char *const argv[], struct buf *problem)
{
	const struct option_entry *entry = entry_of(optopt);
	char letter[] = { '-', (char)optopt, '\0' };

	/* Within a group of letters optind stays at its word; behind the last one it goes on (getopt(3), glibc). */
	if (!entry && optopt && (add_signal(argv[optind - 1], problem) || add_signal(argv[optind], problem)))
		return -EINVAL;
	if (!entry && !optopt && add_ambiguous(argv[optind - 1], problem))
		return -EINVAL;
	if (!entry)
		return unknown_option(optopt ? letter : argv[optind - 1], problem);
	if (code == ':')
		buf_printf(problem, "--%s: needs %s (try lotop --help)", entry->name, entry->argument);
	else
		buf_printf(problem, "--%s: takes no value (try --%s alone)", entry->name, entry->name);
	return -EINVAL;
}

static int unknown_command(const char *name, struct buf *problem)
{
	struct buf otherwise = { 0 };

	if (*name)
		buf_printf(&otherwise, "to look for it: lotop list %s; ", name);
	buf_add_string(&otherwise, "all commands: lotop --help");
	subcommand_add_unknown(problem, name, "lotop ", buf_string(&otherwise));
	buf_done(&otherwise);
	return -EINVAL;
}

static int take_word(struct options *o, const char *word, struct buf *problem)
{
	if (o->subcommand != subcommand_get(SUBCOMMAND_DASHBOARD)) {
		o->words[o->word_count++] = word;
		return 0;
	}
	o->subcommand = subcommand_find(slice_of(word));
	if (o->subcommand)
		return 0;
	o->subcommand = subcommand_get(SUBCOMMAND_DASHBOARD);
	return unknown_command(word, problem);
}

/* Where an option of this name has a meaning. */
static uint32_t scope_of(size_t index)
{
	uint32_t scope = 0;

	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (!strcmp(entries[i].name, entries[index].name))
			scope |= entries[i].subcommands;
	return scope;
}

static int read_first_port(struct options *o, struct buf *problem)
{
	const char *last = o->from_count ? o->froms[o->from_count - 1] : NULL;

	if (!last || parse_number(slice_of(last), &o->from) == 0)
		return 0;
	buf_printf(problem, "--from %s: no number from 1 to 65535 (try --from 3000)", *last ? last : "''");
	return -EINVAL;
}

static void add_owners(struct buf *problem, uint32_t scope)
{
	const char *before = " (it belongs to ";

	for (unsigned id = 0; id < SUBCOMMAND_COUNT; id++) {
		if (!(scope >> id & 1))
			continue;
		buf_add_string(problem, before);
		subcommand_add_name(problem, subcommand_get(id));
		before = ", ";
	}
	buf_add_char(problem, ')');
}

/* An option that the command would ignore is a mistake: name the command that knows it. */
static int check_scope(const struct options *o, uint64_t given, struct buf *problem)
{
	uint32_t here = subcommand_bit(o->subcommand);

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (!(given >> i & 1) || scope_of(i) & here)
			continue;
		buf_printf(problem, "--%s: has no meaning for ", entries[i].name);
		subcommand_add_name(problem, o->subcommand);
		add_owners(problem, scope_of(i));
		return -EINVAL;
	}
	return 0;
}

static int nothing_to_redact(struct buf *problem)
{
	buf_add_string(problem, "--redact: nothing is recorded (try --record FILE --redact)");
	return -EINVAL;
}

static void set_defaults(struct options *out, size_t words)
{
	*out = (struct options){
		.subcommand = subcommand_get(SUBCOMMAND_DASHBOARD),
		.wait_ms = WAIT_DEFAULT_MS, .force_after_ms = -1, .timeout_ms = -1, .since_ms = -1,
		.count = 1,
	};
	out->words = fatal_calloc(words, sizeof *out->words);
	out->froms = fatal_calloc(words, sizeof *out->froms);
}

/* *given: bits of the options, by their places in the table. */
static int take_all(int argc, char *argv[], struct options *out, uint64_t *given, struct buf *problem)
{
	struct option longs[OPTION_COUNT + 1];
	struct buf shorts = { 0 };
	int code, error = 0;

	describe(longs, &shorts);
	optind = 0;                          /* glibc: forget an earlier command line */
	opterr = 0;
	while (!error && (code = getopt_long(argc, argv, buf_string(&shorts), longs, NULL)) != -1) {
		const struct option_entry *entry = entry_of(code);

		if (entry)
			*given |= UINT64_C(1) << (entry - entries);
		if (code == '?' || code == ':')
			error = refused_option(code, argv, problem);
		else if (entry)
			error = set_value(out, entry, optarg, problem);
		else
			error = take_word(out, optarg, problem);
	}
	for (; !error && optind < argc; optind++)
		error = take_word(out, argv[optind], problem);
	buf_done(&shorts);
	return error;
}

int options_parse(int argc, char *argv[], struct options *out, struct buf *problem)
{
	uint64_t given = 0;
	int error;

	set_defaults(out, (size_t)argc + 1);
	error = take_all(argc, argv, out, &given, problem);
	if (error || out->wants_help || out->wants_version)
		return error;
	error = check_scope(out, given, problem);
	if (!error && out->is_redacted && !out->record)
		error = nothing_to_redact(problem);
	if (!error && out->subcommand == subcommand_get(SUBCOMMAND_NEXT))
		error = read_first_port(out, problem);
	return error;
}

void options_done(struct options *o)
{
	free(o->words);
	free(o->froms);
	o->words = NULL;
	o->froms = NULL;
}
