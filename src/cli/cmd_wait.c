/* lotop wait: until somebody listens, or until a port is free. Owns the condition and the patience. Births of
 * sockets are announced by no kernel, so it looks often; deaths are, and wake it. */
#include <poll.h>
#include <unistd.h>
#include "base/clock.h"
#include "cli/complain.h"
#include "cli/filter.h"
#include "cli/jsonout.h"
#include "cli/look.h"
#include "cli/output.h"
#include "cli/print.h"
#include "model/rows.h"

/* A look that takes long is made less often: a twentieth of one processor, but at least once a second. */
enum { PAUSE_MIN_MS = 15, PAUSE_MAX_MS = 1000, SHARE = 20 };

struct vigil {
	const struct options *options;
	struct platform *platform;
	struct aim *aims;
	bool wants_free;
	bool needs_owners;               /* some aim is a filter */
	int64_t began_ms, met_ms;        /* met_ms: since when it holds without a break; 0 = it does not */
	uint64_t sockets;                /* which ones it were then: another server begins anew */
};

struct sight {
	bool is_met;
	uint64_t sockets;
};

static int parse(const struct options *o, struct vigil *v)
{
	*v = (struct vigil){ .options = o, .wants_free = o->wants_free };
	if (o->wants_free && o->wants_listening) {
		complain("wait", "--listening and --free exclude each other", "choose one");
		return STATUS_USAGE;
	}
	if (aims_parse(o, &v->aims))
		return STATUS_USAGE;
	for (size_t i = 0; i < o->word_count; i++)
		v->needs_owners |= !v->aims[i].is_place;
	return 0;
}

/* Listening is what loopback reaches; free is what no address has. */
static bool is_wanted(const struct vigil *v, const struct row *row)
{
	const struct listener *l = row->listener;

	if (v->wants_free)
		return l->key.kind == ROW_LISTENER || l->key.kind == ROW_BOUND;
	return l->key.kind == ROW_LISTENER && (v->options->show_all || listener_is_local(l));
}

/* An address stands for every socket that answers there, or that is in the way of one there, so also for a
 * wildcard. */
static bool is_meant(const struct vigil *v, const struct aim *aim, const struct row *row)
{
	if (!aim->is_place)
		return query_match(aim->query, row);
	return (v->wants_free ? place_is_taken : place_is_served)(&aim->place, row->listener);
}

/* The first row of the aim that matters; NULL: none. */
static const struct row *find(const struct vigil *v, const struct tracker *t, const struct aim *aim)
{
	size_t count;
	const struct row *rows = tracker_rows(t, &count);

	for (size_t i = 0; i < count; i++)
		if (is_wanted(v, &rows[i]) && is_meant(v, aim, &rows[i]))
			return &rows[i];
	return NULL;
}

/* All targets, or it is not met. */
static struct sight judge(const struct vigil *v, const struct snapshot *s)
{
	struct sight sight = { .is_met = true };
	struct tracker *t = tracker_new();

	tracker_update(t, s);
	for (size_t i = 0; i < v->options->word_count; i++) {
		const struct row *row = find(v, t, &v->aims[i]);

		sight.is_met &= (row == NULL) == v->wants_free;
		if (row)
			sight.sockets = sight.sockets * 31 + (row->listener->socket->cookie ?
							     row->listener->socket->cookie :
							     row->listener->socket->inode);
	}
	tracker_free(t);
	return sight;
}

static int scan(const struct vigil *v, bool with_owners, const struct snapshot **out)
{
	const struct scan_request request = { .bound_only = v->wants_free, .owners = with_owners };

	return look_once(v->platform, &request, out);
}

static bool is_over(struct vigil *v, const struct sight *sight, int64_t now_ms)
{
	if (!sight->is_met)
		v->met_ms = 0;
	else if (!v->met_ms || sight->sockets != v->sockets)
		v->met_ms = now_ms;
	v->sockets = sight->sockets;
	return v->met_ms && now_ms - v->met_ms >= v->options->stable_ms;
}

static bool is_late(const struct vigil *v, int64_t now_ms)
{
	return v->options->timeout_ms >= 0 && now_ms - v->began_ms >= v->options->timeout_ms;
}

