/* Owns the comparison of lotop with ss. Refuses to know what of a socket is compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/array.h"
#include "run.h"
#include "scene.h"
#include "set.h"

void set_add(struct set *s, const char *format, ...)
{
	va_list values;
	char *line;
	int len;

	va_start(values, format);
	len = vasprintf(&line, format, values);
	va_end(values);
	assert_true(len >= 0);
	ARRAY_PUSH(s->lines, s->count, s->cap) = line;
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct set *s)
{
	size_t kept = 0;

	if (s->count)
		qsort(s->lines, s->count, sizeof *s->lines, compare_lines);
	for (size_t i = 0; i < s->count; i++) {
		if (kept && !strcmp(s->lines[kept - 1], s->lines[i]))
			free(s->lines[i]);
		else
			s->lines[kept++] = s->lines[i];
	}
	s->count = kept;
}

void set_read_ss(struct set *s, void (*add)(struct set *s, char *line))
{
	static const char *const argv[] = { "ss", "-H", "-tulnp", NULL };
	struct run r = run_program(argv, NULL);
	char *rest = NULL;

	assert_int_equal(r.status, 0);
	for (char *line = strtok_r(r.output, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		add(s, line);
	sort(s);
	run_done(&r);
}

void set_read_lotop(struct set *s, const char *arguments, void (*add)(struct set *s, json_t *row))
{
	json_t *list = scene_list(arguments, NULL), *row;
	size_t i;

	json_array_foreach(json_object_get(list, "listeners"), i, row) {
		const char *state = json_string_value(json_object_get(row, "state"));

		if (!strcmp(state, "LISTEN") || !strcmp(state, "UNCONN"))
			add(s, row);
	}
	sort(s);
	json_decref(list);
}

void set_check_same(const struct set *ss, const struct set *lotop)
{
	for (size_t i = 0; i < ss->count || i < lotop->count; i++)
		assert_string_equal(i < lotop->count ? lotop->lines[i] : "nothing",
				    i < ss->count ? ss->lines[i] : "nothing");
}

void set_done(struct set *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->lines[i]);
	free(s->lines);
}
