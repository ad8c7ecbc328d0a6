/* Owns the form of an engine's answer. Knows no socket, and not who asked. */
#include "platform/linux/engine_parse.h"
#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "base/array.h"

enum { ID_LEN = 64, STATUS_OK = 200, STATUS_FORBIDDEN = 403, STATUS_MISSING = 404 };

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool is_id(struct slice id)
{
	for (size_t i = 0; i < id.len; i++)
		if (!is_hex(id.ptr[i]))
			return false;
	return id.len == ID_LEN;
}

static struct slice text_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return value && json_is_string(value)
		       ? (struct slice){json_string_value(value), json_string_length(value)}
		       : (struct slice){0};
}

static struct slice shortened(struct slice text)
{
	return (struct slice){text.ptr, text.len < ENGINE_TEXT_MAX ? text.len : ENGINE_TEXT_MAX};
}

/* "/web": the first of its names; the others are links to it. */
static struct slice name_of(const json_t *container)
{
	const json_t *first = json_array_get(json_object_get(container, "Names"), 0);
	struct slice name = {0};

	if (json_is_string(first))
		name = (struct slice){json_string_value(first), json_string_length(first)};
	return shortened(slice_starts(name, "/") ? slice_from(name, 1) : name);
}

static bool port_at(const json_t *port, const char *key, uint16_t *out)
{
	const json_t *value = json_object_get(port, key);
	json_int_t number = json_integer_value(value);

	if (!json_is_integer(value) || number < 1 || number > UINT16_MAX)
		return false;
	*out = (uint16_t)number;
	return true;
}

/* Without an IP the port is published at every address. */
static bool address_of(const json_t *port, struct endpoint *out)
{
	char text[INET6_ADDRSTRLEN] = "0.0.0.0";
	struct slice ip = text_of(port, "IP");

	if (ip.len >= sizeof text || memchr(ip.len ? ip.ptr : "", 0, ip.len))
		return false;
	if (ip.len) {
		memcpy(text, ip.ptr, ip.len);
		text[ip.len] = '\0';
	}
	return endpoint_parse_address(slice_of(text), out) == 0;
}

static bool read_port(const json_t *port, struct container_fact *out)
{
	struct slice type = text_of(port, "Type");
	struct endpoint at = {0};

	if (!port_at(port, "PublicPort", &at.port) || !port_at(port, "PrivatePort", &out->inner_port) ||
	    !address_of(port, &at))
		return false;
	at.protocol = slice_is(type, "udp") ? PROTOCOL_UDP : PROTOCOL_TCP;
	out->published = at;
	return slice_is(type, "udp") || slice_is(type, "tcp");
}

static void take_container(struct engine_list *out, const json_t *container)
{
	const json_t *ports = json_object_get(container, "Ports");
	struct slice id = text_of(container, "Id");
	struct container_fact fact, published;

	if (!is_id(id))
		return;
	fact = (struct container_fact){
		.id = arena_slice(&out->arena, id),
		.name = arena_slice(&out->arena, name_of(container)),
		.image = arena_slice(&out->arena, shortened(text_of(container, "Image"))),
	};
	ARRAY_PUSH(out->items, out->count, out->cap) = fact;
	for (size_t i = 0; i < json_array_size(ports) && i < ENGINE_PORTS_MAX; i++) {
		published = fact;
		if (read_port(json_array_get(ports, i), &published))
			ARRAY_PUSH(out->items, out->count, out->cap) = published;
	}
}

/* "HTTP/1.0 200 OK" */
static int read_status(struct slice line)
{
	struct slice rest = line, version = slice_cut(&rest, ' ');
	uint64_t status;

	if (!slice_starts(version, "HTTP/1.") || !slice_to_u64(slice_cut(&rest, ' '), 10, &status))
		return -EBADMSG;
	return status == STATUS_OK        ? 0
	       : status == STATUS_FORBIDDEN ? -EACCES
	       : status == STATUS_MISSING   ? -ENOENT
					    : -EBADMSG;
}

/* HTTP/1.0 knows no chunks: who sends some did not understand the question, and its JSON is none. */
static int skip_headers(struct slice *answer)
{
	static const char end[] = "\r\n\r\n";
	const char *body = answer->len ? memmem(answer->ptr, answer->len, end, sizeof end - 1) : NULL;
	struct slice line = *answer;
	int error;

	if (!body)
		return -EBADMSG;
	error = read_status(slice_cut(&line, '\r'));
	*answer = slice_from(*answer, (size_t)(body - answer->ptr) + sizeof end - 1);
	return error;
}

int engine_parse(struct slice answer, struct engine_list *out)
{
	int error = skip_headers(&answer);
	json_error_t where;
	json_t *list;

	if (error)
		return error;
	list = json_loadb(answer.len ? answer.ptr : "", answer.len, JSON_ALLOW_NUL, &where);
	if (!json_is_array(list))
		error = -EBADMSG;
	for (size_t i = 0; !error && i < json_array_size(list) && i < ENGINE_CONTAINERS_MAX; i++)
		take_container(out, json_array_get(list, i));
	json_decref(list);
	return error;
}

void engine_list_done(struct engine_list *l)
{
	arena_done(&l->arena);
	free(l->items);
	*l = (struct engine_list){0};
}
