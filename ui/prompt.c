/* Owns the editing of one line: whole characters with their combining marks, words, the cursor. Only text
 * that the sanitiser leaves alone gets in. Refuses to know what the text means. */
#include "ui/prompt.h"

#include <string.h>
#include "base/text.h"
#include "model/field.h"

void prompt_set(struct prompt *p, const char *safe)
{
	*p = (struct prompt){ 0 };
	p->len = text_fit(safe, PROMPT_MAX - 1, NULL);
	if (p->len >= PROMPT_MAX)
		p->len = 0;
	memcpy(p->text, safe, p->len);
	p->cursor = p->len;
}

static size_t encode(uint32_t code, char out[4])
{
	static const struct {
		uint32_t below;
		unsigned char lead;
		unsigned char len;
	} forms[] = { { 0x80, 0, 1 }, { 0x800, 0xc0, 2 }, { 0x10000, 0xe0, 3 }, { 0x110000, 0xf0, 4 } };
	unsigned i = 0;

	while (i < 4 && code >= forms[i].below)
		i++;
	if (i == 4)
		return 0;
	for (unsigned at = i; at > 0; at--, code >>= 6)
		out[at] = (char)(0x80 | (code & 0x3f));
	out[0] = (char)(forms[i].lead | code);
	return forms[i].len;
}

static bool is_safe(const struct prompt *p)
{
	const struct slice text = { p->text, p->len };
	struct buf escaped = { 0 };
	bool same;

	text_escape(&escaped, text);
	same = slice_equal(buf_slice(&escaped), text);
	buf_done(&escaped);
	return same;
}

bool prompt_insert(struct prompt *p, uint32_t code)
{
	struct prompt changed = *p;
	char bytes[4];
	size_t len = encode(code, bytes);

	if (!len || p->len + len >= PROMPT_MAX)
		return false;
	memmove(changed.text + p->cursor + len, p->text + p->cursor, p->len - p->cursor + 1);
	memcpy(changed.text + p->cursor, bytes, len);
	changed.len += len;
	changed.cursor += len;
	if (!is_safe(&changed))
		return false;
	*p = changed;
	return true;
}

static size_t next_character(const struct prompt *p, size_t from)
{
	size_t len = text_fit(p->text + from, 1, NULL);

	return from + (len ? len : text_fit(p->text + from, 2, NULL));
}

static size_t previous_character(const struct prompt *p, size_t from)
{
	size_t at = 0, next;

	while ((next = next_character(p, at)) < from && next > at)
		at = next;
	return from ? at : 0;
}

static size_t previous_word(const struct prompt *p, size_t from)
{
	while (from && p->text[from - 1] == ' ')
		from--;
	while (from && p->text[from - 1] != ' ')
		from--;
	return from;
}

static bool erase(struct prompt *p, size_t from, size_t to)
{
	struct prompt changed = *p;

	memmove(changed.text + from, p->text + to, p->len - to + 1);
	changed.len -= to - from;
	changed.cursor = from;
	if (from == to || !is_safe(&changed))
		return false;
	*p = changed;
	return true;
}

bool prompt_edit(struct prompt *p, enum command command)
{
	switch (command) {
	case COMMAND_LEFT:
		p->cursor = previous_character(p, p->cursor);
		return false;
	case COMMAND_RIGHT:
		p->cursor = next_character(p, p->cursor);
		return false;
	case COMMAND_LINE_HOME:
		p->cursor = 0;
		return false;
	case COMMAND_LINE_END:
		p->cursor = p->len;
		return false;
	case COMMAND_ERASE:
		return erase(p, previous_character(p, p->cursor), p->cursor);
	case COMMAND_DELETE:
		return erase(p, p->cursor, next_character(p, p->cursor));
	case COMMAND_ERASE_WORD:
		return erase(p, previous_word(p, p->cursor), p->cursor);
	case COMMAND_ERASE_ALL:
		return erase(p, 0, p->cursor);
	default:
		return false;
	}
}

/* Where the word begins that the cursor stands behind. */
static size_t word_start(const struct prompt *p)
{
	size_t start = p->cursor;

	while (start && !strchr(" (", p->text[start - 1]))
		start--;
	return start;
}

static size_t common_length(const char *a, const char *b)
{
	size_t len = 0;

	while (a[len] && a[len] == b[len])
		len++;
	return len;
}

/* The fields whose names begin with the word: how many, and how much they have in common (of *first). */
static unsigned find_fields(struct slice word, struct buf *names, const char **first, size_t *common)
{
	const char *fields[FIELD_MAX + 1];
	unsigned count = 0;

	field_names(fields);
	for (const char *const *field = fields; *field; field++) {
		if (strncmp(*field, word.ptr, word.len))
			continue;
		buf_printf(names, count ? " %s:" : "%s:", *field);
		*first = count++ ? *first : *field;
		*common = common_length(*first, *field) < *common ? common_length(*first, *field) : *common;
	}
	return count;
}

bool prompt_complete(struct prompt *p)
{
	const struct slice word = { p->text + word_start(p), p->cursor - word_start(p) };
	const char *first = "";
	struct buf names = { 0 };
	size_t common = SIZE_MAX, done = word.len;
	unsigned count = find_fields(word, &names, &first, &common);
	bool has_changed = false;

	*p->hint = 0;
	if (count > 1 && names.len < sizeof p->hint)
		memcpy(p->hint, buf_string(&names), names.len + 1);
	while (count && done < common)
		has_changed |= prompt_insert(p, (unsigned char)first[done++]);
	if (count == 1)
		has_changed |= prompt_insert(p, ':');
	buf_done(&names);
	return has_changed;
}

static unsigned width_up_to(const struct prompt *p, size_t end)
{
	char text[PROMPT_MAX];

	memcpy(text, p->text, end);
	text[end] = 0;
	return text_width(text);
}

/* The first byte that is shown: such that the cursor has its place on the line. */
static size_t first_shown(const struct prompt *p, unsigned columns)
{
	size_t first = 0;

	while (first < p->cursor && width_up_to(p, p->cursor) - width_up_to(p, first) >= columns)
		first = next_character(p, first);
	return first;
}

/* From the error's place on the text stands out; the message follows. */
static void draw_error(const struct prompt *p, struct canvas *c, struct rect line, size_t first)
{
	size_t place = p->error.position < p->len ? p->error.position : p->len;
	unsigned before = width_up_to(p, first), x = 1 + width_up_to(p, place) - before;

	if (place >= first)
		draw_text(c, line, x, 0, STYLE_ERROR | STYLE_CHOSEN, place < p->len ? p->text + place : " ");
	draw_text(c, line, 3 + width_up_to(p, p->len) - before, 0, STYLE_ERROR, p->error.message);
}

static const char nothing_typed[] =
	"text, or field:value; Tab lists the fields, Enter keeps it, Esc takes it away";

void prompt_draw(const struct prompt *p, struct canvas *c, struct rect line)
{
	size_t first = first_shown(p, line.width > 2 ? line.width - 2 : 1);

	draw_blank(c, line, STYLE_NORMAL);
	draw_text(c, line, 0, 0, STYLE_KEY, "/");
	draw_text(c, line, 1, 0, STYLE_STRONG, p->text + first);
	if (p->has_error)
		draw_error(p, c, line, first);
	else if (*p->hint || !p->len)
		draw_text(c, line, 3 + width_up_to(p, p->len) - width_up_to(p, first), 0, STYLE_DIM,
			  *p->hint ? p->hint : nothing_typed);
	draw_cursor(c, line, 1 + width_up_to(p, p->cursor) - width_up_to(p, first), 0);
}
