/* Owns the form of a config file, read by inih, and that each problem is told with its line. inih knows no
 * lines and tells only the first one that it cannot read: so it is given line by line, and a line of which
 * it says nothing is a broken one. Refuses to know what the settings mean (settings.c). */
#include "config.h"

#include <ini.h>
#include <string.h>
#include "base/text.h"

struct reading {
	struct settings *settings;
	struct slice rest;
	const char *name;
	struct buf *problems;
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

/* inih's fgets. Leading blanks are left out: to inih they would continue the value before. */
static char *next_line(char *out, int size, void *stream)
{
	struct reading *r = stream;
	struct slice line;

	do {
		check_line(r);
		if (!r->rest.len)
			return NULL;
		line = slice_trim(slice_cut(&r->rest, '\n'));
		r->line++;
		if (r->line == 1 && slice_starts(line, "\xef\xbb\xbf"))
			line = slice_trim(slice_from(line, 3));
		if (line.len + 3 > (size_t)size) {
			complain_at(r, r->line, "the line is too long");
			line.len = 0;
		} else if (line.len && memchr(line.ptr, 0, line.len)) {
			r->is_pending = true;
			line.len = 0;
		}
	} while (!line.len);
	r->is_pending = *line.ptr != ';' && *line.ptr != '#' && !is_section(line);
	memcpy(out, line.ptr, line.len);
	out[line.len] = '\0';
	return out;
}

static int take_line(void *user, const char *section, const char *name, const char *value)
{
	struct reading *r = user;
	struct buf why = { 0 };
	size_t before;

	r->is_pending = false;
	buf_printf(&why, "%s: ", name);
	before = why.len;
	if (settings_take(r->settings, slice_of(section), slice_of(name), slice_of(value), r->line, &why)) {
		if (why.len > before)
			complain_at(r, r->line, buf_string(&why));
	}
	buf_done(&why);
	return 1;
}

unsigned config_parse(struct settings *s, struct slice text, const char *name, struct buf *problems)
{
	struct reading r = { .settings = s, .rest = text, .name = name, .problems = problems };

	ini_parse_stream(next_line, &r, take_line, &r);
	check_line(&r);
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
