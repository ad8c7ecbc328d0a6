/* lotop check: are the project's ports as its .lotop file has them? Owns how the answer looks; where that file is
 * looked for is projectfile.c's, what it means expect.c's, what is right verdict.c's. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/text.h"
#include "cli/complain.h"
#include "cli/jsonout.h"
#include "cli/look.h"
#include "cli/output.h"
#include "cli/print.h"
#include "cli/projectfile.h"
#include "model/verdict.h"

struct check {
	const struct options *options;
	struct projectfile file;
	struct verdicts verdicts;
};

static int complain_file(const struct check *c, int error)
{
	if (error == -ENOENT)
		complain(PROJECTFILE_NAME, "there is none in this directory or above it",
			 "it has a section like this for each port: [web], port = 3000; man lotop, section PROJECT FILE");
	else if (error == -EINVAL)
		complain(buf_string(&c->file.path), "not a plain file", NULL);
	else
		complain_errno(buf_string(&c->file.path), error, NULL);
	return STATUS_BLIND;
}

static int load(struct check *c)
{
	struct buf where = { 0 };
	struct expect_error mistake;
	int error = projectfile_load(&c->file, &mistake), status = 0;

	if (error == -EBADMSG) {
		buf_printf(&where, "%s:%u", buf_string(&c->file.path), mistake.line);
		complain(buf_string(&where), mistake.message, "man lotop, section PROJECT FILE");
		status = STATUS_USAGE;
	} else if (error) {
		status = complain_file(c, error);
	}
	buf_done(&where);
	return status;
}

/* "127.0.0.1:3000 tcp node 4211 (alice)" */
static void add_listener(struct buf *out, const struct listener *l)
{
	const struct holder *eldest = listener_eldest(l);

	endpoint_add(out, &l->key.endpoint, l->device);
	buf_printf(out, " %s ", protocol_name(l->key.endpoint.protocol));
	if (eldest)
		buf_printf(out, "%s %d", eldest->process->name, (int)eldest->process->fact->pid);
	else
		buf_add_char(out, '?');
	if (l->user)
		buf_printf(out, " (%s)", l->user);
}

/* ":3000 tcp", "127.0.0.1:3000 tcp" */
static void add_expected_place(struct buf *out, const struct expectation *e)
{
	bool has_brackets = e->address && strchr(e->address, ':') && *e->address != '[';

	buf_printf(out, has_brackets ? "[%s]:%u %s" : "%s:%u %s", e->address ? e->address : "", e->port,
		   protocol_name(e->protocol));
}

static void add_reason(struct buf *out, const struct verdict *v)
{
	if (v->kind == VERDICT_MISSING && v->row) {
		buf_add_string(out, ", but listens: ");
		add_listener(out, v->row->listener);
	} else if (v->kind == VERDICT_WRONG || v->kind == VERDICT_UNSEEN) {
		buf_printf(out, ", expected %s", v->expected->process);
	}
}

static void add_line(struct buf *out, const struct verdict *v, bool is_ascii)
{
	struct buf line = { 0 };

	buf_printf(&line, "%-8s ", verdict_name(v->kind));
	text_pad(&line, v->expected ? v->expected->name : "-", 12, false, is_ascii);
	buf_add_char(&line, ' ');
	if (v->kind == VERDICT_MISSING)
		add_expected_place(&line, v->expected);
	else
		add_listener(&line, v->row->listener);
	add_reason(&line, v);
	if (is_ascii)
		text_to_ascii(out, buf_string(&line));
	else
		buf_add_slice(out, buf_slice(&line));
	buf_add_char(out, '\n');
	buf_done(&line);
}

static void add_json_verdict(struct buf *out, const struct facts *facts, const struct verdict *v)
{
	const struct expectation *e = v->expected;
	const struct endpoint *at = v->row ? &v->row->listener->key.endpoint : NULL;

	jsonout_line(out);
	jsonout_open(out, '{');
	jsonout_member(out, "verdict", verdict_name(v->kind));
	jsonout_member(out, "name", e ? e->name : NULL);
	jsonout_member(out, "protocol", protocol_name(e ? e->protocol : at ? at->protocol : 0));
	jsonout_integer(out, "port", e ? e->port : at ? at->port : 0);
	jsonout_member(out, "address", e ? e->address : NULL);
	jsonout_member(out, "process", e ? e->process : NULL);
	jsonout_key(out, "listener");
	if (v->row)
		print_json_row(out, facts, v->row);
	else
		jsonout_null(out);
	jsonout_close(out, '}');
}

static void add_json(struct buf *out, const struct check *c, const struct facts *facts, int status)
{
	jsonout_open(out, '{');
	print_json_head(out, facts);
	jsonout_key(out, "file");
	jsonout_text(out, buf_slice(&c->file.path));
	jsonout_integer(out, "status", status);
	jsonout_key(out, "ports");
	jsonout_open(out, '[');
	for (size_t i = 0; i < c->verdicts.count; i++)
		add_json_verdict(out, facts, &c->verdicts.items[i]);
	jsonout_close(out, ']');
	jsonout_close(out, '}');
	buf_add_char(out, '\n');
}

static int judge(struct check *c, const struct row *rows, size_t count)
{
	verdicts_judge(&c->verdicts, &c->file.expect, c->file.directory, rows, count);
	for (size_t i = 0; i < c->verdicts.count; i++)
		if (c->verdicts.items[i].kind != VERDICT_OK)
			return STATUS_DIFFERENT;
	return STATUS_FOUND;
}

static int answer(struct check *c, const struct snapshot *s)
{
	struct tracker *t = tracker_new();
	struct output to = output_probe(STDOUT_FILENO);
	struct buf text = { 0 }, gaps = { 0 };
	const struct row *rows;
	size_t count;
	int status;

	tracker_update(t, s);
	rows = tracker_rows(t, &count);
	status = judge(c, rows, count);
	if (c->options->as_json)
		add_json(&text, c, s->facts, status);
	else
		print_gaps(&gaps, s);
	for (size_t i = 0; !c->options->as_json && i < c->verdicts.count; i++)
		add_line(&text, &c->verdicts.items[i], to.is_ascii);
	fputs(buf_string(&gaps), stderr);
	if (output_write(STDOUT_FILENO, &text))
		status = STATUS_BLIND;
	buf_done(&text);
	buf_done(&gaps);
	tracker_free(t);
	return status;
}

static int check(struct check *c, platform_opener *open_door)
{
	const struct scan_request request = { .bound_only = true, .owners = true };
	const struct snapshot *s;
	int status;

	if (look(c->options, open_door, &request, &s))
		return STATUS_BLIND;
	status = answer(c, s);
	snapshot_unref(s);
	return status;
}

int cmd_check(const struct options *o, platform_opener *open_door)
{
	struct check c = { .options = o };
	int status = STATUS_USAGE;

	if (o->word_count)
		complain("check", "takes no operand", "it reads .lotop of this directory or of one above it");
	else if (!(status = load(&c)))
		status = check(&c, open_door);
	verdicts_done(&c.verdicts);
	projectfile_done(&c.file);
	return status;
}
