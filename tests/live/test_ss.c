/* lotop and ss on the same sockets: the sets of (protocol, address, port, pid) are equal. Only situations
 * that ss can see; where lotop sees more, test_situations.c tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/array.h"
#include "base/buf.h"
#include "base/fatal.h"
#include "base/slice.h"
#include "run.h"
#include "scene.h"

static const char *const names[] = { "listen_v4",
				     "listen_v4_other",
				     "listen_v6",
				     "listen_any4",
				     "listen_dual",
				     "listen_any6_only",
				     "listen_mapped",
				     "listen_device",
				     "listen_link_local",
				     "listen_foreign_address",
				     "listen_unbound",
				     "reuseport",
				     "shadow",
				     "split",
				     "queue_full",
				     "udp_v4",
				     "udp_v6",
				     "udp_any",
				     "udp_sharers",
				     "udp_kernel",
				     "inherited",
				     "prefork",
				     "two_descriptors",
				     "in_flight",
				     "stopped",
				     "undumpable",
				     "moved_namespace",
				     NULL };

struct set { /* lines "tcp 127.0.0.1 3000 4211", sorted, each once; pid "-" when there is none */
	char **lines;
	size_t count, cap;
};

static void set_add(struct set *s, struct slice protocol, struct slice address, struct slice port,
		    struct slice pid)
{
	struct buf line = { 0 };

	buf_printf(&line, "%.*s %.*s %.*s %.*s", (int)protocol.len, protocol.ptr, (int)address.len,
		   address.ptr, (int)port.len, port.ptr, (int)pid.len, pid.ptr);
	ARRAY_PUSH(s->lines, s->count, s->cap) = line.data;
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void set_sort(struct set *s)
{
	size_t kept = 0;

	qsort(s->lines, s->count, sizeof *s->lines, compare_lines);
	for (size_t i = 0; i < s->count; i++) {
		if (kept && !strcmp(s->lines[kept - 1], s->lines[i]))
			free(s->lines[i]);
		else
			s->lines[kept++] = s->lines[i];
	}
	s->count = kept;
}

static void set_done(struct set *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->lines[i]);
	free(s->lines);
}

/* "[fe80::1]%lo:22", "0.0.0.0%lo:22", "*:22" (ss's spelling of a dual-stack wildcard) without port and
 * device. */
static struct slice bare_address(struct slice local, struct slice *port)
{
	size_t colon = local.len;

	while (colon && local.ptr[colon - 1] != ':')
		colon--;
	*port = slice_from(local, colon);
	struct slice rest = { local.ptr, colon - 1 }, address = slice_cut(&rest, '%');
	if (slice_is(address, "*"))
		return slice_of("::");
	if (slice_starts(address, "["))
		return (struct slice){ address.ptr + 1, address.len - 2 };
	return address;
}

static void add_ss_line(struct set *s, struct slice line)
{
	struct slice protocol = slice_word(&line), port;
	const char *pid;

	for (int skipped = 0; skipped < 3; skipped++)           /* state, queues */
		slice_word(&line);
	struct slice address = bare_address(slice_word(&line), &port);
	char *users = fatal_strdup(line.len ? line.ptr : "");
	users[line.len] = '\0';
	if (!strstr(users, "pid="))
		set_add(s, protocol, address, port, slice_of("-"));
	for (pid = strstr(users, "pid="); pid; pid = strstr(pid, "pid=")) {
		pid += strlen("pid=");
		set_add(s, protocol, address, port, (struct slice){ pid, strspn(pid, "0123456789") });
	}
	free(users);
}

static void read_ss(struct set *s)
{
	static const char *const argv[] = { "ss", "-H", "-tulnp", NULL };
	struct run r = run_program(argv, NULL);
	struct slice rest = { r.output, r.output_len };

	assert_int_equal(r.status, 0);
	while (rest.len)
		add_ss_line(s, slice_cut(&rest, '\n'));
	set_sort(s);
	run_done(&r);
}

static void add_row(struct set *s, json_t *row)
{
	char port[8], pid[16];
	json_t *holder;
	size_t i;

	struct slice protocol = slice_of(json_string_value(json_object_get(row, "protocol")));
	struct slice scoped = slice_of(json_string_value(json_object_get(row, "address")));
	struct slice address = slice_cut(&scoped, '%');
	snprintf(port, sizeof port, "%d", (int)json_integer_value(json_object_get(row, "port")));
	if (!json_array_size(json_object_get(row, "holders")))
		set_add(s, protocol, address, slice_of(port), slice_of("-"));
	json_array_foreach(json_object_get(row, "holders"), i, holder) {
		snprintf(pid, sizeof pid, "%d", (int)json_integer_value(json_object_get(holder, "pid")));
		set_add(s, protocol, address, slice_of(port), slice_of(pid));
	}
}

static void read_lotop(struct set *s)
{
	json_t *list = scene_list("list --json --all", NULL), *row;
	size_t i;

	json_array_foreach(json_object_get(list, "listeners"), i, row) {
		const char *state = json_string_value(json_object_get(row, "state"));
		if (!strcmp(state, "LISTEN") || !strcmp(state, "UNCONN"))
			add_row(s, row);
	}
	set_sort(s);
	json_decref(list);
}

static void test_same_sets(void **state)
{
	struct scene scene = { 0 };
	struct set ss = { 0 }, lotop = { 0 };

	(void)state;
	if (!scene_enter())
		skip();
	scene_add(&scene, names, SCENE_FIRST_PORT, NULL);
	read_ss(&ss);
	read_lotop(&lotop);
	for (size_t i = 0; i < ss.count || i < lotop.count; i++)
		assert_string_equal(i < lotop.count ? lotop.lines[i] : "nothing",
				    i < ss.count ? ss.lines[i] : "nothing");
	assert_true(ss.count > 30);
	printf("equal: %zu of (protocol, address, port, pid)\n", ss.count);
	set_done(&ss);
	set_done(&lotop);
	scene_end(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_same_sets) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
