/* Owns the words of a kill on another machine, and reading its answer. What is meant is told by identity: the lotop
 * over there looks by itself whether that process still holds that socket. Refuses to run anything (stream.c). */
#include "platform/stream/demand.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/fatal.h"
#include "base/slice.h"
#include "base/text.h"

static size_t count_words(const char *const argv[])
{
	size_t count = 0;

	while (argv[count])
		count++;
	return count;
}

/* "lotop", "/usr/local/bin/lotop". */
static bool is_lotop(const char *word)
{
	const char *slash = strrchr(word, '/');

	return !strcmp(slash ? slash + 1 : word, "lotop");
}

static bool has_word(const char *const words[], const char *word)
{
	for (; *words; words++)
		if (!strcmp(*words, word))
			return true;
	return false;
}

size_t demand_place(const char *const argv[])
{
	for (size_t i = count_words(argv); i-- > 1;)
		if (!strcmp(argv[i], "stream") && is_lotop(argv[i - 1]))
			return i;
	return 0;
}

int demand_make(const char *const argv[], const struct stream_order *o, struct demand *out)
{
	size_t place = demand_place(argv), at = 0;

	if (!place)
		return -EINVAL;
	snprintf(out->port, sizeof out->port, "%u", o->port);
	snprintf(out->identity, sizeof out->identity, "%" PRId32 ":%" PRIu64 ":%" PRIu64, o->pid, o->start_time,
		 o->cookie);
	snprintf(out->wait, sizeof out->wait, "%dms", o->wait_ms);
	out->argv = fatal_calloc(place + DEMAND_WORDS, sizeof *out->argv);
	for (size_t i = 0; i < place; i++)
		out->argv[at++] = argv[i];
	out->argv[at++] = "kill";
	out->argv[at++] = out->port;
	out->argv[at++] = "--identity";
	out->argv[at++] = out->identity;
	out->argv[at++] = "--signal";
	out->argv[at++] = o->signal;
	out->argv[at++] = "--wait";
	out->argv[at++] = out->wait;
	out->argv[at++] = "--all";
	if (has_word(argv + place, "--all-netns"))
		out->argv[at++] = "--all-netns";
	out->argv[at++] = "--yes";
	out->argv[at] = "--json";
	return 0;
}

void demand_done(struct demand *o)
{
	free(o->argv);
	o->argv = NULL;
}

/* Not in the middle of a character: what continues one is 10xxxxxx. */
void demand_set_text(char *out, size_t size, const struct buf *safe)
{
	const char *text = buf_string(safe);
	size_t len = safe->len < size ? safe->len : size - 1;

	while (len && (text[len] & 0xc0) == 0x80)
		len--;
	memcpy(out, text, len);
	out[len] = '\0';
}

static void set_safe(char *out, size_t size, const json_t *text)
{
	struct buf safe = { 0 };

	text_escape(&safe, (struct slice){ json_string_value(text), json_string_length(text) });
	demand_set_text(out, size, &safe);
	buf_done(&safe);
}

bool demand_read(struct slice json, struct stream_result *out)
{
	json_t *answer = json_loadb(json.len ? json.ptr : "", json.len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *kill = json_array_get(json_object_get(answer, "kills"), 0);
	const json_t *outcome = json_object_get(kill, "outcome");
	json_int_t new_pid = json_integer_value(json_object_get(kill, "new_pid"));
	bool is_read = json_is_string(outcome) && json_string_length(outcome);

	if (is_read) {
		*out = (struct stream_result){ .new_pid = new_pid > 0 && new_pid <= INT32_MAX ? (int32_t)new_pid : 0 };
		set_safe(out->outcome, sizeof out->outcome, outcome);
		set_safe(out->text, sizeof out->text, json_object_get(kill, "text"));
	}
	json_decref(answer);
	return is_read;
}
