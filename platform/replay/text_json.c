/* Owns how raw process text stands in a recording without loss and still readable: as a string where it is
 * UTF-8, as an array of strings where NULs separate its parts (a command line), else as base64.
 * Knows nothing of what the text is; whether it is fit to be shown is asked where it is shown. */
#include "platform/replay/fields.h"

#include <errno.h>
#include <string.h>
#include "base/base64.h"
#include "base/buf.h"
#include "base/fatal.h"

enum { PARTS_MAX = 4096 };       /* more NULs than that are no command line that anybody reads */

json_t *json_sure(json_t *json)
{
	if (!json)
		fatal("out of memory");
	return json;
}

static json_t *base64_to_json(struct slice raw)
{
	struct buf text = { 0 };
	json_t *json = json_sure(json_object());

	base64_encode(&text, raw);
	json_object_set_new(json, "b64", json_sure(json_stringn(buf_string(&text), text.len)));
	buf_done(&text);
	return json;
}

/* jansson refuses what is not strict UTF-8, so its NULL is the answer and not an accident. */
static json_t *part_to_json(struct slice raw)
{
	json_t *json = json_stringn(raw.len ? raw.ptr : "", raw.len);

	return json ? json : base64_to_json(raw);
}

static size_t count_nul(struct slice raw)
{
	size_t count = 0;

	for (size_t i = 0; i < raw.len; i++)
		count += raw.ptr[i] == '\0';
	return count;
}

json_t *text_to_json(struct slice raw)
{
	size_t separators = count_nul(raw);
	json_t *parts;

	if (!separators)
		return part_to_json(raw);
	if (separators >= PARTS_MAX)
		return base64_to_json(raw);
	parts = json_sure(json_array());
	for (size_t i = 0; i <= separators; i++)
		json_array_append_new(parts, part_to_json(slice_cut(&raw, '\0')));
	return parts;
}

static struct slice slice_of_json(const json_t *string)
{
	return (struct slice){ json_string_value(string), json_string_length(string) };
}

static int add_part(struct buf *out, const json_t *json)
{
	const json_t *encoded = json_object_get(json, "b64");

	if (json_is_string(json)) {
		buf_add_slice(out, slice_of_json(json));
		return 0;
	}
	return json_is_string(encoded) && base64_decode(out, slice_of_json(encoded)) ? 0 : -EINVAL;
}

static int add_parts(struct buf *out, const json_t *array)
{
	size_t count = json_array_size(array);
	int error = 0;

	for (size_t i = 0; i < count && !error; i++) {
		if (i)
			buf_add_char(out, '\0');
		error = add_part(out, json_array_get(array, i));
	}
	return error;
}

int text_from_json(const json_t *json, struct arena *arena, struct slice *out)
{
	struct buf text = { 0 };
	int error = json_is_array(json) ? add_parts(&text, json) : add_part(&text, json);

	if (!error)
		*out = arena_slice(arena, buf_slice(&text));
	buf_done(&text);
	return error;
}
