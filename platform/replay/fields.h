/* Plain structs <-> JSON, by tables: one line per member, its name in C is its key. In an object members that
 * hold their usual value are left out, and come back when it is read. */
#ifndef REPLAY_FIELDS_H
#define REPLAY_FIELDS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/slice.h"
#include "model/endpoint.h"

enum field_kind {
	FIELD_UNSIGNED, FIELD_SIGNED,        /* any size; beyond 63 bits as a decimal string */
	FIELD_TIME,                          /* int64_t, milliseconds since 1970, at most the year 9999, or as long before */
	FIELD_BOOL,
	FIELD_LETTER,                        /* one ASCII character as a string */
	FIELD_NAME,                          /* uint8_t, as the text that `name` gives for it */
	FIELD_TEXT,                          /* struct slice: a string, parts joined by NUL, or base64 */
	FIELD_ENDPOINT,                      /* struct endpoint: ["tcp","127.0.0.1",3000,device,netns] */
	FIELD_ADDRESS                        /* struct endpoint, its address alone: "127.0.0.1" */
};

struct field {
	const char *key;                     /* of an object; else not used */
	uint16_t offset;
	uint8_t size;                        /* bytes of the member */
	uint8_t kind;                        /* enum field_kind */
	int64_t usual;                       /* of a number, name or letter: what is left out */
	const char *(*name)(uint8_t value);  /* FIELD_NAME: NULL where `value` has no name */
};

#define FIELD(type, member, kind, usual) \
	{ #member, offsetof(struct type, member), sizeof(((struct type *)0)->member), kind, usual, NULL }
#define FIELD_NAMED(type, member, usual, name) \
	{ #member, offsetof(struct type, member), sizeof(((struct type *)0)->member), FIELD_NAME, usual, \
	  name }

/* The record is no struct, but this one value. */
#define FIELD_WHOLE(type, kind) { "", 0, sizeof(type), kind, 0, NULL }

enum fields_shape {
	FIELDS_OBJECT,
	FIELDS_LIST,                         /* an array of all members, each in its place */
	FIELDS_VALUE                         /* what its only member is, bare */
};

struct fields {                              /* of one record, and how it stands there */
	const struct field *table;
	uint8_t count;
	uint8_t shape;                       /* enum fields_shape */
};

#define FIELDS(shape, table) { table, sizeof(table) / sizeof *(table), shape }

/* A text that holds no NUL is a string, one that does an array of its parts; whatever is not UTF-8 is
 * {"b64":"..."}. */
json_t *text_to_json(struct slice raw);
/* The bytes go to `arena`. 0, or -EINVAL. */
int text_from_json(const json_t *json, struct arena *arena, struct slice *out);
/* As FIELD_ENDPOINT and FIELD_ADDRESS are written. 0, or -EINVAL. */
json_t *endpoint_to_json(const struct endpoint *e);
int endpoint_from_json(const json_t *array, struct endpoint *out);
json_t *address_to_json(const struct endpoint *e);
int address_from_json(const json_t *json, struct endpoint *out);

json_t *fields_to_json(const struct fields *fields, const void *record);
/* Sets every member of the table in *record, texts in `arena`; keys that are not in the table are
 * skipped. 0, or -EINVAL for a value of the wrong type or out of range: then *record is half written. */
int fields_from_json(const json_t *json, const struct fields *fields, struct arena *arena, void *record);
/* Ends in fatal() where jansson gives NULL for want of memory. */
json_t *json_sure(json_t *json);

#endif
