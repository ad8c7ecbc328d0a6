/* `lotop why PORT --json` on what really happens: every situation of helper_socket, servers and machines with
 * one trouble each, and localhost against a real connect(). The helpers know what is there, these tables what
 * the answer is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <netdb.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "run.h"
#include "scene.h"
#include "troubles.h"

enum { TROUBLE_PORT = 30000, PORTS_EACH = 3 };

static const struct {
	const char *name, *first;
	bool is_udp;
} situations[] = {
	{ "listen_v4", "v4_loopback", false },
	{ "listen_v4_other", "other_loopback_address", false },
	{ "listen_v6", "v6_loopback", false },
	{ "listen_any4", "v4_wildcard", false },
	{ "listen_dual", "dual_stack", false },
	{ "listen_any6_only", "v6_wildcard", false },
	{ "listen_mapped", "v4_mapped", false },
	{ "listen_device", "device_bound", false },
	{ "listen_link_local", "link_local", false },
	{ "listen_foreign_address", "foreign_address", false },
	{ "listen_mptcp", "v4_loopback", false },
	{ "listen_unbound", "v4_wildcard", false },
	{ "reuseport", "reuseport_group", false },
	{ "shadow", "shadowed", false },
	{ "split", "split", false },
	{ "queue_waiting", "v4_loopback", false },
	{ "queue_full", "queue_full", false },
	{ "udp_v4", "v4_loopback", true },
	{ "udp_v6", "v6_loopback", true },
	{ "udp_any", "v4_wildcard", true },
	{ "udp_sharers", "udp_shared", true },
	{ "udp_full", "udp_full", true },
	{ "udp_kernel", "kernel_socket", true },
	{ "udp_v4", "other_protocol", false },
	{ "bound", "bound_not_listening", false },
	{ "bound_v6", "bound_not_listening", false },
	{ "shutdown", "bound_not_listening", false },
	{ "destroyed", "bound_not_listening", false },
	{ "bound_beside_listener", "bound_beside_listener", false },
	{ "time_wait_server", "time_wait", false },
	{ "time_wait_client", "client_time_wait", false },
	{ "time_wait_v6", "time_wait", false },
	{ "fin_wait_1", "unacked_close", false },
	{ "fin_wait_2", "fin_wait_2", false },
	{ "close_wait", "close_wait", false },
	{ "last_ack", "unacked_close", false },
	{ "closing", "unacked_close", false },
	{ "inherited", "leaked", false },
	{ "prefork", "several_processes", false },
	{ "two_descriptors", "v4_loopback", false },
	{ "in_flight", "no_holder", false },
	{ "io_uring", "no_holder", false },
	{ "zombie_leader", "zombie", false },
	{ "thread_table", "v4_loopback", false },
	{ "stopped", "stopped", false },
	{ "deleted_directory", "v4_loopback", false },
	{ "undumpable", "v4_loopback", false },
	{ "moved_namespace", "v4_loopback", false },
	{ "foreign_namespace", "free", false },
};

/* $P is the port. */
static const struct {
	const char *name, *arguments, *first;
} cases[] = {
	{ "nothing", "$P", "free" },
	{ "nothing", "--connect $P", "free" },
	{ "nothing", "127.0.0.1:$P", "free" },
	{ "nothing", "[::1]:$P", "free" },
	{ "nothing", "--udp $P", "free" },
	{ "nothing", "10.9.9.9:$P", "not_local_address" },
	{ "nothing", "[fe80::99]:$P", "scope_missing" },
	{ "well", "--connect $P", "both_loopbacks" },
	{ "well", "--connect 127.0.0.1:$P", "v4_loopback" },
	{ "well", "--connect [::1]:$P", "v6_loopback" },
	{ "never_accepts", "--connect $P", "not_accepting" },
	{ "never_accepts", "$P", "v4_loopback" },
	{ "defer_accept", "--connect $P", "defer_accept" },
	{ "md5", "--connect $P", "md5_required" },
	{ "socket_filter", "--connect $P", "dropped_at_socket" },
	{ "queue_full", "--connect $P", "queue_full" },
	{ "descriptor_limit", "$P", "descriptor_limit" },
	{ "traced", "$P", "stopped" },
	{ "frozen", "$P", "frozen" },
	{ "frozen_v1", "$P", "frozen" },
	{ "self_connect", "$P", "self_connect" },
	{ "survivor", "$P", "accepted_connection" },
	{ "outgoing", "45000", "outgoing_connection" },
	{ "strict_time_wait", "$P", "time_wait_strict" },
	{ "udp_connected", "--udp $P", "udp_connected" },
	{ "elsewhere", "$P", "other_namespace" },
	{ "lo_down", "$P", "lo_down" },
	{ "lo_down", "--connect $P", "lo_down" },
	{ "lo_down", "--connect [::1]:$P", "lo_down" },
	{ "address_removed", "$P", "loopback_address_missing" },
	{ "address_removed", "--connect $P", "loopback_address_missing" },
	{ "ipv6_off", "[::1]:$P", "ipv6_off" },
	{ "ipv6_off", "$P", "v4_loopback" },
	{ "syn_backlog", "--connect $P", "request_queue_full" },
	{ "input_drop", "--connect $P", "firewall_drop" },
	{ "output_drop", "--connect $P", "firewall_drop" },
	{ "reply_drop", "--connect $P", "reply_dropped" },
	{ "reject", "--connect 127.0.0.1:$P", "firewall_reject" },
	{ "reject", "--connect [::1]:$P", "firewall_reject" },
	{ "reject_reset", "--connect 127.0.0.1:$P", "firewall_reject" },
	{ "reject_reset", "--connect [::1]:$P", "firewall_reject" },
	{ "reject_admin", "--connect 127.0.0.1:$P", "firewall_reject" },
	{ "reject_admin", "--connect [::1]:$P", "firewall_reject" },
	{ "reject_host", "--connect 127.0.0.1:$P", "firewall_reject" },
	{ "reject_route", "--connect 127.0.0.1:$P", "firewall_reject" },
	{ "redirect", "--connect $P", "redirected" },
	{ "prohibit_route", "--connect 10.99.0.1:$P", "not_local_address" },
	{ "no_source_port", "--connect $P", "no_source_port" },
};

