/* lotop log: what lotop record wrote, read back: who had a port, and when. Owns which events answer that,
 * and their sentences. The lines are outside bytes like any others: what is no event is skipped and
 * counted, and every text is escaped. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/fatal.h"
#include "base/text.h"
#include "cli/complain.h"
#include "cli/journal.h"
#include "cli/options.h"
#include "cli/output.h"
#include "model/endpoint.h"

struct log {
	const struct options *options;
	uint16_t port;                   /* 0 = any */
	struct buf since;                /* RFC 3339 in UTC, as in events: it sorts as text; empty = all */
	json_t *held;                    /* socket -> the event by which it is known to be there, in their order */
	bool is_within;                  /* what was there at `since` has been told */
	unsigned told, foreign;          /* lines: of sockets, printed; not understood */
	struct buf text;
	bool is_ascii;
};

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static bool is_event(const json_t *event, const char *name)
{
	return !strcmp(text_of(event, "event"), name);
}

/* Local time, from "2026-11-21T12:03:22.123Z". */
static void add_time(struct buf *out, const char *text)
{
	struct tm tm = { 0 };
	char local[32] = "";
	time_t seconds;

	if (!strptime(text, "%Y-%m-%dT%H:%M:%S", &tm))
		return;
	seconds = timegm(&tm);
	if (localtime_r(&seconds, &tm) && strftime(local, sizeof local, "%F %T", &tm))
		buf_add_string(out, local);
}

static void add_place(struct buf *out, const json_t *listener)
{
	const char *address = text_of(listener, "address");

	buf_printf(out, strchr(address, ':') ? "[%s]:%d %s" : "%s:%d %s", address,
		   (int)json_integer_value(json_object_get(listener, "port")), text_of(listener, "protocol"));
	if (!strcmp(text_of(listener, "state"), "BOUND"))
		buf_add_string(out, " bound");
	if (*text_of(json_object_get(listener, "netns"), "label"))
		buf_printf(out, " in %s", text_of(json_object_get(listener, "netns"), "label"));
}

/* "node 4211 +1 (alice)" */
static void add_owner(struct buf *out, const json_t *listener)
{
	const json_t *holders = json_object_get(listener, "holders");
	const json_t *first = json_array_get(holders, 0);
	const char *user = text_of(listener, "user");

	if (first)
		buf_printf(out, " %s %d", text_of(first, "name"), (int)json_integer_value(json_object_get(first, "pid")));
	else
		buf_add_string(out, " ?");
	if (json_array_size(holders) > 1)
		buf_printf(out, " +%zu", json_array_size(holders) - 1);
	if (*user)
		buf_printf(out, " (%s)", user);
}

static void add_marks(struct buf *out, const json_t *event, const char *key, char sign)
{
	const json_t *marks = json_object_get(event, key);

	for (size_t i = 0; i < json_array_size(marks); i++) {
		const char *name = json_string_value(json_array_get(marks, i));

		buf_printf(out, " %c%s", sign, name ? name : "?");
	}
}

static void add_sentence(struct buf *out, const json_t *event)
{
	const json_t *listener = json_object_get(event, "listener"), *before = json_object_get(event, "before");

	add_time(out, text_of(event, "time"));
	buf_printf(out, " %s", text_of(event, "event"));
	if (!listener) {
		buf_add_string(out, ": before, nobody looked");
		return;
	}
	buf_add_char(out, ' ');
	add_place(out, listener);
	add_owner(out, listener);
	if (before) {
		buf_add_string(out, ", was");
		add_owner(out, before);
	}
	add_marks(out, event, "marks_added", '+');
	add_marks(out, event, "marks_removed", '-');
}

static void tell(struct log *l, const json_t *event)
{
	struct buf raw = { 0 }, safe = { 0 };

	l->told += json_object_get(event, "listener") != NULL;
	if (l->options->as_json) {
		char *line = json_dumps(event, JSON_COMPACT | JSON_ENSURE_ASCII);

		buf_add_string(&l->text, line ? line : "");
		free(line);
	} else {
		add_sentence(&raw, event);
		text_escape(&safe, buf_slice(&raw));
		if (l->is_ascii)
			text_to_ascii(&l->text, buf_string(&safe));
		else
			buf_add_slice(&l->text, buf_slice(&safe));
	}
	buf_add_char(&l->text, '\n');
	buf_done(&raw);
	buf_done(&safe);
}

static bool is_wanted(const struct log *l, const json_t *event)
{
	const json_t *listener = json_object_get(event, "listener");

	return !listener || !l->port || json_integer_value(json_object_get(listener, "port")) == l->port;
}

