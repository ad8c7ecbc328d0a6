/* docs/schema-1.json against what lotop prints: as much of JSON Schema as that file uses. Stricter in one
 * thing: a key that is not described there is an error. */
#ifndef LIVE_SCHEMA_H
#define LIVE_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* NULL when there is none; the caller's. */
json_t *schema_load(void);
/* Is `value` what $defs/`name` describes? If not, where and why stands in `problem`. */
bool schema_check(json_t *schema, const char *name, json_t *value, char *problem, size_t size);

#endif