enum {
	SITUATIONS = sizeof situations / sizeof *situations, CASES = sizeof cases / sizeof *cases,
};

struct world {
	bool is_ready, is_root;
	int made, total;
	int64_t slowest_ms;
};

static json_t *ask(struct world *w, const char *arguments)
{
	char line[128];
	int64_t began_ms = clock_monotonic_ms();
	json_t *answer;

	snprintf(line, sizeof line, "why --json %s", arguments);
	struct run r = run_lotop(line, NULL);
	int64_t took_ms = clock_monotonic_ms() - began_ms;
	if (!strstr(arguments, "--connect") && took_ms > w->slowest_ms)
		w->slowest_ms = took_ms;
	answer = json_loads(r.output, 0, NULL);
	if (!answer)
		fail_msg("lotop %s: status %d, %s", line, r.status, r.errors);
	assert_int_equal(r.status, json_is_true(json_object_get(answer, "free")) ? 1 : 0);
	run_done(&r);
	return answer;
}

static const char *first_of(json_t *answer)
{
	json_t *finding = json_array_get(json_object_get(answer, "findings"), 0);

	return json_string_value(json_object_get(finding, "id"));
}

static void need(bool is_there, const char *what)
{
	if (is_there)
		return;
	printf("skipped: %s\n", what);
	skip();
}

/* True when the first finding is `first`; says so where it is not. */
static bool is_right(struct world *w, const char *name, const char *arguments, const char *first)
{
	json_t *answer = ask(w, arguments);
	bool is_equal = !strcmp(first_of(answer), first);

	if (!is_equal) {
		char *text = json_dumps(answer, JSON_INDENT(1));

		printf("%s (why %s): %s instead of %s: %s\n", name, arguments, first_of(answer), first, text);
		free(text);
	}
	json_decref(answer);
	return is_equal;
}

