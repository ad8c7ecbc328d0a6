/* Three loopbacks in one dashboard: this one, and two network namespaces in which `lotop stream` runs as it would at the
 * other end of ssh. One of them dies, one sends garbage, somebody is killed over there. */
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <jansson.h>
#include "../live/netns.h"
#include "../live/process.h"
#include "../live/run.h"
#include "term.h"

enum { PORT = 25000, LATER_PORT = 25001 };

struct place {                           /* a machine of its own, with one server on it */
	pid_t pid;                       /* of the server; its network namespace is the machine */
	int orders;                      /* write end: a byte makes it listen at LATER_PORT, too */
	char command[256];               /* a --from */
};

struct world {
	struct place blue, green;
	struct term *term;
	char folder[32];
};

static void listen_at(uint16_t port)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, 5))
		_exit(1);
}

_Noreturn static void be_server(int orders, int ready)
{
	char order;

	signal(SIGTERM, SIG_DFL);
	if (netns_enter())
		_exit(2);
	listen_at(PORT);
	if (write(ready, "x", 1) != 1)
		_exit(3);
	while (read(orders, &order, 1) == 1)
		listen_at(LATER_PORT);
	_exit(0);
}

static bool start_place(struct place *p, const char *name)
{
	int orders[2], ready[2];
	char byte;
	bool is_ready;

	assert_int_equal(pipe2(orders, O_CLOEXEC) | pipe2(ready, O_CLOEXEC), 0);
	p->pid = fork();
	if (!p->pid) {
		close(orders[1]);
		be_server(orders[0], ready[1]);
	}
	close(orders[0]);
	close(ready[1]);
	p->orders = orders[1];
	is_ready = read(ready[0], &byte, 1) == 1;
	close(ready[0]);
	snprintf(p->command, sizeof p->command, "%s=nsenter --net=/proc/%d/ns/net '%s' stream -i 0.2", name,
		 (int)p->pid, LOTOP_BINARY);
	return is_ready;
}

static void end_place(struct place *p)
{
	if (p->pid <= 0)
		return;
	close(p->orders);
	kill(p->pid, SIGKILL);
	waitpid(p->pid, NULL, 0);
	p->pid = 0;
}

static bool runs(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && !info.si_pid;
}

static int begin(void **state)
{
	struct world *w = *state;

	snprintf(w->folder, sizeof w->folder, "/tmp/lotop-streams-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	return start_place(&w->blue, "blue") && start_place(&w->green, "green") ? 0 : -1;
}

static int end(void **state)
{
	struct world *w = *state;
	char path[64];

	term_free(w->term);
	w->term = NULL;
	end_place(&w->blue);
	end_place(&w->green);
	snprintf(path, sizeof path, "%s/bad", w->folder);
	unlink(path);
	assert_int_equal(rmdir(w->folder), 0);
	return 0;
}

static struct term *open_dashboard(struct world *w, const char *third)
{
	const char *argv[] = {
		LOTOP_BINARY, "-i", "0.2", "--from", w->blue.command, "--from", w->green.command,
		third ? "--from" : NULL, third, NULL,
	};

	w->term = term_start(24, 120, argv, NULL);
	assert_true(term_await(w->term, "blue   25000 127.0.0.1"));
	assert_true(term_await(w->term, "green  25000 127.0.0.1 LISTEN"));
	return w->term;
}

static bool is_stream_of(pid_t pid, pid_t lotop, pid_t server)
{
	char path[64], own[64] = "", other[64] = "";

	if (process_parent(pid) != lotop)
		return false;
	snprintf(path, sizeof path, "/proc/%d/ns/net", (int)pid);
	if (readlink(path, own, sizeof own - 1) < 0)
		return false;
	snprintf(path, sizeof path, "/proc/%d/ns/net", (int)server);
	return readlink(path, other, sizeof other - 1) > 0 && !strcmp(own, other);
}

/* The program that this dashboard started to look at that machine. */
static pid_t stream_of(struct term *t, const struct place *p)
{
	DIR *proc = opendir("/proc");
	pid_t found = 0;

	for (struct dirent *entry; !found && (entry = readdir(proc));) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (is_stream_of(pid, term_pid(t), p->pid))
			found = pid;
	}
	closedir(proc);
	assert_int_not_equal(found, 0);
	return found;
}

