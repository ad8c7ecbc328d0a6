/* Owns the format of a recording: which facts stand in a line, which of them are the frame's own.
 * Refuses to know files (record.c, replay.c), arrays (parts.c) and how a value is written (fields.c,
 * text_json.c). */
#include "platform/replay/recording.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include "base/fatal.h"
#include "platform/replay/fields.h"
#include "platform/replay/parts.h"

enum { FORMAT = 1, INTERVAL_MAX_MS = 3600 * 1000 };

static const char *source_name(uint8_t source)
{
	static const char *const names[] = {
		[SOURCE_SOCK_DIAG] = "sock_diag", [SOURCE_PROCFS] = "procfs", [SOURCE_REPLAY] = "replay"
	};

	return source < sizeof names / sizeof *names ? names[source] : NULL;
}

static const struct field frame_table[] = {
	FIELD(facts, wall_ms, FIELD_TIME, 0),
	FIELD(facts, host, FIELD_TEXT, 0),
	FIELD_NAMED(facts, source, SOURCE_SOCK_DIAG, source_name),
	FIELD(facts, owners_complete, FIELD_BOOL, false),
	FIELD(facts, has_connections, FIELD_BOOL, false),
	FIELD(facts, has_other_netns, FIELD_BOOL, false),
	FIELD(facts, limits.ephemeral_low, FIELD_UNSIGNED, 0),
	FIELD(facts, limits.ephemeral_high, FIELD_UNSIGNED, 0),
	FIELD(facts, limits.unprivileged_start, FIELD_UNSIGNED, 1024),
	FIELD(facts, limits.self_pid, FIELD_UNSIGNED, 0),
	FIELD(facts, limits.self_uid, FIELD_UNSIGNED, 0),
};

static const struct fields frame_fields = FIELDS(FIELDS_OBJECT, frame_table);

static char *dump(const json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_ENSURE_ASCII);

	if (!text)
		fatal("out of memory");
	return text;
}

static void add_line(struct buf *out, json_t *json)
{
	char *text = dump(json);

	for (const char *c = text; *c; c++)
		if (*c == '\x7f')
			buf_add_string(out, "\\u007f");        /* jansson leaves DEL as it is */
		else
			buf_add_char(out, *c);
	buf_add_char(out, '\n');
	free(text);
	json_decref(json);
}

static json_t *parse_line(struct slice line)
{
	if (line.len > RECORDING_LINE_MAX)
		return NULL;
	return json_loadb(line.len ? line.ptr : "", line.len, JSON_REJECT_DUPLICATES, NULL);
}

static json_t *new_header(void)
{
	json_t *header = json_sure(json_object());

	json_object_set_new(header, "lotop_recording", json_sure(json_integer(FORMAT)));
	json_object_set_new(header, "version", json_sure(json_string(LOTOP_VERSION)));
	return header;
}

void recording_add_header(struct buf *out)
{
	add_line(out, new_header());
}

void recording_add_stream_header(struct buf *out, int interval_ms)
{
	json_t *header = new_header();

	json_object_set_new(header, "interval_ms", json_sure(json_integer(interval_ms)));
	add_line(out, header);
}

int recording_interval_ms(struct slice line, int otherwise)
{
	json_t *header = parse_line(line);
	json_int_t interval_ms = json_integer_value(json_object_get(header, "interval_ms"));

	json_decref(header);
	return interval_ms >= 1 && interval_ms <= INTERVAL_MAX_MS ? (int)interval_ms : otherwise;
}

int recording_check_header(struct slice line)
{
	json_t *header = parse_line(line);
	const json_t *format = json_object_get(header, "lotop_recording");
	int error = 0;

	if (!json_is_integer(format) || json_integer_value(format) < FORMAT)
		error = -EINVAL;
	else if (json_integer_value(format) > FORMAT)
		error = -EPROTONOSUPPORT;
	json_decref(header);
	return error;
}

void recording_add_frame(struct buf *out, const struct facts *f)
{
	json_t *frame = fields_to_json(&frame_fields, f);

	parts_to_json(frame, f);
	add_line(out, frame);
}

int recording_decode(struct slice line, struct facts *out)
{
	json_t *frame = parse_line(line);
	int error = fields_from_json(frame, &frame_fields, &out->arena, out);

	if (!error)
		error = parts_from_json(frame, out);
	if (error)
		facts_reset(out);
	json_decref(frame);
	return error;
}
