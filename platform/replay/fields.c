/* Owns the way of one struct member into JSON and back, by its kind; a number is checked against the
 * size of its member before it counts. Knows no struct of lotop but the endpoint: what is recorded
 * stands in the tables of recording.c. */
#include "platform/replay/fields.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "model/endpoint.h"

/* A number of any kind as 64 bits, sign-extended where it has a sign. */
static uint64_t load(const void *member, const struct field *f)
{
	bool is_signed = f->kind == FIELD_SIGNED;
	union {
		uint8_t u8;
		uint16_t u16;
		uint32_t u32;
		uint64_t u64;
		int8_t i8;
		int16_t i16;
		int32_t i32;
	} n = { .u64 = 0 };

	memcpy(&n, member, f->size);
	switch (f->size) {
	case 1:
		return is_signed ? (uint64_t)n.i8 : n.u8;
	case 2:
		return is_signed ? (uint64_t)n.i16 : n.u16;
	case 4:
		return is_signed ? (uint64_t)n.i32 : n.u32;
	default:
		return n.u64;
	}
}

/* 0, or -EINVAL when `bits` does not fit into the member. */
static int store(void *member, const struct field *f, uint64_t bits)
{
	union {
		uint8_t u8;
		uint16_t u16;
		uint32_t u32;
		uint64_t u64;
	} n = { .u64 = bits };

	if (f->size == 1)
		n.u8 = (uint8_t)bits;
	else if (f->size == 2)
		n.u16 = (uint16_t)bits;
	else if (f->size == 4)
		n.u32 = (uint32_t)bits;
	if (load(&n, f) != bits)
		return -EINVAL;
	memcpy(member, &n, f->size);
	return 0;
}

static json_t *number_to_json(uint64_t bits, const struct field *f)
{
	char digits[24];

	if (f->kind == FIELD_SIGNED || bits <= INT64_MAX)
		return json_sure(json_integer((json_int_t)bits));
	snprintf(digits, sizeof digits, "%llu", (unsigned long long)bits);
	return json_sure(json_string(digits));
}

static int number_from_json(const json_t *json, const struct field *f, uint64_t *bits)
{
	if (json_is_string(json) && f->kind == FIELD_UNSIGNED)
		return slice_to_u64(slice_of(json_string_value(json)), 10, bits) ? 0 : -EINVAL;
	if (!json_is_integer(json) || (f->kind != FIELD_SIGNED && json_integer_value(json) < 0))
		return -EINVAL;
	*bits = (uint64_t)json_integer_value(json);
	return 0;
}

static json_t *letter_to_json(uint64_t bits, const struct field *f)
{
	char letter[2] = { (char)bits, '\0' };

	return bits > ' ' && bits < 0x7f ? json_sure(json_string(letter)) : number_to_json(bits, f);
}

static int letter_from_json(const json_t *json, const struct field *f, uint64_t *bits)
{
	if (!json_is_string(json))
		return number_from_json(json, f, bits);
	if (json_string_length(json) != 1)
		return -EINVAL;
	*bits = (unsigned char)*json_string_value(json);
	return 0;
}

static json_t *name_to_json(uint64_t bits, const struct field *f)
{
	const char *name = f->name((uint8_t)bits);

	return name ? json_sure(json_string(name)) : number_to_json(bits, f);
}

static int name_from_json(const json_t *json, const struct field *f, uint64_t *bits)
{
	if (!json_is_string(json))
		return number_from_json(json, f, bits);
	for (unsigned value = 0; value <= UINT8_MAX; value++) {
		const char *name = f->name((uint8_t)value);

		if (name && !strcmp(name, json_string_value(json))) {
			*bits = value;
			return 0;
		}
	}
	return -EINVAL;
}

static json_t *endpoint_to_json(const struct endpoint *e)
{
	char address[INET6_ADDRSTRLEN] = "";
	json_t *array = json_sure(json_array());

	inet_ntop(e->family == FAMILY_IPV6 ? AF_INET6 : AF_INET, e->address, address, sizeof address);
	json_array_append_new(array, json_sure(json_string(protocol_name(e->protocol))));
	json_array_append_new(array, json_sure(json_string(address)));
	json_array_append_new(array, json_sure(json_integer(e->port)));
	if (e->device || e->netns)
		json_array_append_new(array, json_sure(json_integer(e->device)));
	if (e->netns)
		json_array_append_new(array, json_sure(json_integer(e->netns)));
	return array;
}