static void add_key(struct buf *out, const json_t *event)
{
	const json_t *listener = json_object_get(event, "listener");

	add_place(out, listener);
	buf_printf(out, " %s", text_of(listener, "device"));
}

/* A socket that is told to be present, of which that is known. */
static bool is_known(const json_t *event, const json_t *known)
{
	return is_event(event, "present") && known &&
	       json_equal(json_object_get(json_object_get(event, "listener"), "cookie"),
			  json_object_get(json_object_get(known, "listener"), "cookie"));
}

/* Keeps who is there in the order of the events. */
static void remember(struct log *l, json_t *event, const char *key)
{
	json_object_del(l->held, key);
	if (!is_event(event, "closed"))
		json_object_set(l->held, key, event);
}

static void tell_held(struct log *l)
{
	for (void *at = json_object_iter(l->held); at; at = json_object_iter_next(l->held, at))
		if (is_wanted(l, json_object_iter_value(at)))
			tell(l, json_object_iter_value(at));
	l->is_within = true;
}

static void take_socket(struct log *l, json_t *event)
{
	struct buf key = { 0 };
	const json_t *known;

	add_key(&key, event);
	known = json_object_get(l->held, buf_string(&key));
	if (!is_known(event, known)) {
		if (l->is_within && is_wanted(l, event))
			tell(l, event);
		if (!is_event(event, "mark") || !known)
			remember(l, event, buf_string(&key));
	}
	buf_done(&key);
}

static void take(struct log *l, json_t *event)
{
	if (!*text_of(event, "event") || !*text_of(event, "time")) {
		l->foreign++;
		return;
	}
	if (!l->is_within && strcmp(text_of(event, "time"), buf_string(&l->since)) >= 0)
		tell_held(l);
	if (json_is_object(json_object_get(event, "listener"))) {
		take_socket(l, event);
	} else if (is_event(event, "began")) {       /* who was there may have gone meanwhile */
		json_object_clear(l->held);
		if (l->is_within)
			tell(l, event);
	}
}

static void take_lines(struct log *l, struct slice lines)
{
	while (lines.len) {
		struct slice line = slice_cut(&lines, '\n');
		json_t *event = line.len ? json_loadb(line.ptr, line.len, 0, NULL) : NULL;

		if (event)
			take(l, event);
		else
			l->foreign += line.len > 0;
		json_decref(event);
	}
	if (!l->is_within)
		tell_held(l);
}

static void tell_state(const struct log *l, const char *directory)
{
	struct buf text = { 0 };

	if (l->foreign) {
		buf_printf(&text, "lines that are no events: %u", l->foreign);
		complain(directory, buf_string(&text), "they were skipped");
	}
	if (!journal_has_writer(directory))
		complain("log", "nobody records now",
			 "lotop record, or systemctl --user enable --now lotop-record");
	buf_done(&text);
}

static int print(struct log *l, const char *directory, struct slice lines)
{
	int error;

	take_lines(l, lines);
	error = output_write(STDOUT_FILENO, &l->text);
	tell_state(l, directory);
	return error ? STATUS_BLIND : l->told ? STATUS_FOUND : STATUS_NOTHING;
}

static int read_and_print(struct log *l)
{
	struct buf directory = { 0 }, lines = { 0 };
	int status = STATUS_BLIND, error = journal_add_directory(&directory);

	if (error)
		complain("log", "neither XDG_STATE_HOME nor HOME is set", NULL);
	else if ((error = journal_read(buf_string(&directory), &lines)) == -ENOENT)
		complain("log", "nothing was recorded", "lotop record, or systemctl --user enable --now lotop-record");
	else if (error)
		complain_errno(buf_string(&directory), error, NULL);
	else
		status = print(l, buf_string(&directory), buf_slice(&lines));
	buf_done(&lines);
	buf_done(&directory);
	return status;
}

int cmd_log(const struct options *o, platform_opener *open)
{
	struct log l = { .options = o, .is_ascii = output_probe(STDOUT_FILENO).is_ascii };
	int status;

	(void)open;
	if (o->word_count > 1 || (o->word_count && endpoint_parse_port(slice_of(o->words[0]), &l.port))) {
		complain("log", "one port, or none", "lotop log 3000 --since 10m");
		return STATUS_USAGE;
	}
	l.held = json_object();
	if (!l.held)
		fatal("out of memory");
	if (o->since_ms >= 0)
		clock_add_rfc3339(&l.since, clock_wall_ms() - o->since_ms);
	status = read_and_print(&l);
	json_decref(l.held);
	buf_done(&l.since);
	buf_done(&l.text);
	return status;
}
