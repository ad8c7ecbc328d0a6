/* Owns what a --from means: perhaps a name, then a program with its arguments. Knows neither what it sends nor when. */
#include "cli/remote.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/fatal.h"
#include "base/words.h"
#include "cli/complain.h"

enum { FIRST_FRAME_MS = 15000 };

struct remote {
	char **words[HOSTS_MAX];      /* owned */
	char *labels[HOSTS_MAX];      /* owned; NULL = none */
	size_t count;
};

/* "blue=ssh devbox ...": a name in front of the program. */
static size_t label_length(const char *word)
{
	size_t len = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

	return len && word[len] == '=' && word[len + 1] ? len : 0;
}

static void take_label(char **words, char **label)
{
	size_t len = label_length(words[0]);

	if (!len)
		return;
	*label = fatal_strdup(words[0]);
	(*label)[len] = '\0';
	memmove(words[0], words[0] + len + 1, strlen(words[0] + len));
}

static int parse_one(struct remote *r, const char *text)
{
	const char *problem;

	if (words_split(text, &r->words[r->count], &problem)) {
		complain("--from", problem, "--from 'ssh devbox lotop stream'");
		return -EINVAL;
	}
	take_label(r->words[r->count], &r->labels[r->count]);
	r->count++;
	return 0;
}

int remote_parse(const struct options *o, struct remote **out)
{
	struct remote *r = NULL;
	int error = 0;

	if (o->from_count >= HOSTS_MAX) {
		complain("--from", "too many machines for one table", NULL);
		return -EINVAL;
	}
	if (o->from_count)
		r = fatal_calloc(1, sizeof *r);
	for (size_t i = 0; i < o->from_count && !error; i++)
		error = parse_one(r, o->froms[i]);
	if (error)
		remote_free(r);
	else
		*out = r;
	return error;
}

struct sources *remote_sources(const struct remote *r, const struct options *o, struct mailbox *m)
{
	struct source_spec specs[HOSTS_MAX];

	if (!r)
		return NULL;
	for (size_t i = 0; i < r->count; i++)
		specs[i] = (struct source_spec){
			.label = r->labels[i], .stream = o->new_stream((const char *const *)r->words[i]),
		};
	return sources_new(specs, r->count, m, o->is_read_only);
}

void remote_free(struct remote *r)
{
	for (size_t i = 0; r && i < r->count; i++) {
		words_free(r->words[i]);
		free(r->labels[i]);
	}
	free(r);
}

const struct snapshot *remote_join(const struct remote *r, const struct options *o, const struct snapshot *local,
				   bool *is_whole)
{
	struct sources *sources = remote_sources(r, o, NULL);
	const struct snapshot *s = sources_join_once(sources, local, FIRST_FRAME_MS);

	*is_whole = true;
	for (size_t i = 0; i < s->host_count; i++) {
		if (!s->hosts[i].trouble)
			continue;
		complain(s->hosts[i].name, s->hosts[i].trouble, NULL);
		*is_whole = false;
	}
	sources_free(sources);
	return s;
}