static bool is_situation_right(struct world *w, const struct situation *s, int i)
{
	json_t *row = json_array_get(json_object_get(s->made, "rows"), 0);
	char arguments[32];
	int port = row ? (int)json_integer_value(json_object_get(row, "port"))
		       : (int)json_integer_value(json_object_get(s->made, "absent_port"));

	snprintf(arguments, sizeof arguments, "%s%d", situations[i].is_udp ? "--udp " : "", port);
	w->made++;
	return is_right(w, situations[i].name, arguments, situations[i].first);
}

static void each_situation(void **state)
{
	struct world *w = *state;
	const char *names[SITUATIONS + 1] = { NULL };
	struct scene scene = { 0 };
	int wrong = 0;

	need(w->is_ready, "no namespace");
	need(w->is_root, "not root: some owners are hidden");
	for (int i = 0; i < SITUATIONS; i++)
		names[i] = situations[i].name;
	scene_add(&scene, names, SCENE_FIRST_PORT, NULL);
	usleep(100 * 1000);                  /* until the last FIN is acknowledged: FIN-WAIT-1 becomes 2 */
	for (int i = 0; i < SITUATIONS; i++)
		if (scene.situations[i].made)
			wrong += !is_situation_right(w, &scene.situations[i], i);
	w->total += SITUATIONS;
	scene_end(&scene);
	assert_int_equal(wrong, 0);
}

static const struct trouble *find_trouble(const char *name)
{
	const struct trouble *t = troubles;

	while (t->name && strcmp(t->name, name))
		t++;
	assert_non_null(t->name);
	return t;
}

static void put_port(char *out, size_t size, const char *arguments, unsigned port)
{
	const char *mark = strstr(arguments, "$P");

	if (mark)
		snprintf(out, size, "%.*s%u", (int)(mark - arguments), arguments, port);
	else
		snprintf(out, size, "%s", arguments);
}

static bool is_trouble_right(struct world *w, int i)
{
	const struct trouble *t = find_trouble(cases[i].name);
	uint16_t port = (uint16_t)(strstr(cases[i].arguments, "$P") ? TROUBLE_PORT + i * PORTS_EACH : 45000);
	char arguments[64];
	bool is_equal;
	pid_t pid = trouble_start(t, port);

	if (pid < 0)
		return true;
	put_port(arguments, sizeof arguments, cases[i].arguments, port);
	w->made++;
	is_equal = is_right(w, t->name, arguments, cases[i].first);
	trouble_end(t, port, pid);
	return is_equal;
}

static void each_trouble(void **state)
{
	struct world *w = *state;
	int wrong = 0;

	need(w->is_ready, "no namespace");
	need(w->is_root, "not root: the namespace cannot be changed as these need it");
	w->total += CASES;
	for (int i = 0; i < CASES; i++)
		wrong += !is_trouble_right(w, i);
	assert_int_equal(wrong, 0);
}

/* What a program does that wants localhost:port: each address in its order. The family; 0 = none. */
static int connect_localhost(unsigned port)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *all;
	char service[8];
	int family = 0;

	snprintf(service, sizeof service, "%u", port);
	if (getaddrinfo("localhost", service, &hints, &all))
		return 0;
	for (const struct addrinfo *a = all; a && !family; a = a->ai_next) {
		int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (!connect(fd, a->ai_addr, a->ai_addrlen))
			family = a->ai_family;
		close(fd);
	}
	freeaddrinfo(all);
	return family;
}

/* The first of lotop's list that is localhost's and answered. */
static int reached_localhost(json_t *answer, json_int_t *inode)
{
	json_t *reached;
	size_t i;

	json_array_foreach(json_object_get(answer, "reached"), i, reached) {
		if (!json_is_true(json_object_get(reached, "localhost")) ||
		    json_is_null(json_object_get(reached, "listener")))
			continue;
		*inode = json_integer_value(json_object_get(reached, "inode"));
		return strcmp(json_string_value(json_object_get(reached, "address")), "::1") ? AF_INET
											     : AF_INET6;
	}
	return 0;
}

static json_int_t inode_of(json_t *made, int family)
{
	json_t *row, *rows = json_object_get(made, "rows");
	size_t i;

	json_array_foreach(rows, i, row) {
		bool is_v6 = strchr(json_string_value(json_object_get(row, "address")), ':') != NULL;

		if (json_array_size(rows) == 1 || is_v6 == (family == AF_INET6))
			return json_integer_value(json_object_get(row, "inode"));
	}
	return 0;
}

