/* Owns the grammar of the filter language: words, quotes, parentheses, and what binds tighter than what. A
 * query is a small tree in its own arena. What a single value means is model/term's. Reads any bytes: the
 * depth of nesting is bounded, messages are plain ASCII. */
#include "model/query.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/arena.h"
#include "base/fatal.h"
#include "base/nearest.h"
#include "model/place.h"
#include "model/term.h"

enum { DEPTH_MAX = 32 };

enum node_kind { NODE_ALL, NODE_ANY, NODE_NOT, NODE_TERM };

struct node {
	enum node_kind kind;
	struct node *child;              /* the first; NODE_NOT has one */
	struct node *next;               /* sibling */
	const struct term *term;         /* NODE_TERM */
};

struct query {
	struct arena arena;
	const struct node *root;         /* NULL matches everything */
};

struct parser {
	struct arena *arena;
	const char *start;               /* of the whole text */
	struct slice rest;               /* not read yet; blanks in front of a term are skipped */
	unsigned depth;
	struct query_error *error;
};

static struct node *parse_any(struct parser *p);

/* Says what is wrong with the text at `at`. Always NULL, which ends the parsing. */
__attribute__((format(printf, 3, 4)))
static struct node *refuse(struct parser *p, const char *at, const char *format, ...)
{
	va_list args;

	p->error->position = (size_t)(at - p->start);
	va_start(args, format);
	vsnprintf(p->error->message, sizeof p->error->message, format, args);
	va_end(args);
	return NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void advance(struct parser *p, size_t len)
{
	p->rest = slice_from(p->rest, len);
}

static void skip_blanks(struct parser *p)
{
	while (p->rest.len && is_blank(p->rest.ptr[0]))
		advance(p, 1);
}

static bool is_next(const struct parser *p, char c)
{
	return p->rest.len && p->rest.ptr[0] == c;
}

/* The bytes up to a blank, a parenthesis or `end`. */
static struct slice scan(const struct parser *p, char end)
{
	struct slice word = { p->rest.ptr, 0 };

	while (word.len < p->rest.len) {
		char c = p->rest.ptr[word.len];

		if (is_blank(c) || c == '(' || c == ')' || c == end)
			break;
		word.len++;
	}
	return word;
}

static bool is_keyword(const struct parser *p, const char *keyword)
{
	struct slice word = scan(p, ' ');

	return word.len == slice_of(keyword).len && slice_contains_nocase(word, slice_of(keyword));
}

static bool accept(struct parser *p, const char *keyword)
{
	if (!is_keyword(p, keyword))
		return false;
	advance(p, slice_of(keyword).len);
	skip_blanks(p);
	return true;
}

static struct node *new_node(struct parser *p, enum node_kind kind, struct node *child)
{
	struct node *node = arena_alloc(p->arena, sizeof *node);

	node->kind = kind;
	node->child = child;
	return node;
}

/* The text between two quotes; false when the second is missing. */
static bool read_quoted(struct parser *p, struct slice *out)
{
	struct slice rest = slice_from(p->rest, 1);

	*out = slice_cut(&rest, '"');
	if (out->len + 1 == p->rest.len)
		return false;
	p->rest = rest;
	return true;
}

static struct node *parse_value(struct parser *p, const struct field *field)
{
	struct node *node = new_node(p, NODE_TERM, NULL);
	const char *at = p->rest.ptr;
	bool is_quoted = is_next(p, '"');
	struct slice value = scan(p, ',');
	char message[TERM_MESSAGE];

	if (!is_quoted)
		advance(p, value.len);
	else if (!read_quoted(p, &value))
		return refuse(p, at, "the closing quote is missing");
	if (!value.len)
		return refuse(p, at, "a value is missing here");
	if (term_parse(p->arena, field, value, is_quoted, &node->term, message))
		return refuse(p, at, "%s", message);
	return node;
}

static struct node *parse_values(struct parser *p, const struct field *field)
{
	struct node *last = parse_value(p, field), *any = new_node(p, NODE_ANY, last);

