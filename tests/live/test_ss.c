/* lotop and ss on the same sockets: the sets of (protocol, address, port, pid) are equal. Only situations
 * that ss can see; where lotop sees more, test_situations.c tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/slice.h"
#include "scene.h"
#include "set.h"

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

static void add(struct set *s, struct slice protocol, struct slice address, struct slice port, struct slice pid)
{
	set_add(s, "%.*s %.*s %.*s %.*s", (int)protocol.len, protocol.ptr, (int)address.len, address.ptr,
		(int)port.len, port.ptr, (int)pid.len, pid.ptr);
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

/* A socket that nobody has stands with "-". */
static void add_ss_line(struct set *s, char *text)
{
	struct slice line = slice_of(text), protocol = slice_word(&line), port;
	const char *pid;

	for (int skipped = 0; skipped < 3; skipped++)           /* state, queues */
		slice_word(&line);
	struct slice address = bare_address(slice_word(&line), &port);
	if (!strstr(text, "pid="))
		add(s, protocol, address, port, slice_of("-"));
	for (pid = strstr(text, "pid="); pid; pid = strstr(pid, "pid=")) {
		pid += strlen("pid=");
		add(s, protocol, address, port, (struct slice){ pid, strspn(pid, "0123456789") });
	}
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
		add(s, protocol, address, slice_of(port), slice_of("-"));
	json_array_foreach(json_object_get(row, "holders"), i, holder) {
		snprintf(pid, sizeof pid, "%d", (int)json_integer_value(json_object_get(holder, "pid")));
		add(s, protocol, address, slice_of(port), slice_of(pid));
	}
}

static void test_same_sets(void **state)
{
	struct scene scene = { 0 };
	struct set ss = { 0 }, lotop = { 0 };

	(void)state;
	if (!scene_enter())
		skip();
	scene_add(&scene, names, SCENE_FIRST_PORT, NULL);
	set_read_ss(&ss, add_ss_line);
	set_read_lotop(&lotop, "list --json --all", add_row);
	set_check_same(&ss, &lotop);
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
