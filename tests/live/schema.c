/* Owns the meaning of type, enum, properties, required, items, anyOf and $ref. Knows nothing of lotop. */
#include <stdio.h>
#include <string.h>
#include "schema.h"

struct check {
	json_t *defs;
	char *problem;
	size_t size;
};

static bool matches(const struct check *c, json_t *rule, json_t *value, const char *path);

json_t *schema_load(void)
{
	return json_load_file(LOTOP_SOURCE_DIR "/docs/schema-1.json", 0, NULL);
}

static bool fails(const struct check *c, const char *path, const char *why, const char *what)
{
	snprintf(c->problem, c->size, "%s: %s%s", path, why, what);
	return false;
}

static bool is_of_type(const char *type, json_t *value)
{
	static const struct { const char *name; json_type type; } types[] = {
		{ "object", JSON_OBJECT }, { "array", JSON_ARRAY }, { "string", JSON_STRING },
		{ "integer", JSON_INTEGER }, { "null", JSON_NULL },
	};

	if (!strcmp(type, "boolean"))
		return json_is_boolean(value);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (!strcmp(type, types[i].name))
			return json_typeof(value) == types[i].type;
	return false;
}

static bool has_type(json_t *types, json_t *value)
{
	json_t *type;
	size_t i;

	if (!types || json_is_string(types))
		return !types || is_of_type(json_string_value(types), value);
	json_array_foreach(types, i, type)
		if (is_of_type(json_string_value(type), value))
			return true;
	return false;
}

static bool is_listed(json_t *list, json_t *value)
{
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (json_equal(one, value))
			return true;
	return !list;
}

static bool matches_any(const struct check *c, json_t *rules, json_t *value, const char *path)
{
	json_t *rule;
	size_t i;

	json_array_foreach(rules, i, rule)
		if (matches(c, rule, value, path))
			return true;
	return !rules;
}

static bool matches_keys(const struct check *c, json_t *rule, json_t *value, const char *path)
{
	json_t *properties = json_object_get(rule, "properties"), *member;
	char below[256];
	const char *key;
	size_t i;

	json_array_foreach(json_object_get(rule, "required"), i, member)
		if (!json_object_get(value, json_string_value(member)))
			return fails(c, path, "lacks ", json_string_value(member));
	json_object_foreach(value, key, member) {
		if (!json_object_get(properties, key))
			return fails(c, path, "is not described: ", key);
		snprintf(below, sizeof below, "%s.%s", path, key);
		if (!matches(c, json_object_get(properties, key), member, below))
			return false;
	}
	return true;
}

static bool matches_items(const struct check *c, json_t *rule, json_t *value, const char *path)
{
	char below[256];
	json_t *item;
	size_t i;

	json_array_foreach(value, i, item) {
		snprintf(below, sizeof below, "%s[%zu]", path, i);
		if (!matches(c, rule, item, below))
			return false;
	}
	return true;
}

static bool matches(const struct check *c, json_t *rule, json_t *value, const char *path)
{
	const char *reference = json_string_value(json_object_get(rule, "$ref"));

	if (reference)
		return matches(c, json_object_get(c->defs, reference + strlen("#/$defs/")), value, path);
	if (!json_is_object(rule))
		return fails(c, path, "has no rule", "");
	if (!has_type(json_object_get(rule, "type"), value))
		return fails(c, path, "is of another type", "");
	if (!is_listed(json_object_get(rule, "enum"), value))
		return fails(c, path, "is none of the values", "");
	if (!matches_any(c, json_object_get(rule, "anyOf"), value, path))
		return false;
	if (json_is_array(value))
		return matches_items(c, json_object_get(rule, "items"), value, path);
	return !json_is_object(value) || json_object_get(rule, "anyOf") || matches_keys(c, rule, value, path);
}

bool schema_check(json_t *schema, const char *name, json_t *value, char *problem, size_t size)
{
	const struct check c = { json_object_get(schema, "$defs"), problem, size };

	return matches(&c, json_object_get(c.defs, name), value, name);
}