static void rest(const struct vigil *v, int64_t took_us)
{
	struct pollfd wake = { .fd = v->platform->ops->wake_fd(v->platform), .events = POLLIN };
	int64_t pause_ms = took_us * SHARE / 1000;

	if (pause_ms < PAUSE_MIN_MS)
		pause_ms = PAUSE_MIN_MS;
	if (pause_ms > PAUSE_MAX_MS)
		pause_ms = PAUSE_MAX_MS;
	if (poll(&wake, 1, (int)pause_ms) > 0)
		v->platform->ops->wake_drain(v->platform);
}

static int await(struct vigil *v)
{
	v->began_ms = clock_monotonic_ms();
	for (;;) {
		int64_t began_us = clock_monotonic_us();
		const struct snapshot *s;
		struct sight sight;

		if (scan(v, v->needs_owners, &s))
			return STATUS_BLIND;
		sight = judge(v, s);
		snapshot_unref(s);
		if (is_over(v, &sight, clock_monotonic_ms()))
			return STATUS_FOUND;
		if (is_late(v, clock_monotonic_ms()))
			return STATUS_TIMEOUT;
		rest(v, clock_monotonic_us() - began_us);
	}
}

static void add_holder(struct buf *out, const struct row *row)
{
	endpoint_add(out, &row->listener->key.endpoint, row->listener->device);
	buf_add_string(out, " is held by ");
	if (!row->listener->holder_count) {
		buf_printf(out, "a process of %s that is not seen", row->listener->user ? row->listener->user : "?");
		return;
	}
	column_format(out, column_named("process"), row);
	buf_add_char(out, ' ');
	column_format(out, column_named("pid"), row);
}

static const char *remedy(const struct row *row)
{
	if (!row)
		return NULL;
	return row->listener->holder_count ? "lotop kill ends it" : "sudo lotop kill may see and end it";
}

/* Who is in the way, or that nobody came: one line for each target that is not met. */
static void explain(const struct vigil *v)
{
	const struct snapshot *s;
	struct tracker *t;

	if (scan(v, true, &s))
		return;
	t = tracker_new();
	tracker_update(t, s);
	for (size_t i = 0; i < v->options->word_count; i++) {
		const struct row *row = find(v, t, &v->aims[i]);
		struct buf why = { 0 };

		if (row && v->wants_free)
			add_holder(&why, row);
		else if (!row && !v->wants_free)
			buf_add_string(&why, "nobody listens");
		if (why.len)
			complain(v->aims[i].text, buf_string(&why), remedy(row));
		buf_done(&why);
	}
	tracker_free(t);
	snapshot_unref(s);
}

static int print_json_end(const struct vigil *v, int status)
{
	struct buf text = { 0 };
	int error;

	jsonout_open(&text, '{');
	jsonout_integer(&text, "schema", PRINT_SCHEMA);
	jsonout_key(&text, "condition");
	jsonout_text(&text, slice_of(v->wants_free ? "free" : "listening"));
	jsonout_key(&text, "targets");
	jsonout_open(&text, '[');
	for (size_t i = 0; i < v->options->word_count; i++)
		jsonout_text(&text, slice_of(v->aims[i].text));
	jsonout_close(&text, ']');
	jsonout_flag(&text, "met", status == STATUS_FOUND);
	jsonout_integer(&text, "elapsed_ms", clock_monotonic_ms() - v->began_ms);
	jsonout_integer(&text, "status", status);
	jsonout_close(&text, '}');
	buf_add_char(&text, '\n');
	error = output_write(STDOUT_FILENO, &text);
	buf_done(&text);
	return error ? STATUS_BLIND : status;
}

int cmd_wait(const struct options *o, platform_opener *open)
{
	struct vigil v;
	int status = parse(o, &v);

	if (status)
		return status;
	status = STATUS_BLIND;
	if (open(o, &v.platform) == 0) {
		status = await(&v);
		if (status == STATUS_TIMEOUT)
			explain(&v);
		if (o->as_json && status != STATUS_BLIND)
			status = print_json_end(&v, status);
		platform_free(v.platform);
	}
	aims_free(v.aims, o->word_count);
	return status;
}
