/* Owns what the values may look like, and the words for them. Knows no process and asks no terminal
 * program: a socket whose path a process gave would be that process's to answer. */
#include "model/terminal.h"

#include <stddef.h>
#include <string.h>
#include "base/path.h"

enum { VALUE_MAX = 64 };

enum { NAME_TMUX, NAME_PANE, NAME_SCREEN, NAME_PROGRAM };

const char *const terminal_names[] = {
	[NAME_TMUX] = "TMUX", [NAME_PANE] = "TMUX_PANE", [NAME_SCREEN] = "STY",
	[NAME_PROGRAM] = "TERM_PROGRAM", NULL
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word_char(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
	       c == '.';
}

static bool are_all(struct slice text, bool (*holds)(char c))
{
	for (size_t i = 0; i < text.len; i++)
		if (!holds(text.ptr[i]))
			return false;
	return text.len && text.len <= VALUE_MAX;
}

static struct slice word(struct slice value)
{
	return are_all(value, is_word_char) ? value : (struct slice){ 0 };
}

static struct slice pane(struct slice value)
{
	bool is_pane = slice_starts(value, "%") && are_all(slice_from(value, 1), is_digit);

	return is_pane ? value : (struct slice){ 0 };
}

/* "/tmp/tmux-1000/default,4242,0": socket, server's pid, session. */
static struct slice server(struct slice value)
{
	struct slice rest = value, path = slice_cut(&rest, ','), pid = slice_cut(&rest, ',');

	if (!slice_starts(path, "/") || !are_all(pid, is_digit) || !are_all(rest, is_digit))
		return (struct slice){ 0 };
	return word(path_last(path));
}

/* "1234.pts-0.host", or with a name of the user's choice behind the point. */
static struct slice screen(struct slice value)
{
	struct slice rest = value, pid = slice_cut(&rest, '.');

	return are_all(pid, is_digit) && rest.len ? word(value) : (struct slice){ 0 };
}

/* The first one counts, as for getenv(3). */
static void take(struct slice *field, struct slice value)
{
	if (!field->len)
		*field = value;
}

static void take_entry(struct terminal *t, struct slice entry)
{
	struct slice value = entry, name = slice_cut(&value, '=');

	if (slice_is(name, terminal_names[NAME_TMUX]))
		take(&t->server, server(value));
	else if (slice_is(name, terminal_names[NAME_PANE]))
		take(&t->pane, pane(value));
	else if (slice_is(name, terminal_names[NAME_SCREEN]))
		take(&t->screen, screen(value));
	else if (slice_is(name, terminal_names[NAME_PROGRAM]) && !slice_is(value, "tmux"))
		take(&t->program, word(value));
}

bool terminal_parse(struct slice environment, struct terminal *out)
{
	struct terminal t = { 0 };

	while (environment.len)
		take_entry(&t, slice_cut(&environment, '\0'));
	if (!t.pane.len)
		t.server = (struct slice){ 0 };
	*out = t;
	return t.pane.len || t.screen.len || t.program.len;
}

static void add_part(struct buf *out, size_t start, const char *before, struct slice text)
{
	if (!text.len)
		return;
	if (out->len > start)
		buf_add_string(out, ", ");
	buf_add_string(out, before);
	buf_add_slice(out, text);
}

void terminal_add_text(struct buf *out, const struct terminal *t)
{
	size_t start = out->len;

	add_part(out, start, "tmux pane ", t->pane);
	if (t->server.len && !slice_is(t->server, "default")) {
		buf_add_string(out, " (server ");
		buf_add_slice(out, t->server);
		buf_add_char(out, ')');
	}
	add_part(out, start, "screen ", t->screen);
	add_part(out, start, "", t->program);
}
