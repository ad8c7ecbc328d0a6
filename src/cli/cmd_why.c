/* lotop why: the diagnosis of one port. Owns its operand and the form of the answer; what is found is
 * model/why's. */
#include <string.h>
#include <unistd.h>
#include "action/probe.h"
#include "base/text.h"
#include "cli/complain.h"
#include "cli/jsonout.h"
#include "cli/look.h"
#include "cli/output.h"
#include "model/place.h"

enum { SCHEMA = 1, CONTINUED = 4 };

static void add_json_finding(struct buf *out, const struct finding *f)
{
	jsonout_line(out);
	jsonout_open(out, '{');
	jsonout_member(out, "id", f->id);
	jsonout_member(out, "severity", severity_name(f->severity));
	jsonout_member(out, "question", question_name(f->question));
	jsonout_member(out, "answer", f->answer);
	jsonout_key(out, "evidence");
	jsonout_open(out, '[');
	for (uint32_t i = 0; i < f->evidence_count; i++)
		jsonout_text(out, slice_of(f->evidence[i]));
	jsonout_close(out, ']');
	jsonout_member(out, "remedy", f->remedy);
	jsonout_close(out, '}');
}

static void add_json_reached(struct buf *out, const struct reached *r)
{
	struct buf local = { 0 };

	endpoint_add(&local, &r->local, NULL);
	jsonout_open(out, '{');
	jsonout_member(out, "address", r->family == FAMILY_IPV4 ? "127.0.0.1" : "::1");
	jsonout_flag(out, "localhost", r->is_localhost);
	jsonout_member(out, "listener", r->is_answered ? buf_string(&local) : NULL);
	jsonout_key(out, "inode");
	if (r->is_answered)
		jsonout_number(out, r->inode);
	else
		jsonout_null(out);
	jsonout_key(out, "pid");
	if (r->pid)
		jsonout_number(out, r->pid);
	else
		jsonout_null(out);
	jsonout_close(out, '}');
	buf_done(&local);
}

static void add_json(struct buf *out, const struct why *w)
{
	const struct endpoint *at = why_at(w);
	struct buf address = { 0 };
	size_t count;
	const struct finding *findings = why_findings(w, &count);

	endpoint_add_address(&address, at, NULL);
	jsonout_open(out, '{');
	jsonout_integer(out, "schema", SCHEMA);
	jsonout_member(out, "protocol", protocol_name(at->protocol));
	jsonout_member(out, "address", at->family ? buf_string(&address) : NULL);
	jsonout_integer(out, "port", at->port);
	jsonout_flag(out, "free", why_is_free(w));
	jsonout_key(out, "reached");
	jsonout_open(out, '[');
	for (size_t i = 0; i < WHY_REACHED; i++)
		add_json_reached(out, &why_reached(w)[i]);
	jsonout_close(out, ']');
	jsonout_key(out, "findings");
	jsonout_open(out, '[');
	for (size_t i = 0; i < count; i++)
		add_json_finding(out, &findings[i]);
	jsonout_close(out, ']');
	jsonout_close(out, '}');
	buf_add_char(out, '\n');
	buf_done(&address);
}

/* On a terminal at blanks, what goes on a little further in; elsewhere a line each. */
static void add_line(struct buf *out, const struct output *to, const char *front, const char *text)
{
	struct buf ascii = { 0 };
	size_t indent = strlen(front), len;

	if (to->is_ascii)
		text_to_ascii(&ascii, text);
	text = to->is_ascii ? buf_string(&ascii) : text;
	buf_add_string(out, front);
	for (; to->width > indent && text[len = text_wrap(text, to->width - (unsigned)indent)];
	     text += len + (text[len] == ' ')) {
		buf_add(out, text, len);
		buf_add_char(out, '\n');
		indent = CONTINUED;
		buf_add_repeat(out, ' ', indent);
	}
	buf_printf(out, "%s\n", text);
	buf_done(&ascii);
}

