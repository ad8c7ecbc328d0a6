/* Owns the form of a .lotop file. The file is somebody else's (it comes with a repository): its bytes are
 * only compared and, in their safe form, shown. Syntax by inih; what it would cut silently (lines over its 200
 * bytes, section names over 49) or not see (a NUL) is refused here. Refuses to judge what is wrong with a port
 * (verdict.c). */
#include "model/expect.h"

#include <errno.h>
#include <ini.h>
#include <string.h>
#include "base/text.h"

enum { SECTION_MAX = 48 };           /* inih's MAX_SECTION less its NUL, less one to see a cut */

struct parsing {
	struct expect *out;
	struct slice rest;
	unsigned line;               /* that was handed out last */
	struct expect_error error;   /* the first; message NULL = none */
};

static int refuse(struct parsing *p, const char *message)
{
	if (!p->error.message)
		p->error = (struct expect_error){ p->line, message };
	return 0;
}

static struct expectation *find(struct parsing *p, const char *name)
{
	for (size_t i = 0; i < p->out->count; i++)
		if (!strcmp(p->out->items[i].name, name))
			return &p->out->items[i];
	if (p->out->count == EXPECT_MAX)
		return NULL;
	p->out->items[p->out->count] = (struct expectation){ .name = name, .line = p->line };
	return &p->out->items[p->out->count++];
}

static const char *set_port(struct expectation *e, const char *value)
{
	if (e->port)
		return "port: given twice";
	return endpoint_parse_port(slice_of(value), &e->port) ? "port: a number from 1 to 65535" : NULL;
}

static const char *set_protocol(struct expectation *e, const char *value)
{
	if (e->protocol)
		return "protocol: given twice";
	e->protocol = !strcmp(value, "tcp") ? PROTOCOL_TCP : !strcmp(value, "udp") ? PROTOCOL_UDP : 0;
	return e->protocol ? NULL : "protocol: tcp or udp";
}

static const char *set_address(struct expectation *e, const char *value)
{
	if (e->address)
		return "address: given twice";
	e->address = value;
	return place_parse(slice_of(value), &e->place) || e->place.port ?
	       "address: an address without a port, localhost or *" : NULL;
}

static const char *set_process(struct expectation *e, const char *value)
{
	if (e->process)
		return "process: given twice";
	e->process = value;
	return *value ? NULL : "process: a name or a pattern, like node*";
}

static const struct key {
	const char *name;
	const char *(*set)(struct expectation *e, const char *value);    /* NULL, or what is wrong; keeps `value` */
} keys[] = {
	{ "port", set_port }, { "protocol", set_protocol }, { "address", set_address }, { "process", set_process },
};

/* inih's handler: 0 is a mistake. */
static int take(void *context, const char *section, const char *name, const char *value)
{
	struct parsing *p = context;
	struct arena *arena = &p->out->arena;
	struct expectation *e;

	if (p->error.message)
		return 0;
	if (!*section)
		return refuse(p, "first a name for the port: [web]");
	if (strlen(section) > SECTION_MAX)
		return refuse(p, "the name is too long");
	e = find(p, text_sanitize(arena, slice_of(section)));
	if (!e)
		return refuse(p, "more than 256 ports");
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!strcmp(name, keys[i].name)) {
			const char *message = keys[i].set(e, text_sanitize(arena, slice_of(value)));

			return message ? refuse(p, message) : 1;
		}
	return refuse(p, "no such key (port, protocol, address, process)");
}

/* inih's reader, like fgets(3). */
static char *next_line(char *line, int cap, void *context)
{
	struct parsing *p = context;
	struct slice text;

	if (!p->rest.len || p->error.message)
		return NULL;
	p->line++;
	text = slice_cut(&p->rest, '\n');
	if (text.len + 2 > (size_t)cap)
		refuse(p, "the line is too long");
	else if (memchr(text.ptr, '\0', text.len))
		refuse(p, "a NUL byte: this is no text");
	if (p->error.message)
		return NULL;
	memcpy(line, text.ptr, text.len);
	memcpy(line + text.len, "\n", 2);
	return line;
}

static void finish(struct parsing *p)
{
	for (size_t i = 0; i < p->out->count; i++) {
		struct expectation *e = &p->out->items[i];

		p->line = e->line;
		if (!e->port)
			refuse(p, "the section has no port");
		if (!e->protocol)
			e->protocol = PROTOCOL_TCP;
	}
}

int expect_parse(struct slice text, struct expect *out, struct expect_error *error)
{
	struct parsing p = { .out = out, .rest = text };
	int line;

	memset(out, 0, sizeof *out);
	line = ini_parse_stream(next_line, &p, take, &p);
	if (line > 0 && (!p.error.message || (unsigned)line < p.error.line))
		p.error = (struct expect_error){ (unsigned)line, "neither [name] nor key = value" };
	if (!p.error.message)
		finish(&p);
	if (!p.error.message)
		return 0;
	*error = p.error;
	return -EINVAL;
}

void expect_done(struct expect *e)
{
	arena_done(&e->arena);
	e->count = 0;
}

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The last star takes one byte more whenever what follows it does not fit; earlier ones never have to. */
bool expect_pattern_matches(const char *pattern, const char *text)
{
	const char *behind_star = NULL, *retry = NULL;

	while (*text) {
		if (*pattern == '*') {
			behind_star = ++pattern;
			retry = text;
		} else if (*pattern && (*pattern == '?' || fold(*pattern) == fold(*text))) {
			pattern++;
			text++;
		} else if (behind_star) {
			pattern = behind_star;
			text = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

bool expectation_has_port(const struct expectation *e, const struct listener *l)
{
	return l->key.kind == ROW_LISTENER && !l->netns && l->key.endpoint.protocol == e->protocol &&
	       l->key.endpoint.port == e->port;
}

bool expectation_is_process(const struct expectation *e, const struct listener *l)
{
	for (uint32_t i = 0; e->process && i < l->holder_count; i++) {
		const struct process *p = l->holders[i].process;

		if (expect_pattern_matches(e->process, p->name) ||
		    (p->command && expect_pattern_matches(e->process, p->command)))
			return true;
	}
	return !e->process;
}

/* A wildcard has the expected address, too, and more than was asked for. */
bool expectation_is_there(const struct expectation *e, const struct listener *l)
{
	return place_is_served(&e->place, l);
}

const struct expectation *expect_find(const struct expect *e, const struct listener *l)
{
	const struct expectation *found = NULL;

	for (size_t i = 0; i < e->count; i++) {
		if (!expectation_has_port(&e->items[i], l))
			continue;
		if (expectation_is_there(&e->items[i], l))
			return &e->items[i];
		found = found ? found : &e->items[i];
	}
	return found;
}