static void one_dies_and_the_other_goes_on(void **state)
{
	struct world *w = *state;
	struct term *t = open_dashboard(w, NULL);
	pid_t stream = stream_of(t, &w->green);

	assert_true(term_await(t, "3 machines"));
	kill(stream, SIGKILL);
	assert_true(term_await(t, "green: nsenter was ended by SIGKILL"));
	assert_true(vscreen_find(term_screen(t), "# green  25000") >= 0);
	assert_true(vscreen_find(term_screen(t), "1 not heard") >= 0);
	assert_int_equal(write(w->blue.orders, "x", 1), 1);
	assert_true(term_await(t, "+ blue   25001 127.0.0.1 LISTEN"));
	/* It has been heard before, so it is tried again by itself. */
	assert_true(term_await_gone(t, "# green  25000"));
	assert_true(stream_of(t, &w->green) != stream);
	assert_true(vscreen_find(term_screen(t), "not heard") < 0);
	stream = stream_of(t, &w->blue);
	term_quit(t, 3000);
	assert_int_equal(kill(stream, 0), -1);   /* nothing that was started is left */
}

static void garbage_is_told_and_harms_nobody(void **state)
{
	struct world *w = *state;
	struct term *t;
	char path[64], command[128];
	FILE *file;

	snprintf(path, sizeof path, "%s/bad", w->folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("{\"lotop_recording\":1}\n{\"wall_ms\":1,\"host\":\"\\u001bm\",\"owners_complete\":true,"
	      "\"sockets\":[{\"local\":[\"tcp\",\"127.0.0.1\",26000],\"state\":\"LISTEN\"}]}\n{\"sockets\":7}\n", file);
	fclose(file);
	snprintf(command, sizeof command, "cat %s", path);
	t = open_dashboard(w, command);
	assert_true(term_await(t, "cat: line 3 is not what lotop stream writes"));
	assert_true(term_await(t, "\\x1bm"));
	assert_true(vscreen_find(term_screen(t), "26000 127.0.0.1") >= 0);
	assert_int_equal(write(w->green.orders, "x", 1), 1);
	assert_true(term_await(t, "+ green"));
}

static void somebody_over_there_is_killed(void **state)
{
	struct world *w = *state;
	struct term *t = open_dashboard(w, NULL);

	term_type(t, "/host:blue" KEY_ENTER);
	assert_true(term_await(t, "filter: host:blue"));
	term_type(t, "k");
	assert_true(term_await(t, "Enter send"));
	assert_true(vscreen_find(term_screen(t), "blue: 127.0.0.1:25000") >= 0);
	assert_true(runs(w->blue.pid));
	term_type(t, KEY_ENTER);
	assert_true(term_await(t, "port 25000 is free"));
	assert_false(runs(w->blue.pid));
	assert_true(runs(w->green.pid));
}

static void read_only_asks_nobody(void **state)
{
	struct world *w = *state;
	const char *argv[] = { LOTOP_BINARY, "--read-only", "-i", "0.2", "--from", w->blue.command, NULL };
	struct term *t = w->term = term_start(24, 120, argv, NULL);

	assert_true(term_await(t, "blue   25000"));
	term_type(t, "/host:blue" KEY_ENTER "k");
	assert_true(term_await(t, "read-only: nothing is signalled"));
	assert_true(runs(w->blue.pid));
}

static void what_would_lead_here_is_refused(void **state)
{
	struct world *w = *state;
	struct term *t = open_dashboard(w, NULL);

	term_type(t, "/host:blue" KEY_ENTER "o");
	assert_true(term_await(t, "another machine's port"));
	term_type(t, "w");
	assert_true(term_await(t, "has to be asked on blue itself"));
}

static json_t *parse(const struct run *r)
{
	json_t *json = json_loads(r->output, 0, NULL);

	assert_non_null(json);
	return json;
}

static void a_list_of_all_tells_what_is_missing(void **state)
{
	struct world *w = *state;
	const char *all[] = {
		LOTOP_BINARY, "list", "--json", "--from", w->blue.command, "--from", w->green.command, "port:25000", NULL,
	};
	const char *missing[] = {
		LOTOP_BINARY, "list", "--from", w->blue.command, "--from", "moon=no-such-program x", "port:25000", NULL,
	};
	struct run r = run_program(all, NULL);
	json_t *json = parse(&r), *rows = json_object_get(json, "listeners");

	assert_int_equal(r.status, 0);
	assert_int_equal(json_array_size(rows), 2);
	assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 0), "host")), "blue");
	assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 1), "host")), "green");
	assert_int_equal(json_array_size(json_object_get(json, "hosts")), 3);
	json_decref(json);
	run_done(&r);
	r = run_program(missing, NULL);
	assert_int_equal(r.status, 3);
	assert_non_null(strstr(r.output, "blue 25000 127.0.0.1"));
	assert_non_null(strstr(r.errors, "lotop: moon: no-such-program: no such program"));
	run_done(&r);
}

