/* `lotop why PORT --json` on what really happens: servers and machines with one trouble each, as other
 * users, under policies, and localhost against a real connect(). The helpers know what is there, these
 * tables what the answer is. What a process alone can hold, test_situations asks about. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
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
#include "deprive.h"
#include "policy.h"
#include "run.h"
#include "scene.h"
#include "troubles.h"
#include "truth.h"

enum { TROUBLE_PORT = 30000, PORTS_EACH = 3 };

static const char unit[] = "lotop-why.service";

static void enter_unit(void)
{
	if (!policy_enter(unit))
		_exit(CANNOT_DEPRIVE);
}

/* $P is the port. A trouble with `marks` has a row: of its process, as a server, with these marks by
 * blanks. */
static const struct {
	const char *name, *arguments, *first, *also, *truth, *marks;
} cases[] = {
	{ "nothing", "$P", "free", NULL, NULL, NULL },
	{ "nothing", "--connect $P", "free", NULL, NULL, NULL },
	{ "nothing", "127.0.0.1:$P", "free", NULL, NULL, NULL },
	{ "nothing", "[::1]:$P", "free", NULL, NULL, NULL },
	{ "nothing", "--udp $P", "free", NULL, NULL, NULL },
	{ "nothing", "10.9.9.9:$P", "not_local_address", NULL, "50", NULL },
	{ "nothing", "[fe80::99]:$P", "scope_missing", NULL, "50", NULL },
	{ "well", "--connect $P", "both_loopbacks", NULL, NULL, "" },
	{ "well", "--connect 127.0.0.1:$P", "v4_loopback", NULL, NULL, "" },
	{ "well", "--connect [::1]:$P", "v6_loopback", NULL, NULL, "" },
	{ "never_accepts", "--connect $P", "not_accepting", NULL, "C2", "" },
	{ "never_accepts", "$P", "v4_loopback", NULL, NULL, "" },
	{ "hangs_up", "--connect $P", "v4_loopback", NULL, NULL, "" },
	{ "never_reads", "--connect $P", "not_reading", NULL, "C3", "" },
	{ "never_reads", "$P", "v4_loopback", NULL, NULL, "" },
	{ "defer_accept", "--connect $P", "defer_accept", NULL, "C6", "" },
	{ "md5", "--connect $P", "md5_required", NULL, "C12", "" },
	{ "socket_filter", "--connect $P", "dropped_at_socket", NULL, "C13", "" },
	{ "deaf_group", "--connect $P", "dropped_at_socket", NULL, "C13", "" },
	{ "queue_full", "--connect $P", "queue_full", NULL, "C1", "full" },
	{ "descriptor_limit", "$P", "descriptor_limit", NULL, "C4", "" },
	{ "traced", "$P", "stopped", NULL, "C5", NULL },
	{ "stopped", "$P", "stopped", NULL, "C5", "stopped" },
	{ "frozen", "$P", "frozen", NULL, "C5", "frozen" },
	{ "frozen_v1", "$P", "frozen", NULL, "C5", "frozen" },
	{ "self_connect", "$P", "self_connect", NULL, "32", NULL },
	{ "survivor", "$P", "accepted_connection", NULL, "29", NULL },
	{ "own_port", "$P", "outgoing_connection", NULL, "31", NULL },
	{ "outgoing", "45000", "outgoing_connection", "ephemeral_range", "31", NULL },
	{ "strict_time_wait", "$P", "time_wait_strict", NULL, "25", NULL },
	{ "udp_connected", "--udp $P", "udp_connected", NULL, "18", NULL },
	{ "udp_beside", "$P", "other_protocol", NULL, "16", NULL },
	{ "elsewhere", "$P", "other_namespace", NULL, "44", NULL },
	{ "lo_down", "$P", "lo_down", NULL, "C10", "" },
	{ "lo_down", "--connect $P", "lo_down", NULL, "C10", "" },
	{ "lo_down", "--connect [::1]:$P", "lo_down", NULL, "C10", "" },
	{ "address_removed", "$P", "loopback_address_missing", NULL, "C11", "" },
	{ "address_removed", "--connect $P", "loopback_address_missing", NULL, "C11", "" },
	{ "ipv6_off", "[::1]:$P", "ipv6_off", NULL, "50", "" },
	{ "ipv6_off", "$P", "v4_loopback", NULL, "50", "" },
	{ "syn_backlog", "--connect $P", "request_queue_full", NULL, "C14", "" },
	{ "input_drop", "--connect $P", "firewall_drop", NULL, "C7", "" },
	{ "output_drop", "--connect $P", "firewall_drop", NULL, "C7", "" },
	{ "reply_drop", "--connect $P", "reply_dropped", NULL, "C8", "" },
	{ "reject", "--connect 127.0.0.1:$P", "firewall_reject", NULL, "C9", "" },
	{ "reject", "--connect [::1]:$P", "firewall_reject", NULL, "C9", "" },
	{ "reject_reset", "--connect 127.0.0.1:$P", "firewall_reject", NULL, "C9", "" },
	{ "reject_reset", "--connect [::1]:$P", "firewall_reject", NULL, "C9", "" },
	{ "reject_admin", "--connect 127.0.0.1:$P", "firewall_reject", NULL, "C9", "" },
	{ "reject_admin", "--connect [::1]:$P", "firewall_reject", NULL, "C9", "" },
	{ "reject_host", "--connect 127.0.0.1:$P", "firewall_reject", NULL, "C9", "" },
	{ "reject_route", "--connect 127.0.0.1:$P", "firewall_reject", NULL, "C9", "" },
	{ "redirect", "--connect $P", "redirected", NULL, "47", NULL },
	{ "redirect", "$P", "redirected", NULL, "47", NULL },
	{ "prohibit_route", "--connect 10.99.0.1:$P", "route_blocked", NULL, "49", NULL },
	{ "unreachable_route", "--connect 10.99.0.1:$P", "route_blocked", NULL, "49", NULL },
	{ "blackhole_route", "--connect 10.99.0.1:$P", "route_blocked", NULL, "49", NULL },
	{ "no_source_port", "--connect $P", "no_source_port", "no_free_port", "51", "" },
	{ "no_source_port", "$P", "both_loopbacks", "no_free_port", "51", "" },
};

