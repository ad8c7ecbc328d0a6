/* Owns the form of a config file, read by inih, and that each problem is told with its line. inih knows no
 * lines and tells only the first one that it cannot read: so it is given line by line, and a line of which
 * it says nothing is a broken one. It takes 200 bytes at once: a longer line is given in pieces, each as what
 * continues the value before. Refuses to know what the settings mean (settings.c). */
#include "config.h"

#include <ini.h>
#include <string.h>
#include "base/text.h"

struct reading {
	struct settings *settings;
	struct slice rest;
	const char *name;
	struct buf *problems;
	struct slice tail;               /* of the line, when inih has not got all of it */
	struct buf value;                /* what it has told of it so far */
	unsigned line, count;
	bool is_pending;                 /* the line says something, and inih has not told what */
};

static void complain_at(struct reading *r, unsigned line, const char *why)
{
	text_escape(r->problems, slice_of(r->name));
	buf_printf(r->problems, ":%u: ", line);
	text_escape(r->problems, slice_of(why));
	buf_add_char(r->problems, '\n');
	r->count++;
}

static void check_line(struct reading *r)
{
	if (r->is_pending)
		complain_at(r, r->line, "not understood (a line is: name = value)");
	r->is_pending = false;
}

static bool is_section(struct slice line)
{
	return slice_starts(line, "[") && memchr(line.ptr, ']', line.len);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Without what stands behind a semicolon with a blank before it. */
static struct slice without_comment(struct slice line)
{
	for (size_t i = 1; i < line.len; i++)
		if (line.ptr[i] == ';' && is_blank(line.ptr[i - 1]))
			return slice_trim((struct slice){ line.ptr, i });
	return line;
}

/* Where a piece may end, behind `least` bytes: inih takes blanks at both ends away, and what begins with a
 * semicolon or # for a comment. 0: nowhere. */
static size_t find_cut(struct slice line, size_t least, size_t room)
{
	if (line.len <= room)
		return line.len;
	while (room > least && (is_blank(line.ptr[room - 1]) || strchr(" \t;#", line.ptr[room])))
		room--;
	return room > least ? room : 0;
}

/* With the sign behind it. */
static size_t name_length(struct slice line)
{
	size_t len = 0;

	while (len < line.len && line.ptr[len] != '=' && line.ptr[len] != ':')
		len++;
	return len + 1;
}

static char *give_piece(struct reading *r, char *out, size_t least, size_t room)
{
	size_t len = find_cut(r->tail, least, room);

	if (!len) {
		complain_at(r, r->line, "the line is too long");
		buf_clear(&r->value);
		r->is_pending = false;
	}
	memcpy(out, r->tail.ptr, len);
	out[len] = '\0';
	r->tail = len ? slice_from(r->tail, len) : (struct slice){ 0 };
	return out;
}

/* inih's fgets. Leading blanks are left out: to inih they would continue the value before. */
static char *next_line(char *out, int size, void *stream)
{
	struct reading *r = stream;
	size_t room = (size_t)size - 3;
	struct slice line;

	if (r->tail.len && !r->is_pending) {
		*out = ' ';                      /* it continues the value */
		give_piece(r, out + 1, 0, room);
		return out;
	}
	do {
		check_line(r);
		if (!r->rest.len)
			return NULL;
		line = slice_trim(slice_cut(&r->rest, '\n'));
		r->line++;
		if (r->line == 1 && slice_starts(line, "\xef\xbb\xbf"))
			line = slice_trim(slice_from(line, 3));
		if (line.len > CONFIG_LINE_MAX || (is_section(line) && line.len > room)) {
			complain_at(r, r->line, "the line is too long");
			line.len = 0;
		} else if (line.len && memchr(line.ptr, 0, line.len)) {
			r->is_pending = true;
			line.len = 0;
		}
	} while (!line.len || *line.ptr == ';' || *line.ptr == '#');
	r->is_pending = !is_section(line);
	r->tail = r->is_pending ? without_comment(line) : line;
	return give_piece(r, out, name_length(r->tail), room);
}

static int take_line(void *user, const char *section, const char *name, const char *value)
{
	struct reading *r = user;
	struct buf why = { 0 };
	size_t before;

	r->is_pending = false;
	buf_add_string(&r->value, value);
	if (r->tail.len)
		return 1;
	buf_printf(&why, "%s: ", name);
	before = why.len;
	if (settings_take(r->settings, slice_of(section), slice_of(name), buf_slice(&r->value), r->line,
			  &why)) {
		if (why.len > before)
			complain_at(r, r->line, buf_string(&why));
	}
	buf_clear(&r->value);
	buf_done(&why);
	return 1;
}

unsigned config_parse(struct settings *s, struct slice text, const char *name, struct buf *problems)
{
	struct reading r = { .settings = s, .rest = text, .name = name, .problems = problems };

	ini_parse_stream(next_line, &r, take_line, &r);
	check_line(&r);
	buf_done(&r.value);
	return r.count;
}

static void tell_conflict(void *context, unsigned line, const char *why)
{
	complain_at(context, line, why);
}

unsigned config_make_keys(struct settings *s, const char *name, struct buf *problems)
{
	struct reading r = { .settings = s, .name = name, .problems = problems };

	if (s->is_vim)
		rebind_add_vim(&s->keys);
	rebind_make(&s->keys, tell_conflict, &r);
	return r.count;
}
