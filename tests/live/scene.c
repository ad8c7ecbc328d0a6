/* Owns what the live tests have in common: a namespace, situations in it, and lotop's list of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "netns.h"
#include "run.h"
#include "scene.h"

bool scene_enter(void)
{
	int error = netns_enter();

	if (error)
		printf("skipped: no private network namespace: %s\n", strerror(-error));
	return !error;
}

void scene_need(bool is_there, const char *what)
{
	if (is_there)
		return;
	printf("skipped: %s\n", what);
	skip();
}

void scene_add(struct scene *s, const char *const names[], unsigned first_port, void (*prepare)(void))
{
	int first = s->count;

	for (int i = 0; names[i] && s->count < SCENE_MAX; i++, first_port += SCENE_PORTS_EACH)
		situation_start(&s->situations[s->count++], names[i], first_port, prepare);
	for (int i = first; i < s->count; i++) {
		situation_wait(&s->situations[i]);
		if (!s->situations[i].made)
			printf("not made: %s: %s\n", names[i - first], s->situations[i].reason);
	}
}

void scene_end(struct scene *s)
{
	for (int i = 0; i < s->count; i++)
		situation_end(&s->situations[i]);
	s->count = 0;
}

json_t *scene_list(const char *arguments, void (*prepare)(void))
{
	struct run r = run_lotop(arguments, prepare);
	json_error_t error = { 0 };
	json_t *list = json_loads(r.output, 0, &error);

	if (r.status || !list)
		fail_msg("lotop %s: status %d; errors: %s; JSON: %s", arguments, r.status, r.errors,
			 error.text);
	run_done(&r);
	return list;
}

const char *scene_text(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "null";
}

int scene_number(json_t *object, const char *key)
{
	return (int)json_integer_value(json_object_get(object, key));
}

size_t scene_count_listeners(unsigned port)
{
	char line[64];

	snprintf(line, sizeof line, "list --json kind:listener port:%u", port);
	struct run r = run_lotop(line, NULL);
	json_t *list = json_loads(r.output, 0, NULL);
	size_t count = json_array_size(json_object_get(list, "listeners"));

	assert_int_equal(r.status, count ? 0 : 1);
	json_decref(list);
	run_done(&r);
	return count;
}

json_t *scene_why(const char *arguments, void (*prepare)(void))
{
	struct run r = run_lotop(arguments, prepare);
	json_t *why = json_loads(r.output, 0, NULL);

	if (!why)
		fail_msg("lotop %s: status %d, %s", arguments, r.status, r.errors);
	assert_int_equal(r.status, json_is_true(json_object_get(why, "free")) ? 1 : 0);
	run_done(&r);
	return why;
}

static const char *id_of(json_t *why, size_t index)
{
	return json_string_value(json_object_get(json_array_get(json_object_get(why, "findings"), index),
						 "id"));
}

const char *scene_answer(json_t *why)
{
	return id_of(why, 0);
}

bool scene_has_answer(json_t *why, const char *id)
{
	for (size_t i = 0; i < json_array_size(json_object_get(why, "findings")); i++)
		if (!strcmp(id_of(why, i), id))
			return true;
	return false;
}

json_t *scene_gap(json_t *list, const char *what)
{
	json_t *gap;
	size_t i;

	json_array_foreach(json_object_get(list, "gaps"), i, gap)
		if (!strcmp(json_string_value(json_object_get(gap, "what")), what))
			return gap;
	return NULL;
}

bool scene_has_mark(json_t *listener, const char *name)
{
	json_t *mark;
	size_t i;

	json_array_foreach(json_object_get(listener, "marks"), i, mark)
		if (!strcmp(json_string_value(mark), name))
			return true;
	return false;
}

void scene_each_row(const struct scene *s, json_t *list, void (*check)(json_t *found, json_t *row))
{
	json_t *listeners = json_object_get(list, "listeners"), *row;
	size_t i;

	for (int n = 0; n < s->count; n++) {
		json_array_foreach(json_object_get(s->situations[n].made, "rows"), i, row) {
			json_t *found = situation_find(listeners, row);
			if (!found)
				fail_msg("no such row: %s", json_dumps(row, 0));
			check(found, row);
		}
	}
}

void scene_check_hidden(json_t *found, json_t *row)
{
	bool may_be_held = json_array_size(json_object_get(row, "holders")) > 0;

	if (json_array_size(json_object_get(found, "holders")))
		fail_msg("another user's holders are shown: %s", json_dumps(found, 0));
	if (scene_has_mark(found, "hidden") != may_be_held)
		fail_msg("hidden should be %d: %s", may_be_held, json_dumps(found, 0));
	if (may_be_held)
		assert_int_equal(json_integer_value(json_object_get(found, "uid")), 0);
	assert_true(json_equal(json_object_get(found, "sockets"), json_object_get(row, "sockets")));
}

void scene_check_holders(json_t *found, json_t *row)
{
	if (!situation_same_holders(found, row))
		fail_msg("holders: made %s, listed %s", json_dumps(json_object_get(row, "holders"), 0),
			 json_dumps(json_object_get(found, "holders"), 0));
}

void scene_check_gap(json_t *list, const char *what)
{
	json_t *gap = scene_gap(list, what);

	if (!gap)
		fail_msg("no gap %s: %s", what, json_dumps(json_object_get(list, "gaps"), 0));
	assert_true(json_string_length(json_object_get(gap, "reason")) > 0);
}