static int protocol_from_json(const json_t *json, uint8_t *out)
{
	static const uint8_t known[] = { PROTOCOL_TCP, PROTOCOL_UDP };

	for (size_t i = 0; json_is_string(json) && i < sizeof known; i++)
		if (!strcmp(json_string_value(json), protocol_name(known[i]))) {
			*out = known[i];
			return 0;
		}
	return -EINVAL;
}

static int address_from_json(const json_t *json, struct endpoint *out)
{
	const char *text = json_string_value(json);      /* NULL when it is no string */

	if (!text)
		return -EINVAL;
	out->family = strchr(text, ':') ? FAMILY_IPV6 : FAMILY_IPV4;
	if (inet_pton(out->family == FAMILY_IPV6 ? AF_INET6 : AF_INET, text, out->address) != 1)
		return -EINVAL;
	return 0;
}

static int bounded_from_json(const json_t *json, json_int_t max, json_int_t *out)
{
	if (!json_is_integer(json) || json_integer_value(json) < 0 || json_integer_value(json) > max)
		return -EINVAL;
	*out = json_integer_value(json);
	return 0;
}

static int endpoint_from_json(const json_t *array, struct endpoint *out)
{
	const json_t *device = json_array_get(array, 3), *netns = json_array_get(array, 4);
	struct endpoint e = { 0 };
	json_int_t port, index = 0, inode = 0;

	if (protocol_from_json(json_array_get(array, 0), &e.protocol) ||
	    address_from_json(json_array_get(array, 1), &e) ||
	    bounded_from_json(json_array_get(array, 2), UINT16_MAX, &port) ||
	    (device && bounded_from_json(device, UINT32_MAX, &index)) ||
	    (netns && bounded_from_json(netns, UINT32_MAX, &inode)))
		return -EINVAL;
	e.port = (uint16_t)port;
	e.device = (uint32_t)index;
	e.netns = (uint32_t)inode;
	*out = e;
	return 0;
}

/* The member as JSON, or NULL where it holds its usual value. */
static json_t *field_to_json(const struct field *f, const void *member)
{
	const struct slice *text = member;
	const struct endpoint *endpoint = member;
	uint64_t bits;

	if (f->kind == FIELD_TEXT)
		return text->len ? text_to_json(*text) : NULL;
	if (f->kind == FIELD_ENDPOINT)
		return endpoint->family ? endpoint_to_json(endpoint) : NULL;
	bits = load(member, f);
	if (bits == (uint64_t)f->usual)
		return NULL;
	switch (f->kind) {
	case FIELD_BOOL:
		return json_boolean(bits);
	case FIELD_LETTER:
		return letter_to_json(bits, f);
	case FIELD_NAME:
		return name_to_json(bits, f);
	default:
		return number_to_json(bits, f);
	}
}

static int bits_from_json(const json_t *json, const struct field *f, uint64_t *bits)
{
	switch (f->kind) {
	case FIELD_BOOL:
		*bits = json_is_true(json);
		return json_is_boolean(json) ? 0 : -EINVAL;
	case FIELD_LETTER:
		return letter_from_json(json, f, bits);
	case FIELD_NAME:
		return name_from_json(json, f, bits);
	default:
		return number_from_json(json, f, bits);
	}
}

static int field_from_json(const json_t *json, const struct field *f, struct arena *arena, void *member)
{
	uint64_t bits = (uint64_t)f->usual;

	if (f->kind == FIELD_TEXT) {
		*(struct slice *)member = (struct slice){ NULL, 0 };
		return json ? text_from_json(json, arena, member) : 0;
	}
	if (f->kind == FIELD_ENDPOINT) {
		*(struct endpoint *)member = (struct endpoint){ 0 };
		return json ? endpoint_from_json(json, member) : 0;
	}
	if (json && bits_from_json(json, f, &bits))
		return -EINVAL;
	return store(member, f, bits);
}

json_t *fields_object(const struct field *fields, size_t count, const void *record)
{
	json_t *object = json_sure(json_object());

	for (size_t i = 0; i < count; i++) {
		json_t *value = field_to_json(&fields[i], (const char *)record + fields[i].offset);

		if (value)
			json_object_set_new(object, fields[i].key, value);
	}
	return object;
}

int fields_from_json(const json_t *object, const struct field *fields, size_t count, struct arena *arena,
		     void *record)
{
	if (!json_is_object(object))
		return -EINVAL;
	for (size_t i = 0; i < count; i++) {
		const struct field *f = &fields[i];

		if (field_from_json(json_object_get(object, f->key), f, arena, (char *)record + f->offset))
			return -EINVAL;
	}
	return 0;
}
