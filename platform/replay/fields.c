/* Owns the way of one struct member into JSON and back, by its kind; a number is checked against the
 * size of its member before it counts. Knows no struct of lotop: what is recorded stands in the tables of
 * recording.c and parts.c, how a text or an endpoint is written in text_json.c and endpoint_json.c. */
#include "platform/replay/fields.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "model/endpoint.h"

#define TIME_MAX_MS INT64_C(253402300799999)     /* the end of the year 9999 */

static bool is_signed(const struct field *f)
{
	return f->kind == FIELD_SIGNED || f->kind == FIELD_TIME;
}

/* A number of any kind as 64 bits, sign-extended where it has a sign. */
static uint64_t load(const void *member, const struct field *f)
{
	bool has_sign = is_signed(f);
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
		return has_sign ? (uint64_t)n.i8 : n.u8;
	case 2:
		return has_sign ? (uint64_t)n.i16 : n.u16;
	case 4:
		return has_sign ? (uint64_t)n.i32 : n.u32;
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

	if (is_signed(f) || bits <= INT64_MAX)
		return json_sure(json_integer((json_int_t)bits));
	snprintf(digits, sizeof digits, "%llu", (unsigned long long)bits);
	return json_sure(json_string(digits));
}

static int number_from_json(const json_t *json, const struct field *f, uint64_t *bits)
{
	json_int_t number = json_integer_value(json);    /* 0 when it is none */

	if (json_is_string(json) && f->kind == FIELD_UNSIGNED)
		return slice_to_u64(slice_of(json_string_value(json)), 10, bits) ? 0 : -EINVAL;
	if (!json_is_integer(json) || (!is_signed(f) && number < 0))
		return -EINVAL;
	if (f->kind == FIELD_TIME && (number < -TIME_MAX_MS || number > TIME_MAX_MS))
		return -EINVAL;
	*bits = (uint64_t)number;
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

static json_t *bits_to_json(uint64_t bits, const struct field *f)
{
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

static json_t *field_to_json(const struct field *f, const void *member)
{
	switch (f->kind) {
	case FIELD_TEXT:
		return text_to_json(*(const struct slice *)member);
	case FIELD_ENDPOINT:
		return endpoint_to_json(member);
	case FIELD_ADDRESS:
		return address_to_json(member);
	default:
		return bits_to_json(load(member, f), f);
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

/* NULL is a value of the wrong type. */
static int field_from_json(const json_t *json, const struct field *f, struct arena *arena, void *member)
{
	uint64_t bits;

	switch (f->kind) {
	case FIELD_TEXT:
		return text_from_json(json, arena, member);
	case FIELD_ENDPOINT:
		return endpoint_from_json(json, member);
	case FIELD_ADDRESS:
		return address_from_json(json, member);
	default:
		return bits_from_json(json, f, &bits) ? -EINVAL : store(member, f, bits);
	}
}

static bool is_usual(const struct field *f, const void *member)
{
	switch (f->kind) {
	case FIELD_TEXT:
		return !((const struct slice *)member)->len;
	case FIELD_ENDPOINT:
	case FIELD_ADDRESS:
		return !((const struct endpoint *)member)->family;
	default:
		return load(member, f) == (uint64_t)f->usual;
	}
}

static void set_usual(const struct field *f, void *member)
{
	switch (f->kind) {
	case FIELD_TEXT:
		*(struct slice *)member = (struct slice){ NULL, 0 };
		break;
	case FIELD_ENDPOINT:
	case FIELD_ADDRESS:
		*(struct endpoint *)member = (struct endpoint){ 0 };
		break;
	default:
		store(member, f, (uint64_t)f->usual);
	}
}

static json_t *object_to_json(const struct fields *fields, const char *record)
{
	json_t *object = json_sure(json_object());

	for (const struct field *f = fields->table; f < fields->table + fields->count; f++)
		if (!is_usual(f, record + f->offset))
			json_object_set_new(object, f->key, field_to_json(f, record + f->offset));
	return object;
}

static json_t *list_to_json(const struct fields *fields, const char *record)
{
	json_t *array = json_sure(json_array());

	for (const struct field *f = fields->table; f < fields->table + fields->count; f++)
		json_array_append_new(array, field_to_json(f, record + f->offset));
	return array;
}

json_t *fields_to_json(const struct fields *fields, const void *record)
{
	switch (fields->shape) {
	case FIELDS_OBJECT:
		return object_to_json(fields, record);
	case FIELDS_LIST:
		return list_to_json(fields, record);
	default:
		return field_to_json(fields->table, record);
	}
}

static int object_from_json(const json_t *object, const struct fields *fields, struct arena *arena,
			    char *record)
{
	if (!json_is_object(object))
		return -EINVAL;
	for (const struct field *f = fields->table; f < fields->table + fields->count; f++) {
		const json_t *value = json_object_get(object, f->key);

		if (!value)
			set_usual(f, record + f->offset);
		else if (field_from_json(value, f, arena, record + f->offset))
			return -EINVAL;
	}
	return 0;
}

static int list_from_json(const json_t *array, const struct fields *fields, struct arena *arena,
			  char *record)
{
	if (json_array_size(array) != fields->count)
		return -EINVAL;
	for (size_t i = 0; i < fields->count; i++) {
		const struct field *f = &fields->table[i];

		if (field_from_json(json_array_get(array, i), f, arena, record + f->offset))
			return -EINVAL;
	}
	return 0;
}

int fields_from_json(const json_t *json, const struct fields *fields, struct arena *arena, void *record)
{
	switch (fields->shape) {
	case FIELDS_OBJECT:
		return object_from_json(json, fields, arena, record);
	case FIELDS_LIST:
		return list_from_json(json, fields, arena, record);
	default:
		return field_from_json(json, fields->table, arena, record);
	}
}
