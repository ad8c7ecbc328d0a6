/* Owns what is left out of a text that is too long for its place: of paths the tail says most, of lists the
 * head. Refuses to know what the texts are about. */
#include "base/shorten.h"

#include <stdbool.h>
#include <string.h>
#include "base/text.h"

#define ELLIPSIS "\xe2\x80\xa6"

enum { PATHS_MAX = 8 };                  /* what stands behind so many is cut away anyway */

struct path {
	size_t start, cut;               /* bytes [start, cut) are left out; it goes on with a '/' */
	size_t last;                     /* its last '/': cuts go up to there */
};

struct paths {
	const char *text;
	struct path items[PATHS_MAX];
	unsigned count;
};

/* "/a/b", "~/a/b", "./a/b", and behind an equals sign. */
static bool is_path(const char *word, size_t len)
{
	size_t dots = len && (*word == '~' || *word == '.') ? 1 : 0;

	dots += dots && len > 1 && word[0] == '.' && word[1] == '.';
	return dots < len && word[dots] == '/';
}

static void take_word(struct paths *p, size_t start, size_t end)
{
	const char *equals = memchr(p->text + start, '=', end - start), *last;

	if (equals && is_path(equals + 1, end - (size_t)(equals + 1 - p->text)))
		start = (size_t)(equals + 1 - p->text);
	if (p->count == PATHS_MAX || !is_path(p->text + start, end - start))
		return;
	last = memrchr(p->text + start, '/', end - start);
	p->items[p->count++] = (struct path){ start, start, (size_t)(last - p->text) };
}

static void find_paths(struct paths *p)
{
	for (size_t start = 0, end; p->text[start]; start = end + (p->text[end] == ' ')) {
		end = start + strcspn(p->text + start, " ");
		take_word(p, start, end);
	}
}

static struct path *longest(struct paths *p)
{
	struct path *found = NULL;

	for (unsigned i = 0; i < p->count; i++)
		if (p->items[i].cut < p->items[i].last &&
		    (!found || p->items[i].last - p->items[i].cut > found->last - found->cut))
			found = &p->items[i];
	return found;
}

static void write_paths(struct buf *out, const struct paths *p)
{
	size_t at = 0;

	for (unsigned i = 0; i < p->count; i++) {
		if (p->items[i].cut == p->items[i].start)
			continue;
		buf_add(out, p->text + at, p->items[i].start - at);
		buf_add_string(out, ELLIPSIS);
		at = p->items[i].cut;
	}
	buf_add_string(out, p->text + at);
}

/* One directory at a time goes, of the path that has most. Bytes stand for columns: few paths have others,
 * and these are cut a little more than they had to be, or less. */
static void cut_paths(struct paths *p, unsigned width, unsigned columns)
{
	struct path *path;

	while (width > columns && (path = longest(p))) {
		bool is_first = path->cut == path->start;
		size_t next = path->cut + 1;

		while (p->text[next] != '/')
			next++;
		width -= (unsigned)(next - path->cut);
		width += is_first;
		path->cut = next;
	}
}

static void shorten_paths(struct buf *out, const char *safe, unsigned columns)
{
	struct paths p = { .text = safe };

	find_paths(&p);
	cut_paths(&p, text_width(safe), columns);
	write_paths(out, &p);
}

void shorten_command(struct buf *out, const char *safe, unsigned columns)
{
	size_t program = strcspn(safe, " ");
	const char *last = memrchr(safe, '/', program);

	if (text_width(safe) > columns && last && is_path(safe, program))
		safe = last + 1;
	shorten_paths(out, safe, columns);
}

void shorten_path(struct buf *out, const char *safe, unsigned columns)
{
	struct paths p = { .text = safe };

	take_word(&p, 0, strlen(safe));
	cut_paths(&p, text_width(safe), columns);
	write_paths(out, &p);
}

/* An ellipsis stands for what is left out, where there is room for it. */
void shorten_list(struct buf *out, const char *safe, unsigned columns)
{
	size_t start = out->len, fits = text_fit(safe, columns, NULL), end = 0;

	if (!safe[fits]) {
		buf_add_string(out, safe);
		return;
	}
	for (const char *comma = strstr(safe, ", "); comma && (size_t)(comma - safe) <= fits;
	     comma = strstr(comma + 1, ", "))
		end = (size_t)(comma - safe);
	if (!end) {
		buf_add_string(out, safe);
		return;
	}
	buf_add(out, safe, end);
	if (text_width(buf_string(out) + start) + 3 <= columns)
		buf_add_string(out, ", " ELLIPSIS);
}