enum { CASES = sizeof cases / sizeof *cases };

struct world {
	bool is_ready, is_root;
	int made, total;
	char dearest[80];
	int64_t slowest_ms,
		dearest_ms;      /* without --connect: by the clock; by the time of the processor */
};

static json_t *ask(struct world *w, const char *arguments, void (*prepare)(void))
{
	char line[128];
	int64_t began_ms = clock_monotonic_ms(), cpu_ms = run_children_cpu_ms();
	json_t *answer;

	snprintf(line, sizeof line, "why --json %s", arguments);
	answer = scene_why(line, prepare);
	began_ms = clock_monotonic_ms() - began_ms;
	cpu_ms = run_children_cpu_ms() - cpu_ms;
	if (!strstr(arguments, "--connect") && began_ms > w->slowest_ms)
		w->slowest_ms = began_ms;
	if (!strstr(arguments, "--connect") && cpu_ms > w->dearest_ms) {
		w->dearest_ms = cpu_ms;
		snprintf(w->dearest, sizeof w->dearest, "%s: %s", arguments, scene_answer(answer));
	}
	return answer;
}

/* True when the first finding is `first`, and `also` (may be NULL) is among the others; says so where not. */
static bool is_right(struct world *w, const char *name, const char *arguments, const char *first,
		     const char *also)
{
	json_t *answer = ask(w, arguments, NULL);
	bool is_equal = !strcmp(scene_answer(answer), first) && (!also || scene_has_answer(answer, also));

	if (!is_equal) {
		char *text = json_dumps(answer, JSON_INDENT(1));

		printf("%s (why %s): %s instead of %s%s%s: %s\n", name, arguments, scene_answer(answer),
		       first,
		       also ? " and " : "", also ? also : "", text);
		free(text);
	}
	json_decref(answer);
	return is_equal;
}

static json_t *find_port(json_t *list, unsigned port)
{
	json_t *listener;
	size_t i;

	json_array_foreach(json_object_get(list, "listeners"), i, listener)
		if (json_integer_value(json_object_get(listener, "port")) == port)
			return listener;
	return NULL;
}

/* Exactly the marks of `marks` (words by blanks)? */
static bool has_marks(json_t *row, const char *marks)
{
	size_t count = 0;
	char mark[16];

	for (int length; sscanf(marks, " %15s%n", mark, &length) == 1; marks += length, count++)
		if (!scene_has_mark(row, mark))
			return false;
	return json_array_size(json_object_get(row, "marks")) == count;
}