/* The answer, why one can believe it, what to do; then the same of what is worth knowing besides. */
static void add_plain(struct buf *out, const struct why *w, const struct output *to)
{
	size_t count;
	const struct finding *findings = why_findings(w, &count);

	for (size_t i = 0; i < count; i++) {
		const struct finding *f = &findings[i];

		add_line(out, to, i ? "also: " : "", f->answer);
		for (uint32_t k = 0; k < f->evidence_count; k++)
			add_line(out, to, "  ", f->evidence[k]);
		if (f->remedy)
			add_line(out, to, "  -> ", f->remedy);
	}
}

static int print(const struct options *o, const struct why *w)
{
	struct output to = output_probe(STDOUT_FILENO);
	struct buf text = { 0 };
	int error;

	if (o->as_json)
		add_json(&text, w);
	else
		add_plain(&text, w, &to);
	error = output_write(STDOUT_FILENO, &text);
	buf_done(&text);
	return error;
}

/* Owners are looked for only where somebody has the port: that walk is what takes time. */
static int scan(struct platform *p, const struct endpoint *at, const struct snapshot **out)
{
	struct scan_request request = { .bound_only = true, .leftovers = true, .connections = true };
	int error = look_once(p, &request, out);

	if (error || !probe_needs_owners(*out, at))
		return error;
	snapshot_unref(*out);
	request.owners = true;
	return look_once(p, &request, out);
}

/* A device has a number only where some socket is bound to it, or it is lo. */
static int find_device(const struct snapshot *s, struct slice name, uint32_t *out)
{
	for (size_t i = 0; i < s->facts->device_count; i++)
		if (slice_equal(s->facts->devices[i].name, name)) {
			*out = s->facts->devices[i].key;
			return 0;
		}
	*out = LOOPBACK_IFINDEX;
	return slice_is(name, "lo") ? 0 : -1;
}

static int explain(const struct options *o, struct platform *p, const struct place *place, struct endpoint at)
{
	const struct snapshot *s;
	struct why *w;
	int status;

	if (scan(p, &at, &s))
		return STATUS_BLIND;
	if (place->device.len && find_device(s, place->device, &at.device)) {
		complain(o->words[0], "nothing is bound to such a device", NULL);
		snapshot_unref(s);
		return STATUS_USAGE;
	}
	w = probe_explain(p, s, &at, o->wants_connect);
	status = why_is_free(w) ? STATUS_NOTHING : STATUS_FOUND;
	if (print(o, w))
		status = STATUS_BLIND;
	why_free(w);
	snapshot_unref(s);
	return status;
}

/* "*" is what a server means that listens for both families. */
static struct endpoint endpoint_of(const struct options *o, const struct place *place)
{
	struct endpoint at = { .protocol = o->is_udp ? PROTOCOL_UDP : PROTOCOL_TCP, .port = place->port };

	if (place->kind == PLACE_WILDCARD)
		at.family = FAMILY_IPV6;
	if (place->kind != PLACE_ADDRESS)
		return at;
	at.family = place->address.family;
	memcpy(at.address, place->address.address, sizeof at.address);
	return at;
}

static int parse(const struct options *o, struct place *out)
{
	static const char form[] = "lotop why 3000, lotop why 127.0.0.1:3000, lotop why [::1]:3000";

	if (o->word_count != 1) {
		complain("why", o->word_count ? "one port at a time" : "which port?", form);
		return STATUS_USAGE;
	}
	if (o->wants_connect && o->is_udp) {
		complain("--connect", "UDP has no connections",
			 "without it the sockets and trial binds are told");
		return STATUS_USAGE;
	}
	if (o->wants_connect && o->is_read_only) {
		complain("--connect", "read-only: nobody is connected to",
			 "without it the kernel is asked alone");
		return STATUS_USAGE;
	}
	if (endpoint_parse_port(slice_of(o->words[0]), &out->port) == 0) {
		out->kind = PLACE_ANY;
		return 0;
	}
	if (place_parse(slice_of(o->words[0]), out) || !out->port) {
		complain(o->words[0], "no port, and no address with a port", form);
		return STATUS_USAGE;
	}
	return 0;
}

int cmd_why(const struct options *o, platform_opener *open)
{
	struct place place = { 0 };
	struct platform *p;
	int status = parse(o, &place);

	if (status)
		return status;
	if (open(o, &p))
		return STATUS_BLIND;
	status = explain(o, p, &place, endpoint_of(o, &place));
	platform_free(p);
	return status;
}