/* Nothing in a --from is for a shell. */
static void no_shell_looks_at_the_command(void **state)
{
	struct world *w = *state;
	char command[300], path[64];
	const char *argv[] = { LOTOP_BINARY, "list", "--from", command, NULL };
	struct stat status;
	struct run r;

	snprintf(path, sizeof path, "%s/made", w->folder);
	snprintf(command, sizeof command, "echo x; touch %s & $(touch %s) `touch %s`", path, path, path);
	r = run_program(argv, NULL);
	assert_int_equal(r.status, 3);
	assert_int_equal(stat(path, &status), -1);
	run_done(&r);
	snprintf(command, sizeof command, "ssh 'box");
	r = run_program(argv, NULL);
	assert_int_equal(r.status, 2);
	assert_non_null(strstr(r.errors, "a quote does not end"));
	run_done(&r);
}

/* Whoever has read enough ends it, without a word. */
static void a_stream_ends_with_its_reader(void **state)
{
	static const char *const argv[] = {
		"/bin/sh", "-c", "'" LOTOP_BINARY "' stream -i 0.1 | head -n 2 | wc -l; "
		"('" LOTOP_BINARY "' stream -i 0.1; echo status $? >&2) | head -n 1 >/dev/null", NULL,
	};
	struct run r = run_program(argv, NULL);
	(void)state;

	assert_int_equal(r.status, 0);
	assert_string_equal(r.output, "2\n");
	assert_string_equal(r.errors, "status 0\n");
	run_done(&r);
}

/* By identity: what is there now is not what was seen. */
static void another_process_is_not_hit(void **state)
{
	struct world *w = *state;
	char net[64], identity[64];
	const char *argv[] = {
		"/usr/bin/nsenter", net, LOTOP_BINARY, "kill", "25000", "--identity", identity, "--yes", "--json", NULL,
	};
	const char *list[] = { "/usr/bin/nsenter", net, LOTOP_BINARY, "list", "--json", "port:25000", NULL };
	struct run r;
	json_t *json, *row, *holder;
	long long ticks, cookie;

	snprintf(net, sizeof net, "--net=/proc/%d/ns/net", (int)w->blue.pid);
	r = run_program(list, NULL);
	json = parse(&r);
	row = json_array_get(json_object_get(json, "listeners"), 0);
	holder = json_array_get(json_object_get(row, "holders"), 0);
	ticks = json_integer_value(json_object_get(holder, "start_ticks"));
	cookie = json_integer_value(json_object_get(row, "cookie"));
	assert_int_equal(json_integer_value(json_object_get(holder, "pid")), w->blue.pid);
	json_decref(json);
	run_done(&r);
	for (int wrong = 0; wrong < 3; wrong++) {
		snprintf(identity, sizeof identity, "%d:%lld:%lld", (int)w->blue.pid + (wrong == 0),
			 ticks + (wrong == 1), cookie + (wrong == 2));
		r = run_program(argv, NULL);
		assert_int_equal(r.status, wrong == 2 ? 1 : 4);
		assert_true(runs(w->blue.pid));
		run_done(&r);
	}
	snprintf(identity, sizeof identity, "%d:%lld:%lld", (int)w->blue.pid, ticks, cookie);
	r = run_program(argv, NULL);
	assert_int_equal(r.status, 0);
	assert_false(runs(w->blue.pid));
	run_done(&r);
}

int main(void)
{
	struct world world = { .term = NULL };
	const struct CMUnitTest tests[] = {
		{ "one_dies_and_the_other_goes_on", one_dies_and_the_other_goes_on, begin, end, &world },
		{ "garbage_is_told_and_harms_nobody", garbage_is_told_and_harms_nobody, begin, end, &world },
		{ "somebody_over_there_is_killed", somebody_over_there_is_killed, begin, end, &world },
		{ "read_only_asks_nobody", read_only_asks_nobody, begin, end, &world },
		{ "what_would_lead_here_is_refused", what_would_lead_here_is_refused, begin, end, &world },
		{ "a_list_of_all_tells_what_is_missing", a_list_of_all_tells_what_is_missing, begin, end, &world },
		{ "no_shell_looks_at_the_command", no_shell_looks_at_the_command, begin, end, &world },
		{ "a_stream_ends_with_its_reader", a_stream_ends_with_its_reader, begin, end, &world },
		{ "another_process_is_not_hit", another_process_is_not_hit, begin, end, &world },
	};

	if (netns_enter())
		return 77;
	return cmocka_run_group_tests_name("streams", tests, NULL, NULL);
}
