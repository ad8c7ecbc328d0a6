/* lotop next: ports that are free. Owns which ports come into question; that they can be bound, trial
 * binds on every form of address tell. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/fatal.h"
#include "cli/complain.h"
#include "cli/jsonout.h"
#include "cli/look.h"
#include "cli/output.h"
#include "cli/print.h"
#include "model/snapshot.h"

enum { PORT_COUNT = 65536 };

static const struct next_range {
	const char *name;
	int first, last, from;           /* `from`: where it begins without --from */
	bool may_be_ephemeral, may_be_reserved;
} ranges[] = {
	{ "registered", 1024, 49151, 3000, false, false },
	{ "dynamic", 49152, 65535, 49152, true, false },
	{ "any", 1, 65535, 3000, true, true },
};

struct search {
	const struct next_range *range;
	struct platform *platform;
	const struct snapshot *snapshot;
	bool is_taken[PORT_COUNT];       /* by a row of any kind, of any protocol */
	uint16_t found[PORT_COUNT];
	int count;
};

static const struct next_range *find_range(const char *name)
{
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (!strcmp(ranges[i].name, name))
			return &ranges[i];
	return NULL;
}

static int parse(const struct options *o, const struct next_range **out)
{
	const struct next_range *range = find_range(o->range ? o->range : "registered");
	char why[64];

	if (o->word_count) {
		complain(o->words[0], "next takes no operand", "--from PORT, --count N, --range RANGE");
		return STATUS_USAGE;
	}
	if (!range) {
		complain_value("--range", o->range, "no such range", "registered, dynamic or any");
		return STATUS_USAGE;
	}
	if (o->from && (o->from < range->first || o->from > range->last)) {
		snprintf(why, sizeof why, "not in the range %s, %d to %d", range->name, range->first,
			 range->last);
		complain("--from", why, "--range any");
		return STATUS_USAGE;
	}
	*out = range;
	return 0;
}

static void note_taken(struct search *f)
{
	const struct snapshot *s = f->snapshot;

	for (size_t i = 0; i < s->listener_count; i++)
		for (uint32_t k = 0; k < s->listeners[i].socket_count; k++)
			f->is_taken[s->listeners[i].sockets[k]->local.port] = true;
}

static bool is_in_question(const struct search *f, int port)
{
	const struct kernel_limits *limits = &f->snapshot->facts->limits;

	if (f->is_taken[port])
		return false;
	return f->range->may_be_ephemeral || port < limits->ephemeral_low || port > limits->ephemeral_high;
}

/* A machine without IPv6 has no address there that could be taken. */
static bool is_free(int16_t error)
{
	return error == 0 || error == EADDRNOTAVAIL || error == EAFNOSUPPORT || error == PROBE_UNTRIED;
}

/* 0, 1 = it cannot be had, or -errno. */
static int try(const struct search *f, int port)
{
	const struct probe_request request = {
		.at = { .protocol = PROTOCOL_TCP, .port = (uint16_t)port }, .binds = true, .only_binds = true,
	};
	struct probe probe;
	int error = platform_probe(f->platform, &request, &probe);

	if (error)
		return error;
	for (int form = 0; form < FORM_GIVEN; form++)
		if (!is_free(probe.binds[form].plain))
			return 1;
	return probe.is_reserved && !f->range->may_be_reserved;
}

static int find(struct search *f, int from, int wanted)
{
	int result;

	for (int port = from; port <= f->range->last && f->count < wanted; port++) {
		if (!is_in_question(f, port))
			continue;
		result = try(f, port);
		if (result < 0)
			return result;
		if (!result)
			f->found[f->count++] = (uint16_t)port;
	}
	return 0;
}

static void add_json(struct buf *out, const struct search *f)
{
	jsonout_open(out, '{');
	jsonout_integer(out, "schema", PRINT_SCHEMA);
	jsonout_key(out, "range");
	jsonout_text(out, slice_of(f->range->name));
	jsonout_key(out, "ports");
	jsonout_open(out, '[');
	for (int i = 0; i < f->count; i++)
		jsonout_number(out, f->found[i]);
	jsonout_close(out, ']');
	jsonout_close(out, '}');
	buf_add_char(out, '\n');
}

static int print(const struct options *o, const struct search *f)
{
	struct buf text = { 0 };
	int error;

	for (int i = 0; i < f->count && !o->as_json; i++)
		buf_printf(&text, "%u\n", f->found[i]);
	if (o->as_json)
		add_json(&text, f);
	error = output_write(STDOUT_FILENO, &text);
	buf_done(&text);
	return error;
}

static int answer(const struct options *o, struct search *f)
{
	int error;

	note_taken(f);
	error = find(f, o->from ? o->from : f->range->from, o->count);
	if (error) {
		complain_errno("trial binds", error, NULL);
		return STATUS_BLIND;
	}
	if (print(o, f))
		return STATUS_BLIND;
	if (f->count == o->count)
		return STATUS_FOUND;
	complain("next", "there are not so many free ports from there on",
		 "a lower --from, or another --range");
	return STATUS_NOTHING;
}

int cmd_next(const struct options *o, platform_opener *open)
{
	const struct scan_request request = { .bound_only = true, .leftovers = true };
	struct search *f = fatal_calloc(1, sizeof *f);
	int status = parse(o, &f->range);

	if (!status) {
		status = STATUS_BLIND;
		if (open(o, &f->platform) == 0 && look_once(f->platform, &request, &f->snapshot) == 0)
			status = answer(o, f);
	}
	snapshot_unref(f->snapshot);
	platform_free(f->platform);
	free(f);
	return status;
}
