/* Owns the syntax of JSON. Whether a comma is due, the last byte tells: behind an opening bracket and a
 * colon it is not, and no value ends in one of these. Refuses to know what is written. */
#include "cli/jsonout.h"

#include <stdio.h>
#include "base/base64.h"
#include "base/clock.h"
#include "base/text.h"

enum { FIRST_SURROGATE_PAIR = 0x10000, REPLACEMENT = 0xfffd };

/* A line break before a value comes behind its comma. */
static void begin_value(struct buf *out)
{
	char last = out->len ? out->data[out->len - 1] : '[';

	if (last != '[' && last != '{' && last != ':' && last != '\n')
		buf_add_char(out, ',');
}

void jsonout_open(struct buf *out, char bracket)
{
	begin_value(out);
	buf_add_char(out, bracket);
}

void jsonout_close(struct buf *out, char bracket)
{
	buf_add_char(out, bracket);
}

void jsonout_line(struct buf *out)
{
	begin_value(out);
	buf_add_char(out, '\n');
}

void jsonout_key(struct buf *out, const char *key)
{
	begin_value(out);
	buf_add_char(out, '"');
	buf_add_string(out, key);
	buf_add(out, "\":", 2);
}

void jsonout_null(struct buf *out)
{
	begin_value(out);
	buf_add(out, "null", 4);
}

void jsonout_bool(struct buf *out, bool is_true)
{
	begin_value(out);
	buf_add_string(out, is_true ? "true" : "false");
}

void jsonout_number(struct buf *out, int64_t number)
{
	begin_value(out);
	if (number < 0)
		buf_add_char(out, '-');
	buf_add_number(out, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

static bool is_plain(char c)
{
	return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

static size_t plain_run(struct slice bytes)
{
	size_t len = 0;

	while (len < bytes.len && is_plain(bytes.ptr[len]))
		len++;
	return len;
}

/* RFC 8259 section 7: beyond U+FFFF as a pair of surrogates. */
static void add_escape(struct buf *out, uint32_t code)
{
	if (code == '"' || code == '\\') {
		buf_add_char(out, '\\');
		buf_add_char(out, (char)code);
	} else if (code < FIRST_SURROGATE_PAIR) {
		buf_printf(out, "\\u%04x", code);
	} else {
		code -= FIRST_SURROGATE_PAIR;
		buf_printf(out, "\\u%04x\\u%04x", 0xd800 + (code >> 10), 0xdc00 + (code & 0x3ff));
	}
}

void jsonout_text(struct buf *out, struct slice raw)
{
	begin_value(out);
	buf_add_char(out, '"');
	while (raw.len) {
		size_t len = plain_run(raw);
		uint32_t code = REPLACEMENT;

		if (len) {
			buf_add(out, raw.ptr, len);
		} else {
			len = text_decode(raw, &code);
			add_escape(out, code);
		}
		raw = slice_from(raw, len ? len : 1);
	}
	buf_add_char(out, '"');
}

void jsonout_member(struct buf *out, const char *key, const char *text)
{
	jsonout_key(out, key);
	if (text)
		jsonout_text(out, slice_of(text));
	else
		jsonout_null(out);
}

void jsonout_number_if(struct buf *out, const char *key, int64_t number, bool is_known)
{
	jsonout_key(out, key);
	if (is_known)
		jsonout_number(out, number);
	else
		jsonout_null(out);
}

void jsonout_integer(struct buf *out, const char *key, int64_t number)
{
	jsonout_key(out, key);
	jsonout_number(out, number);
}

void jsonout_flag(struct buf *out, const char *key, bool is_true)
{
	jsonout_key(out, key);
	jsonout_bool(out, is_true);
}

void jsonout_raw(struct buf *out, const char *key, struct slice raw)
{
	struct buf base64 = { 0 };
	char raw_key[64];

	jsonout_key(out, key);
	if (!raw.len) {
		jsonout_null(out);
		return;
	}
	jsonout_text(out, raw);
	if (text_is_utf8(raw))
		return;
	base64_encode(&base64, raw);
	snprintf(raw_key, sizeof raw_key, "%s_raw_b64", key);
	jsonout_member(out, raw_key, buf_string(&base64));
	buf_done(&base64);
}

void jsonout_time(struct buf *out, const char *key, int64_t wall_ms)
{
	struct buf time = { 0 };

	if (wall_ms)
		clock_add_rfc3339(&time, wall_ms);
	jsonout_member(out, key, wall_ms ? buf_string(&time) : NULL);
	buf_done(&time);
}