	while (last && is_next(p, ',')) {
		advance(p, 1);
		last = last->next = parse_value(p, field);
	}
	skip_blanks(p);
	return last ? any : NULL;
}

static bool is_name(struct slice word)
{
	for (size_t i = 0; i < word.len; i++)
		if ((word.ptr[i] | 0x20) < 'a' || (word.ptr[i] | 0x20) > 'z')
			return false;
	return word.len > 0;
}

static struct node *refuse_field(struct parser *p, struct slice name)
{
	const char *names[FIELD_MAX + 1], *near;
	char quoted[TERM_QUOTE];

	field_names(names);
	near = nearest_name(name, names);
	term_quote(quoted, name);
	if (near)
		return refuse(p, name.ptr, "unknown field '%s': did you mean %s?", quoted, near);
	return refuse(p, name.ptr, "unknown field '%s': put the word in quotes to look for it", quoted);
}

/* Letters and a colon are a field, unless the whole word is an address: localhost:3000, abc::1. */
static struct node *parse_field(struct parser *p)
{
	struct slice name = scan(p, ':');
	const struct field *field = field_find(name);
	struct place place;

	if (name.len == p->rest.len || p->rest.ptr[name.len] != ':' || !is_name(name))
		return parse_values(p, NULL);
	if (!field && !place_parse(scan(p, ','), &place))
		return parse_values(p, NULL);
	if (!field)
		return refuse_field(p, name);
	advance(p, name.len + 1);
	return parse_values(p, field);
}

static struct node *parse_group(struct parser *p)
{
	const char *at = p->rest.ptr;
	struct node *inside;

	advance(p, 1);
	skip_blanks(p);
	inside = parse_any(p);
	if (!inside)
		return NULL;
	if (!is_next(p, ')'))
		return refuse(p, at, "the closing parenthesis is missing");
	advance(p, 1);
	skip_blanks(p);
	return inside;
}

static struct node *parse_not(struct parser *p);

static struct node *parse_term(struct parser *p)
{
	struct node *node;

	if (!p->rest.len || is_next(p, ')') || is_keyword(p, "or") || is_keyword(p, "and"))
		return refuse(p, p->rest.ptr, "a word or field is missing here");
	if (p->depth == DEPTH_MAX)
		return refuse(p, p->rest.ptr, "too deeply nested");
	p->depth++;
	node = is_next(p, '(') ? parse_group(p) : accept(p, "not") ? parse_not(p) : parse_field(p);
	p->depth--;
	return node;
}

static struct node *parse_not(struct parser *p)
{
	struct node *child = parse_term(p);

	return child ? new_node(p, NODE_NOT, child) : NULL;
}

static struct node *parse_all(struct parser *p)
{
	struct node *last = parse_term(p), *all = new_node(p, NODE_ALL, last);

	while (last && p->rest.len && !is_next(p, ')') && !is_keyword(p, "or")) {
		accept(p, "and");
		last = last->next = parse_term(p);
	}
	return last ? all : NULL;
}

static struct node *parse_any(struct parser *p)
{
	struct node *last = parse_all(p), *any = new_node(p, NODE_ANY, last);

	while (last && accept(p, "or"))
		last = last->next = parse_all(p);
	return last ? any : NULL;
}

static struct node *parse_all_of_it(struct parser *p)
{
	struct node *root = parse_any(p);

	if (root && p->rest.len)
		return refuse(p, p->rest.ptr, "this parenthesis was never opened");
	return root;
}

int query_parse(struct slice text, struct query **out, struct query_error *error)
{
	struct query *q = fatal_calloc(1, sizeof *q);
	struct parser p = { .arena = &q->arena, .start = text.ptr, .rest = text, .error = error };

	skip_blanks(&p);
	if (p.rest.len) {
		q->root = parse_all_of_it(&p);
		if (!q->root) {
			query_free(q);
			return -EINVAL;
		}
	}
	*out = q;
	return 0;
}

void query_free(struct query *q)
{
	if (!q)
		return;
	arena_done(&q->arena);
	free(q);
}

static bool match(const struct node *node, const struct row *row)
{
	if (node->kind == NODE_TERM)
		return term_match(node->term, row);
	if (node->kind == NODE_NOT)
		return !match(node->child, row);
	for (const struct node *child = node->child; child; child = child->next)
		if (match(child, row) == (node->kind == NODE_ANY))
			return node->kind == NODE_ANY;
	return node->kind == NODE_ALL;
}

bool query_match(const struct query *q, const struct row *row)
{
	return !q || !q->root || match(q->root, row);
}
