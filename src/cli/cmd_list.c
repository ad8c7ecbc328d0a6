/* lotop list: one scan, filtered, as a table or as JSON. */
#include <stdio.h>
#include <unistd.h>
#include "base/text.h"
#include "cli/complain.h"
#include "cli/options.h"
#include "cli/print.h"
#include "collector/collector.h"

static void join_words(struct buf *out, const struct options *o)
{
	for (size_t i = 0; i < o->word_count; i++) {
		if (i)
			buf_add_char(out, ' ');
		buf_add_string(out, o->words[i]);
	}
}

/* The text once more, with a caret under the place. */
static void complain_query(struct slice text, const struct query_error *error)
{
	struct slice front = { text.ptr, error->position < text.len ? error->position : text.len };
	struct buf safe = { 0 };
	unsigned column;

	text_escape(&safe, front);
	column = text_width(buf_string(&safe));
	text_escape(&safe, slice_from(text, front.len));
	complain("filter", error->message, "the language: man lotop, section FILTER LANGUAGE");
	fprintf(stderr, "  %s\n  %*s^\n", buf_string(&safe), (int)column, "");
	buf_done(&safe);
}

/* 0, or -errno after it was told. */
static int scan(const struct options *o, platform_opener *open, const struct snapshot **out)
{
	const struct scan_request request = {
		.bound_only = true, .leftovers = !o->hide_leftovers, .connections = true, .owners = true,
	};
	struct platform *p;
	int error = open(o, &p);

	if (error)
		return error;
	error = collector_scan_once(p, &request, out);
	platform_free(p);
	if (error)
		complain_blind(error);
	return error;
}

/* Why the table is empty, for a person; a script has the exit status. */
static void explain_nothing(const struct options *o, const struct tracker *t,
			    const struct rows_options *asked)
{
	struct rows_options wide = *asked;
	struct rows rows = { 0 };
	const char *hint = o->word_count ? "lotop list shows everything" : NULL;

	wide.show_all = true;
	rows_update(&rows, t, &wide);
	if (rows.count)
		hint = "there is something with --all: bound to an address that loopback cannot reach";
	complain("list", o->word_count ? "nothing matched" : "nothing listens on loopback", hint);
	rows_done(&rows);
}

static int print_rows(const struct options *o, const struct snapshot *s, const struct rows *rows)
{
	struct output to = output_probe(STDOUT_FILENO);
	struct buf text = { 0 };
	int error;

	if (o->as_json)
		print_json(&text, s, rows);
	else if (rows->count)
		print_table(&text, rows, &to);
	error = output_write(STDOUT_FILENO, &text);
	buf_clear(&text);
	if (!o->as_json)
		print_gaps(&text, s);
	fputs(buf_string(&text), stderr);
	buf_done(&text);
	return error;
}

static int list(const struct options *o, const struct snapshot *s, const struct query *query)
{
	const struct rows_options asked = {
		.query = query, .sort = COLUMN_PORT,
		.show_all = o->show_all, .show_leftovers = !o->hide_leftovers,
	};
	struct tracker *t = tracker_new();
	struct rows rows = { 0 };
	int status;

	tracker_update(t, s);
	rows_update(&rows, t, &asked);
	status = rows.count ? STATUS_FOUND : STATUS_NOTHING;
	if (print_rows(o, s, &rows))
		status = STATUS_BLIND;
	else if (!rows.count && !o->as_json && isatty(STDOUT_FILENO))
		explain_nothing(o, t, &asked);
	rows_done(&rows);
	tracker_free(t);
	return status;
}

int cmd_list(const struct options *o, platform_opener *open)
{
	struct buf text = { 0 };
	struct query_error error;
	struct query *query = NULL;
	const struct snapshot *s;
	int status = STATUS_BLIND;

	join_words(&text, o);
	if (query_parse(buf_slice(&text), &query, &error)) {
		complain_query(buf_slice(&text), &error);
		status = STATUS_USAGE;
	} else if (scan(o, open, &s) == 0) {
		status = list(o, s, query);
		snapshot_unref(s);
	}
	query_free(query);
	buf_done(&text);
	return status;
}
