/* lotop list: one scan, filtered, as a table, CSV or JSON. */
#include <stdio.h>
#include <unistd.h>
#include "base/nearest.h"
#include "cli/complain.h"
#include "cli/filter.h"
#include "cli/look.h"
#include "cli/print.h"
#include "cli/remote.h"

struct form {                        /* how the rows are to be printed */
	struct print_style style;
	const struct column *sort;       /* NULL = as rows come */
	bool is_reversed;
};

static int unknown_column(const char *option, struct slice name)
{
	const struct column *all[COLUMN_MAX];
	const char *names[COLUMN_MAX + 1] = { 0 };
	struct buf text = { 0 }, hint = { 0 };
	unsigned count = column_all(all);

	for (unsigned i = 0; i < count; i++)
		names[i] = all[i]->name;
	buf_add_slice(&text, name);
	if (slice_is(name, "json") || slice_is(name, "csv"))
		buf_printf(&hint, "as %s: lotop list --%s", buf_string(&text), buf_string(&text));
	else
		nearest_add_hint(&hint, name, names, "", "the names: lotop help list");
	complain_value(option, buf_string(&text), "no such column", buf_string(&hint));
	buf_done(&text);
	buf_done(&hint);
	return STATUS_USAGE;
}

static int parse_format(const char *text, struct print_style *style)
{
	struct slice rest = slice_of(text);

	do {
		struct slice name = slice_trim(slice_cut(&rest, ','));
		const struct column *c = column_find(name);

		if (!c)
			return unknown_column("--format", name);
		if (style->column_count == COLUMN_MAX) {
			complain("--format", "too many columns", NULL);
			return STATUS_USAGE;
		}
		style->columns[style->column_count++] = c;
	} while (rest.len);
	return 0;
}

static int parse_sort(const char *text, struct form *form)
{
	struct slice name = slice_of(text);

	form->is_reversed = slice_starts(name, "-");
	if (form->is_reversed)
		name = slice_from(name, 1);
	form->sort = column_find(name);
	return form->sort ? 0 : unknown_column("--sort", name);
}

static int parse_form(const struct options *o, struct form *out)
{
	int status = 0;

	*out = (struct form){ .style = { .has_no_header = o->no_header, .is_nul = o->is_nul } };
	if (o->as_json + o->as_csv + o->is_nul > 1 || (o->as_json && o->format)) {
		complain("list", "--json, --csv and -0 exclude each other, and JSON has every column",
			 "choose one of them");
		return STATUS_USAGE;
	}
	if (o->format)
		status = parse_format(o->format, &out->style);
	if (!status && o->sort)
		status = parse_sort(o->sort, out);
	return status;
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

static int print_rows(const struct options *o, const struct snapshot *s, const struct rows *rows,
		      const struct print_style *style)
{
	struct output to = output_probe(STDOUT_FILENO);
	struct buf text = { 0 };
	int error;

	if (o->as_json)
		print_json(&text, s, rows);
	else if (o->as_csv)
		print_csv(&text, rows, style);
	else if (rows->count)
		print_table(&text, rows, &to, style);
	error = output_write(STDOUT_FILENO, &text);
	buf_clear(&text);
	if (!o->as_json)
		print_gaps(&text, s);
	fputs(buf_string(&text), stderr);
	buf_done(&text);
	return error;
}

static int list(const struct options *o, const struct snapshot *s, const struct query *query,
		const struct form *form)
{
	const struct rows_options asked = {
		.query = query, .sort = form->sort, .is_reversed = form->is_reversed,
		.show_all = o->show_all, .show_leftovers = !o->hide_leftovers,
	};
	struct print_style style = form->style;
	struct tracker *t = tracker_new();
	struct rows rows = { 0 };
	int status;

	tracker_update(t, s);
	rows_update(&rows, t, &asked);
	style.of = s;
	status = rows.count ? STATUS_FOUND : STATUS_NOTHING;
	if (print_rows(o, s, &rows, &style))
		status = STATUS_BLIND;
	else if (!rows.count && !o->as_json && !o->as_csv && isatty(STDOUT_FILENO))
		explain_nothing(o, t, &asked);
	rows_done(&rows);
	tracker_free(t);
	return status;
}

/* What answered is printed, what did not is told: a script has to know that the table is not whole. */
static int list_all(const struct options *o, const struct remote *remote, const struct snapshot *s,
		    const struct query *query, const struct form *form)
{
	bool is_whole = true;
	int status;

	if (remote)
		s = remote_join(remote, o, s, &is_whole);
	status = list(o, s, query, form);
	snapshot_unref(s);
	return is_whole ? status : STATUS_BLIND;
}

int cmd_list(const struct options *o, platform_opener *open)
{
	const struct snapshot *s;
	struct remote *remote = NULL;
	struct query *query = NULL;
	const struct scan_request request = {
		.bound_only = true, .leftovers = !o->hide_leftovers, .clients = true, .owners = true,
	};
	struct form form;
	int status = parse_form(o, &form);

	if (!status && (filter_parse_words(o, &query) || remote_parse(o, &remote)))
		status = STATUS_USAGE;
	if (!status)
		status = look(o, open, &request, &s) ? STATUS_BLIND : list_all(o, remote, s, query, &form);
	remote_free(remote);
	query_free(query);
	return status;
}