static void check_localhost(struct world *w)
{
	static const char *const names[] = {
		"listen_v4", "listen_v6", "listen_dual", "split", "listen_any6_only", "listen_any4", NULL,
	};
	struct scene scene = { 0 };

	scene_add(&scene, names, 26000, NULL);
	for (int i = 0; names[i]; i++) {
		unsigned port = 26000 + (unsigned)i * SCENE_PORTS_EACH;
		json_int_t inode = 0;
		char arguments[16];

		snprintf(arguments, sizeof arguments, "%u", port);
		json_t *answer = ask(w, arguments);
		int family = connect_localhost(port);
		if (reached_localhost(answer, &inode) != family)
			fail_msg("%s: connect got family %d, lotop says %s", names[i], family,
				 json_dumps(answer, 0));
		if (family)
			assert_int_equal(inode, inode_of(scene.situations[i].made, family));
		json_decref(answer);
	}
	scene_end(&scene);
}

static bool replace_hosts(const char *text)
{
	char path[] = "/tmp/lotop-hosts-XXXXXX";

	umount2("/etc/hosts", MNT_DETACH);   /* the last one: nothing can be mounted on what was unlinked */
	int fd = mkstemp(path);
	bool is_done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) &&
		       !fchmod(fd, 0644) && !mount(path, "/etc/hosts", NULL, MS_BIND, NULL);

	close(fd);
	unlink(path);
	return is_done;
}

static void localhost_is_what_connect_reaches(void **state)
{
	struct world *w = *state;

	need(w->is_ready, "no namespace");
	check_localhost(w);
}

/* Whatever /etc/hosts says: both families, one of them. */
static void localhost_follows_hosts(void **state)
{
	static const char *const hosts[] = {
		"127.0.0.1 localhost\n::1 localhost\n", "::1 localhost\n", "127.0.0.1 localhost\n",
	};
	struct world *w = *state;

	need(w->is_ready && w->is_root && !unshare(CLONE_NEWNS) &&
		     !mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL),
	     "not root: cannot mount");
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		need(replace_hosts(hosts[i]), "/etc/hosts cannot be replaced");
		check_localhost(w);
	}
}

static int how_many_ms(void **state)
{
	struct world *w = *state;

	printf("answers checked: %d of %d; the slowest without --connect took %d ms\n", w->made, w->total,
	       (int)w->slowest_ms);
	return 0;
}

/* As an ordinary user: refused ports below 1024, and owners that may not be seen. */
static void as_an_ordinary_user(void **state)
{
	static const struct {
		const char *name, *arguments, *first;
	} user_cases[] = {
		{ "privileged", "why --json 81", "privileged_port" },
		{ "other user", "why --json 27000", "hidden_owner" },
	};
	static const char *const names[] = { "listen_v4", NULL };
	struct world *w = *state;
	struct scene scene = { 0 };

	need(w->is_ready && w->is_root, "not root: nobody else to be");
	scene_add(&scene, names, 27000, NULL);
	for (size_t i = 0; i < sizeof user_cases / sizeof *user_cases; i++) {
		struct run r = run_lotop(user_cases[i].arguments, run_as_nobody);
		json_t *answer = json_loads(r.output, 0, NULL);

		w->total++;
		w->made++;
		assert_non_null(answer);
		assert_string_equal(first_of(answer), user_cases[i].first);
		json_decref(answer);
		run_done(&r);
	}
	scene_end(&scene);
}

int main(void)
{
	struct world world = { .is_root = !geteuid() };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(each_situation, &world),
		cmocka_unit_test_prestate(each_trouble, &world),
		cmocka_unit_test_prestate(as_an_ordinary_user, &world),
		cmocka_unit_test_prestate(localhost_is_what_connect_reaches, &world),
		cmocka_unit_test_prestate_setup_teardown(localhost_follows_hosts, NULL, how_many_ms, &world),
	};

	world.is_ready = scene_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
