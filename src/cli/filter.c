/* Owns how operands become queries, and how a mistake in one is shown. Knows no rows. */
#include "cli/filter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fatal.h"
#include "base/text.h"
#include "cli/complain.h"
#include "model/place.h"

/* The text once more, with a caret under the place. */
static void complain_query(struct slice text, const struct query_error *error)
{
	struct slice front = { text.ptr, error->position < text.len ? error->position : text.len };
	struct buf safe = { 0 };
	unsigned column;

	text_escape(&safe, front);
	column = text_width(buf_string(&safe));
	text_escape(&safe, slice_from(text, front.len));
	complain("filter", error->message, "the language: man lotop, section FILTER LANGUAGE");
	fprintf(stderr, "  %s\n  %*s^\n", buf_string(&safe), (int)column, "");
	buf_done(&safe);
}

static int parse(struct slice text, struct query **out)
{
	struct query_error error;
	int result = query_parse(text, out, &error);

	if (result)
		complain_query(text, &error);
	return result;
}

int filter_parse_words(const struct options *o, struct query **out)
{
	struct buf text = { 0 };
	int result;

	for (size_t i = 0; i < o->word_count; i++) {
		if (i)
			buf_add_char(&text, ' ');
		buf_add_string(&text, o->words[i]);
	}
	result = parse(buf_slice(&text), out);
	buf_done(&text);
	return result;
}

/* An unset variable of a script would be a filter that everything matches, and a number that is no port one
 * that matches a process id. */
static int refuse_slip(const char *word)
{
	if (!slice_trim(slice_of(word)).len) {
		complain(word, "an empty target would be everything", "a port, address:port or a filter");
		return -EINVAL;
	}
	if (word[strspn(word, "0123456789")])
		return 0;
	complain(word, "no port: these are 1 to 65535", "a process is meant by pid:4211");
	return -EINVAL;
}

/* A number alone is a port here, never a process id. */
static int parse_aim(const char *word, struct aim *out)
{
	struct buf text = { 0 };
	int result;

	*out = (struct aim){ .text = word };
	if (endpoint_parse_port(slice_of(word), &out->place.port) == 0) {
		out->is_place = true;
		buf_printf(&text, "port:%u", out->place.port);
	} else if (refuse_slip(word)) {
		return -EINVAL;
	} else {
		out->is_place = place_parse(slice_of(word), &out->place) == 0;
		buf_add_string(&text, word);
	}
	result = parse(buf_slice(&text), &out->query);
	buf_done(&text);
	return result;
}

static int check(const struct options *o, const struct aim *aims)
{
	if (!o->word_count) {
		complain(o->subcommand->name, "which port?",
			 "a port, address:port or a filter: 3000, 127.0.0.1:3000, proc:node");
		return -EINVAL;
	}
	for (size_t i = 0; o->word_count > 1 && i < o->word_count; i++)
		if (!aims[i].is_place) {
			complain(aims[i].text, "a filter has to be the only target",
				 "write it as one word: 'proc:node port:3000', 'proc:node or proc:ruby'");
			return -EINVAL;
		}
	return 0;
}

int aims_parse(const struct options *o, struct aim **out)
{
	struct aim *aims = fatal_calloc(o->word_count + 1, sizeof *aims);
	int error = 0;

	for (size_t i = 0; !error && i < o->word_count; i++)
		error = parse_aim(o->words[i], &aims[i]);
	if (!error)
		error = check(o, aims);
	if (error)
		aims_free(aims, o->word_count);
	else
		*out = aims;
	return error;
}

void aims_free(struct aim *aims, size_t count)
{
	for (size_t i = 0; aims && i < count; i++)
		query_free(aims[i].query);
	free(aims);
}
