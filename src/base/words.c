/* Owns the one rule by which a text becomes an argument vector. Refuses to run anything. */
#include "base/words.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "base/array.h"
#include "base/buf.h"
#include "base/fatal.h"

struct split {
	const char *at;              /* what is left */
	struct buf word;
	char **words;                /* the last place stays NULL */
	size_t count, cap;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Behind the quote up to the next one. */
static bool take_quoted(struct split *s, char quote)
{
	for (s->at++; *s->at && *s->at != quote; s->at++) {
		if (quote == '"' && *s->at == '\\' && (s->at[1] == '"' || s->at[1] == '\\'))
			s->at++;
		buf_add_char(&s->word, *s->at);
	}
	if (!*s->at)
		return false;
	s->at++;
	return true;
}

static bool take_word(struct split *s)
{
	buf_clear(&s->word);
	while (*s->at && !is_blank(*s->at)) {
		if (*s->at == '\'' || *s->at == '"') {
			if (!take_quoted(s, *s->at))
				return false;
			continue;
		}
		if (*s->at == '\\' && s->at[1])
			s->at++;
		buf_add_char(&s->word, *s->at++);
	}
	ARRAY_PUSH(s->words, s->count, s->cap) = fatal_strdup(buf_string(&s->word));
	return true;
}

static bool take_all(struct split *s)
{
	for (;;) {
		while (is_blank(*s->at))
			s->at++;
		if (!*s->at)
			return true;
		if (!take_word(s))
			return false;
	}
}

int words_split(const char *text, char ***out, const char **problem)
{
	struct split s = { .at = text };
	bool is_whole = take_all(&s);
	bool has_words = s.count && *s.words[0];

	ARRAY_PUSH(s.words, s.count, s.cap) = NULL;
	buf_done(&s.word);
	if (is_whole && has_words) {
		*out = s.words;
		return 0;
	}
	*problem = is_whole ? "no program in it" : "a quote does not end";
	words_free(s.words);
	return -EINVAL;
}

void words_free(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}