/* The row of a trouble: certainly of that process, which serves, with these marks and no others. */
static bool is_listed_right(const char *name, unsigned port, pid_t pid, const char *marks)
{
	json_t *list = scene_list("list --json --all", NULL), *row = find_port(list, port);
	json_t *owner = json_object_get(row, "owner"), *holder = json_array_get(json_object_get(row,
												"holders"),
													0);
	const char *certainty = json_string_value(json_object_get(owner, "certainty"));
	const char *role = json_string_value(json_object_get(holder, "role"));
	bool is_equal = row && !strcmp(certainty, "certain") && role && !strcmp(role, "server") &&
			json_integer_value(json_object_get(owner, "pid")) == pid && has_marks(row, marks);

	if (!is_equal) {
		char *text = row ? json_dumps(row, 0) : NULL;

		printf("%s: no row of %d as a server with the marks \"%s\": %s\n", name, (int)pid, marks,
		       text ? text : "no row at all");
		free(text);
	}
	json_decref(list);
	return is_equal;
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

	if (pid < 0) {
		truth_not_made(cases[i].truth, "not permitted, or not in this kernel");
		return true;
	}
	put_port(arguments, sizeof arguments, cases[i].arguments, port);
	w->made++;
	is_equal = is_right(w, t->name, arguments, cases[i].first, cases[i].also);
	if (cases[i].marks && !is_listed_right(t->name, port, pid, cases[i].marks))
		is_equal = false;
	trouble_end(t, port, pid);
	if (is_equal)
		truth_made(cases[i].truth);
	return is_equal;
}

static void each_trouble(void **state)
{
	struct world *w = *state;
	int wrong = 0;

	scene_need(w->is_ready, "no namespace");
	scene_need(w->is_root, "not root: the namespace cannot be changed as these need it");
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
		json_t *answer = ask(w, arguments, NULL);
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

	scene_need(w->is_ready, "no namespace");
	check_localhost(w);
}

/* Whatever /etc/hosts says: both families, one of them. */
static void localhost_follows_hosts(void **state)
{
	static const char *const hosts[] = {
		"127.0.0.1 localhost\n::1 localhost\n", "::1 localhost\n", "127.0.0.1 localhost\n",
	};
	struct world *w = *state;

	scene_need(w->is_ready && w->is_root && !unshare(CLONE_NEWNS) &&
		     !mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL),
	     "not root: cannot mount");
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		scene_need(replace_hosts(hosts[i]), "/etc/hosts cannot be replaced");
		check_localhost(w);
	}
}

/* The first answer under a policy that forbids what is asked for. */
static void under_policies(void **state)
{
	static const struct {
		const char *what, *arguments, *first;
		void (*prepare)(void);
	} policies[] = {
		{ "Landlock, bind", "31000", "denied_by_policy", policy_landlock_bind },
		{ "Landlock, connect", "--connect 31010", "route_blocked", policy_landlock_connect },
		{ "control group, bind", "31000", "denied_by_policy", policy_cgroup_bind },
		{ "control group, connect", "--connect 31010", "connect_denied", policy_cgroup_connect },
	};
	static const char *const names[] = { "listen_v4", NULL };
	struct world *w = *state;
	struct scene scene = { 0 };

	scene_need(w->is_ready && w->is_root, "not root: no control group can be made");
	scene_add(&scene, names, 31010, NULL);
	for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
		char line[64];
		struct run r;

		snprintf(line, sizeof line, "why --json %s", policies[i].arguments);
		r = run_lotop(line, policies[i].prepare);
		w->total++;
		if (r.status == CANNOT_DEPRIVE) {
			truth_not_made("49", policies[i].what);
			run_done(&r);
			continue;
		}
		run_done(&r);
		json_t *answer = ask(w, policies[i].arguments, policies[i].prepare);
		if (strcmp(scene_answer(answer), policies[i].first) != 0)
			fail_msg("%s: %s instead of %s", policies[i].what, scene_answer(answer),
				 policies[i].first);
		json_decref(answer);
		w->made++;
		truth_made("49");
	}
	policy_remove_all();
	scene_end(&scene);
}

/* A socket under a waiting accept: alone, for any unread message would be as likely. */
static void under_an_accept(void **state)
{
	static const char *const names[] = { "io_uring_accept", NULL };
	struct world *w = *state;
	struct scene scene = { 0 };

	scene_need(w->is_ready && w->is_root, "not root: other rings are hidden");
	scene_add(&scene, names, 32000, NULL);
	w->total++;
	if (!scene.situations[0].made) {
		truth_not_made("37", scene.situations[0].reason);
	} else {
		char *text;
		json_t *answer = ask(w, "32000", NULL);

		text = json_dumps(answer, 0);
		if (strcmp(scene_answer(answer), "io_uring_accept") != 0 || !strstr(text, "helper_socket"))
			fail_msg("%s", text);
		free(text);
		json_decref(answer);
		w->made++;
		truth_made("37");
	}
	scene_end(&scene);
}

/* As an ordinary user: refused ports below 1024, owners that may not be seen, or are known by their unit
 * only. */
