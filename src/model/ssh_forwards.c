/* Owns ssh's grammar of options and forwards (ssh(1), ssh_config(5); OpenSSH 9). Knows nothing of other
 * tunnels. */
#include "model/ssh_forwards.h"

#include <string.h>
#include "model/arguments.h"
#include "model/endpoint.h"

enum { FIELDS_MAX = 4 };

static const char with_value[] = "BbcDEeFIiJLlmOoPpQRSWw";

static const struct kind {
	char option;
	const char *keyword;     /* of -o, without regard to case */
	bool is_reverse;
	bool is_socks;
} kinds[] = {
	{ 'L', "LocalForward", false, false }, { 'R', "RemoteForward", true, false },
	{ 'D', "DynamicForward", false, true },
};

struct forwards {
	struct forward *items;
	size_t count, cap;
};

static bool is_same_word(struct slice a, const char *b)
{
	return a.len == strlen(b) && slice_contains_nocase(a, slice_of(b));
}

/* "[::1]" or what stands before the next colon. */
static struct slice take_field(struct slice *spec)
{
	const char *end = slice_starts(*spec, "[") ? memchr(spec->ptr, ']', spec->len) : NULL;
	struct slice field;

	if (!end)
		return slice_cut(spec, ':');
	field = (struct slice){ spec->ptr + 1, (size_t)(end - spec->ptr) - 1 };
	*spec = slice_from(*spec, (size_t)(end - spec->ptr) + 1);
	slice_cut(spec, ':');
	return field;
}

/* Five fields are none of ssh's spellings: `*count` says so. */
static void take_fields(struct slice spec, struct slice fields[FIELDS_MAX + 1], size_t *count)
{
	*count = 0;
	while (*count <= FIELDS_MAX && spec.len)
		fields[(*count)++] = take_field(&spec);
}

static bool is_path(struct slice field)
{
	return field.len && memchr(field.ptr, '/', field.len);
}

static bool take_port(struct slice field, struct forward *forward)
{
	uint64_t port;

	if (!slice_to_u64(field, 10, &port) || port > UINT16_MAX)
		return false;
	forward->port = (uint16_t)port;
	return true;
}

/* "port" or "address:port", where no address is every address; a path is a socket without a port. */
static bool take_listener(const struct slice *fields, size_t count, struct forward *forward)
{
	if (count == 2)
		forward->address = fields[0].len ? fields[0] : slice_of("*");
	return count >= 1 && count <= 2 && take_port(fields[count - 1], forward);
}

/* "host:port" or a path; how many fields that takes, counted from the end. */
static size_t take_target(const struct slice *fields, size_t count, struct forward *forward)
{
	if (!count)
		return 0;
	if (is_path(fields[count - 1])) {
		forward->host = fields[count - 1];
		return 1;
	}
	if (count < 2)
		return 0;
	forward->host = fields[count - 2];
	forward->target = fields[count - 1];
	return 2;
}

/* -R with a port alone is SOCKS at the other end; with fewer than three fields there is no room for more. */
static bool read_forward(const struct kind *kind, struct slice listener, struct slice target,
			 struct forward *forward)
{
	struct slice fields[2 * (FIELDS_MAX + 1)];
	size_t count, more, used;

	take_fields(listener, fields, &count);
	take_fields(target, fields + count, &more);
	count += more;
	if (count > FIELDS_MAX)
		return false;
	forward->is_reverse = kind->is_reverse;
	forward->is_socks = kind->is_socks;
	if (kind->is_reverse && count && count < 3)
		forward->is_socks = !is_path(fields[count - 1]);
	used = forward->is_socks ? 0 : take_target(fields, count, forward);
	return (forward->is_socks || used) && take_listener(fields, count - used, forward);
}

static void add(struct forwards *f, const struct kind *kind, struct slice listener, struct slice target)
{
	struct forward forward = { .program = "ssh", .protocol = PROTOCOL_TCP };

	if (f->count < f->cap && read_forward(kind, listener, target, &forward))
		f->items[f->count++] = forward;
}

/* "LocalForward=8080 db:5432", "DynamicForward 1080". */
static void take_keyword(struct forwards *f, struct slice option)
{
	size_t len = 0;
	struct slice keyword, value;

	option = slice_trim(option);
	while (len < option.len && !strchr("= \t", option.ptr[len]))
		len++;
	keyword = (struct slice){ option.ptr, len };
	value = slice_trim(slice_from(option, len));
	value = slice_trim(slice_from(value, slice_starts(value, "=")));
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (is_same_word(keyword, kinds[i].keyword)) {
			struct slice listener = slice_word(&value);

			add(f, &kinds[i], listener, slice_trim(value));
		}
	}
}

static void take_option(struct forwards *f, char option, struct slice value)
{
	if (option == 'o')
		take_keyword(f, value);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].option == option)
			add(f, &kinds[i], value, (struct slice){ 0 });
}

/* "-fNL" and the value behind it or in the next argument. */
static void take_letters(struct forwards *f, struct slice letters, struct slice *rest)
{
	for (; letters.len; letters = slice_from(letters, 1)) {
		char option = letters.ptr[0];
		struct slice value = slice_from(letters, 1);

		if (!option || !strchr(with_value, option))
			continue;
		if (value.len || arguments_next(rest, &value))
			take_option(f, option, value);
		return;
	}
}

size_t ssh_forwards_parse(struct slice rest, struct forward *out, size_t cap)
{
	struct forwards f = { out, 0, cap };
	struct slice argument, destination = { 0 };
	bool is_ended = false;

	while (arguments_next(&rest, &argument)) {
		bool is_option = !is_ended && argument.len > 1 && argument.ptr[0] == '-';

		if (is_option && slice_is(argument, "--"))
			is_ended = true;
		else if (is_option)
			take_letters(&f, slice_from(argument, 1), &rest);
		else if (destination.len)
			break;                   /* the command to run there; options may stand before it */
		else
			destination = argument;
	}
	for (size_t i = 0; i < f.count; i++)
		out[i].via = destination;
	return f.count;
}