static void as_an_ordinary_user(void **state)
{
	static const struct {
		const char *arguments, *first, *truth;
		void (*prepare)(void);
	} user_cases[] = {
		{ "81", "privileged_port", "48", run_as_nobody },
		{ "27000", "hidden_owner", "41", run_as_nobody },
		{ "27010", "hidden_owner", "42", run_as_nobody },
		{ "27020", "inferred_owner", "41", run_as_nobody },
		{ "27000", "hidden_owner", "43", deprive_by_hidepid_2 },
		{ "27000", "hidden_owner", "43", deprive_by_pid_namespace },
	};
	static const char *const plain[] = { "listen_v4", NULL }, *const guarded[] = { "undumpable", NULL };
	struct world *w = *state;
	struct scene scene = { 0 };
	int wrong = 0;

	scene_need(w->is_ready && w->is_root, "not root: nobody else to be");
	scene_add(&scene, plain, 27000, NULL);
	scene_add(&scene, guarded, 27010, run_as_nobody);
	scene_add(&scene, plain, 27020, enter_unit);
	for (size_t i = 0; i < sizeof user_cases / sizeof *user_cases; i++) {
		json_t *answer = ask(w, user_cases[i].arguments, user_cases[i].prepare);

		w->total++;
		w->made++;
		if (strcmp(scene_answer(answer), user_cases[i].first) != 0) {
			printf("why %s as another: %s\n", user_cases[i].arguments, json_dumps(answer, 0));
			wrong++;
		} else {
			truth_made(user_cases[i].truth);
		}
		json_decref(answer);
	}
	scene_end(&scene);
	policy_remove(unit);
	assert_int_equal(wrong, 0);
}

/* A deed is not done where lotop shall only look: nothing is bound, and no connection asked for. */
static void nothing_is_tried_where_it_shall_not(void **state)
{
	static const char *const names[] = { "listen_v4", NULL };
	struct world *w = *state;
	struct scene scene = { 0 };
	char *text;

	scene_need(w->is_ready, "no namespace");
	scene_add(&scene, names, 33000, NULL);
	json_t *answer = ask(w, "--read-only 33000", NULL);
	text = json_dumps(answer, 0);
	assert_string_equal(scene_answer(answer), "v4_loopback");
	assert_null(strstr(text, "tried to bind"));
	assert_non_null(strstr(text, "read-only"));
	free(text);
	json_decref(answer);
	struct run r = run_lotop("why --read-only --connect 33000", NULL);
	assert_int_equal(r.status, 2);
	run_done(&r);
	scene_end(&scene);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)
enum { ANSWER_MS = 2000 };                   /* clang: perhaps with a sanitizer */
#else
enum { ANSWER_MS = 100 };
#endif
enum { USUAL_DESCRIPTORS = 6000, PATH_BYTES = 300 };

/* The size of a directory of descriptors is their number (Linux 6.2). */
static int count_descriptors(void)
{
	DIR *proc = opendir("/proc");
	char path[PATH_BYTES];
	struct dirent *entry;
	struct stat table;
	int count = 0;

	while (proc && (entry = readdir(proc))) {
		snprintf(path, sizeof path, "/proc/%s/fd", entry->d_name);
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && !stat(path, &table))
			count += (int)table.st_size;
	}
	if (proc)
		closedir(proc);
	return count;
}

/* By the processor's time, for what a busy machine does meanwhile is not lotop's; and by everybody's
 * descriptors, which a search has to look at. */
static int how_long(void **state)
{
	struct world *w = *state;
	int count = count_descriptors();
	int limit_ms = count > USUAL_DESCRIPTORS ? ANSWER_MS * count / USUAL_DESCRIPTORS : ANSWER_MS;

	printf("answers checked: %d of %d; the slowest without --connect: %d ms, of the processor %d ms "
	       "(%s; limit %d ms, among %d descriptors)\n",
	       w->made, w->total, (int)w->slowest_ms, (int)w->dearest_ms, w->dearest, limit_ms, count);
	return w->dearest_ms > limit_ms;
}

int main(void)
{
	struct world world = { .is_root = !geteuid() };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(each_trouble, &world),
		cmocka_unit_test_prestate(under_policies, &world),
		cmocka_unit_test_prestate(under_an_accept, &world),
		cmocka_unit_test_prestate(as_an_ordinary_user, &world),
		cmocka_unit_test_prestate(nothing_is_tried_where_it_shall_not, &world),
		cmocka_unit_test_prestate(localhost_is_what_connect_reaches, &world),
		cmocka_unit_test_prestate_setup_teardown(localhost_follows_hosts, NULL, how_long, &world),
	};

	world.is_ready = scene_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
