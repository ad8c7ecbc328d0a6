/* Servers that are gone, and what they have left behind: each a real process that inherited the
 * listening socket by exec and does one thing or another. Who serves must not be called leaked, whatever
 * it does at the moment; who surely does not is, in the list and in the answer of why, and can be ended
 * for the port. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <netinet/in.h>
#include <cmocka.h>
#include "collector/scan.h"
#include "process.h"
#include "run.h"
#include "scene.h"
#include "sockets.h"

enum { BACKLOG = 8, LONG_S = 1000, TRIES = 500, LONG_TRIES = 3000, TRY_MS = 20, LOOKS = 20, NUMBER_BYTES = 12,
       ARGUMENT_BYTES = 48, ROLES_BYTES = 64, COPY_BYTES = 1 << 24 };

static void sleeps(int fd)
{
	(void)fd;
	sleep(LONG_S);
}

static void pauses(int fd)
{
	(void)fd;
	pause();
}

static void reads(int fd)
{
	int ends[2];
	char byte;

	(void)fd;
	_exit(pipe(ends) || read(ends[0], &byte, 1) != 1);
}

static void waits_for_a_child(int fd)
{
	pid_t child = fork();

	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pauses(fd);
	}
	waitpid(child, NULL, 0);
}

static void polls_nothing(int fd)
{
	(void)fd;
	poll(NULL, 0, LONG_S * 1000);
}

static void waits_for_events_on(int fd)
{
	struct epoll_event event = { .events = EPOLLIN };
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
	epoll_wait(epoll, &event, 1, -1);
}

static void waits_for_other_events(int fd)
{
	int ends[2];

	fcntl(fd, F_SETFD, FD_CLOEXEC);      /* as Node does with all that it finds */
	if (!pipe(ends))
		waits_for_events_on(ends[0]);
}

static void accepts(int fd)
{
	for (;;)
		close(accept(fd, NULL, NULL));
}

static void *accept_in_thread(void *fd)
{
	accepts(*(int *)fd);
	return NULL;
}

static void accepts_in_a_thread(int fd)
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, accept_in_thread, &fd))
		sleeps(fd);
}

static void polls(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLIN };

	poll(&one, 1, -1);
}

static void selects(int fd)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	select(fd + 1, &set, NULL, NULL, NULL);
}

static void is_busy(int fd)
{
	(void)fd;
	for (volatile unsigned i = 0;; i++)
		continue;
}

static void is_stopped(int fd)
{
	raise(SIGSTOP);
	pauses(fd);
}

/* In the midst of a request. */
static void has_a_client(int fd)
{
	struct sockaddr_in at;
	socklen_t len = sizeof at;
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (!getsockname(fd, (struct sockaddr *)&at, &len) && !connect(client, (struct sockaddr *)&at, len) &&
	    accept(fd, NULL, NULL) >= 0)
		sleeps(fd);
}

static void does_not_block(int fd)
{
	fcntl(fd, F_SETFL, O_NONBLOCK);
	for (;;) {
		close(accept(fd, NULL, NULL));
		poll(NULL, 0, LONG_S);
	}
}

static void is_a_master(int fd)
{
	pid_t worker = fork();

	if (!worker) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		accepts(fd);
	}
	waitpid(worker, NULL, 0);
}

static void is_for_itself(int fd)
{
	setsid();
	pauses(fd);
}

static const struct heir {
	const char *name;
	void (*does)(int fd);
	const char *roles;
	char state;                  /* that it comes to */
} heirs[] = {
	{ "sleeps", sleeps, "leaked", 'S' },
	{ "pauses", pauses, "leaked", 'S' },
	{ "reads", reads, "leaked", 'S' },
	{ "waits_for_a_child", waits_for_a_child, "leaked leaked", 'S' },
	{ "polls_nothing", polls_nothing, "leaked", 'S' },
	{ "waits_for_other_events", waits_for_other_events, "leaked", 'S' },

	{ "accepts", accepts, "server", 'S' },
	{ "accepts_in_a_thread", accepts_in_a_thread, "server", 'S' },
	{ "polls", polls, "server", 'S' },
	{ "selects", selects, "server", 'S' },
	{ "waits_for_events", waits_for_events_on, "server", 'S' },
	{ "is_busy", is_busy, "server", 'R' },
	{ "is_stopped", is_stopped, "server", 'T' },
	{ "has_a_client", has_a_client, "server", 'S' },
	{ "does_not_block", does_not_block, "server", 'S' },
	{ "is_a_master", is_a_master, "server worker", 'S' },
	{ "is_for_itself", is_for_itself, "server", 'S' },
};

enum { HEIRS = sizeof heirs / sizeof *heirs };

/* What heirs are taken for while their servers live, and after. */
static const struct fate {
	void (*does)(int fd);
	uint8_t after;
} fates[] = {
	{ sleeps, ROLE_LEAKED }, { is_for_itself, ROLE_LEAKED }, { is_busy, ROLE_LEAKED },
	{ accepts, ROLE_SERVER }, { polls, ROLE_SERVER },
};

enum { FATES = sizeof fates / sizeof *fates, FATES_PORT = SCENE_FIRST_PORT + 100 };

struct pair {                    /* a server, and what it has started */
	pid_t server, heir;          /* 0 = not started, or ended */
};

struct world {
	struct pair pairs[HEIRS];
	struct pair kept[FATES];     /* whose servers end while somebody looks */
	int program;                 /* what the heirs run: a copy of this one, so that it is another one */
	bool is_ready;
};

static unsigned port_of(int index)
{
	return SCENE_FIRST_PORT + (unsigned)index;
}

static int copy_of_this_program(void)
{
	int copy = memfd_create("heir", MFD_CLOEXEC), from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	while (sendfile(copy, from, NULL, COPY_BYTES) > 0)
		continue;
	close(from);
	return copy;
}

/* Opens the socket, and starts the heir: that has its end of `told` closed by exec. */
static _Noreturn void serve(int program, int index, unsigned port, int told)
{
	char how[NUMBER_BYTES], number[NUMBER_BYTES], *const words[] = { "heir", how, number, NULL };
	int fd = socket_listening("127.0.0.1", (uint16_t)port, 0, BACKLOG);
	pid_t heir;

	setsid();
	fcntl(fd, F_SETFD, 0);
	snprintf(how, sizeof how, "%d", index);
	snprintf(number, sizeof number, "%d", fd);
	heir = fork();
	if (!heir) {
		fexecve(program, words, environ);
		_exit(127);
	}
	if (write(told, &heir, sizeof heir) != sizeof heir)
		_exit(1);
	close(told);
	accepts(fd);
	_exit(1);
}

static struct pair start(int program, int index, unsigned port)
{
	struct pair p = { .heir = 0 };
	int ends[2];
	char byte;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	p.server = fork();
	if (!p.server) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(program, index, port, ends[1]);
	}
	close(ends[1]);
	if (read(ends[0], &p.heir, sizeof p.heir) != sizeof p.heir)
		p.heir = 0;
	while (read(ends[0], &byte, 1) > 0)              /* until it runs its own program */
		continue;
	close(ends[0]);
	return p;
}

static void end(pid_t *pid)
{
	if (!*pid)
		return;
	kill(*pid, SIGKILL);
	waitpid(*pid, NULL, 0);
	*pid = 0;
}

static bool comes_to(pid_t pid, char state)
{
	for (int tries = 0; tries < TRIES && process_state(pid) != state; tries++)
		poll(NULL, 0, TRY_MS);
	return process_state(pid) == state;
}

static void make_world(struct world *w)
{
	if (access("/proc/self/syscall", R_OK) || !scene_enter())
		return;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	w->program = copy_of_this_program();
	w->is_ready = true;
	for (int i = 0; i < HEIRS; i++) {
		w->pairs[i] = start(w->program, i, port_of(i));
		end(&w->pairs[i].server);
		w->is_ready &= w->pairs[i].heir && comes_to(w->pairs[i].heir, heirs[i].state);
	}
}

static void end_world(struct world *w)
{
	for (int i = 0; i < HEIRS; i++)
		end(&w->pairs[i].heir);
	for (int i = 0; i < FATES; i++) {
		end(&w->kept[i].server);
		end(&w->kept[i].heir);
	}
}

static json_t *find_row(json_t *list, int index)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(list, "listeners"), i, row)
		if (scene_number(row, "port") == (int)port_of(index))
			return row;
	fail_msg("%s: no row", heirs[index].name);
	return NULL;
}

static void add_roles(json_t *row, char out[ROLES_BYTES])
{
	json_t *holder;
	size_t i;

	*out = '\0';
	json_array_foreach(json_object_get(row, "holders"), i, holder)
		snprintf(out + strlen(out), ROLES_BYTES - strlen(out), "%s%s", i ? " " : "",
			 scene_text(holder, "role"));
}

static bool says_that_nobody_serves(json_t *row)
{
	return strstr(scene_text(json_object_get(row, "owner"), "reason"), "nobody serves it");
}

/* A program that has just started runs for a moment before it waits: it is not judged then. Who serves
 * is never said to be leaked. */
static const char *check_list(json_t *list)
{
	const char *unlike = NULL;

	for (int i = 0; i < HEIRS; i++) {
		json_t *row = find_row(list, i);
		bool is_left = strstr(heirs[i].roles, "server") == NULL;
		char roles[ROLES_BYTES];

		add_roles(row, roles);
		if (!is_left && strcmp(roles, heirs[i].roles) != 0)
			fail_msg("%s: %s instead of %s", heirs[i].name, roles, heirs[i].roles);
		if (strcmp(roles, heirs[i].roles) != 0) {
			unlike = heirs[i].name;
			continue;
		}
		assert_int_equal(scene_has_mark(row, "inherited"), is_left);
		assert_false(scene_has_mark(row, "leaked"));
		assert_int_equal(says_that_nobody_serves(row), is_left);
	}
	return unlike;
}

static void the_list_tells_them_apart(void **state)
{
	const struct world *w = *state;
	const char *unlike = "";

	scene_need(w->is_ready, "no namespace, or what threads wait for cannot be read");
	for (int looks = 0; unlike && looks < LOOKS; looks++) {
		json_t *list = scene_list("list --json --all", NULL);

		unlike = check_list(list);
		json_decref(list);
		poll(NULL, 0, unlike ? TRY_MS : 0);
	}
	if (unlike)
		fail_msg("%s is not said to be leaked", unlike);
}

static void why_says_what_it_does_instead(void **state)
{
	const struct world *w = *state;
	char arguments[ARGUMENT_BYTES];

	scene_need(w->is_ready, "no namespace, or what threads wait for cannot be read");
	for (int i = 0; i < HEIRS; i++) {
		bool is_left = strstr(heirs[i].roles, "server") == NULL;
		json_t *why;

		snprintf(arguments, sizeof arguments, "why --json %u", port_of(i));
		why = scene_why(arguments, NULL);
		if (is_left != !strcmp(scene_answer(why), "leaked"))
			fail_msg("%s: %s", heirs[i].name, scene_answer(why));
		json_decref(why);
	}
	snprintf(arguments, sizeof arguments, "why %u", port_of(0));
	struct run r = run_lotop(arguments, NULL);
	if (!strstr(r.output, "nobody serves 127.0.0.1:20000: ") || !strstr(r.output, " sleeps (") ||
	    !strstr(r.output, "no thread of it waits for connections"))
		fail_msg("%s", r.output);
	run_done(&r);
}

/* It is certain who has it: that can be ended. */
static void killing_it_frees_the_port(void **state)
{
	struct world *w = *state;
	char arguments[ARGUMENT_BYTES];

	scene_need(w->is_ready, "no namespace, or what threads wait for cannot be read");
	snprintf(arguments, sizeof arguments, "kill --yes %u", port_of(0));
	struct run r = run_lotop(arguments, NULL);
	if (r.status)
		fail_msg("%d: %s%s", r.status, r.output, r.errors);
	run_done(&r);
	end(&w->pairs[0].heir);
	assert_int_equal(scene_count_listeners(port_of(0)), 0);
}

static const struct snapshot *scan(struct scan *s, const struct snapshot *before)
{
	const struct scan_request request = { .owners = true };
	const struct snapshot *found = NULL;
	int result;

	assert_int_equal(scan_begin(s, &request), 0);
	while ((result = scan_step(s, before, &found)) == 1)
		continue;
	assert_int_equal(result, 0);
	return found;
}

static const struct listener *row_at(const struct snapshot *s, unsigned port)
{
	for (size_t i = 0; i < s->listener_count; i++)
		if (s->listeners[i].key.endpoint.port == port)
			return &s->listeners[i];
	fail_msg("no row at %u", port);
	return NULL;
}

static int index_of(void (*does)(int fd))
{
	int index = 0;

	while (heirs[index].does != does)
		index++;
	return index;
}

/* True when all are as they should be. Nobody who was leaked is a server again that does not serve. */
static bool check_fates(const struct snapshot *s)
{
	bool are_all = true;

	for (unsigned i = 0; i < FATES; i++) {
		const struct listener *row = row_at(s, FATES_PORT + i);
		uint8_t role = row->holders[0].role;

		assert_int_equal(row->holder_count, 1);
		if (role != fates[i].after && fates[i].after == ROLE_LEAKED)
			fail_msg("%s became a server", heirs[index_of(fates[i].does)].name);
		are_all &= role == fates[i].after;
	}
	return are_all;
}

static void check_before(const struct snapshot *s)
{
	for (unsigned i = 0; i < FATES; i++) {
		const struct listener *row = row_at(s, FATES_PORT + i);

		assert_int_equal(row->holder_count, 2);
		assert_int_equal(row->holders[0].role + row->holders[1].role, ROLE_SERVER + ROLE_LEAKED);
	}
}

/* Over time: who was leaked while its server lived stays so when that ends, unless it is seen to serve. */
static void a_dashboard_keeps_what_it_knew(void **state)
{
	struct world *w = *state;
	struct scan looks = { 0 };
	const struct snapshot *now, *before;
	bool is_done = false;

	scene_need(w->is_ready, "no namespace, or what threads wait for cannot be read");
	assert_int_equal(platform_linux_new(&looks.platform), 0);
	for (unsigned i = 0; i < FATES; i++)
		w->kept[i] = start(w->program, index_of(fates[i].does), FATES_PORT + i);
	before = scan(&looks, NULL);
	check_before(before);
	for (int i = 0; i < FATES; i++)
		end(&w->kept[i].server);
	for (int tries = 0; tries < LONG_TRIES && !is_done; tries++) {
		now = scan(&looks, before);
		is_done = check_fates(now);
		snapshot_unref(before);
		before = now;
		poll(NULL, 0, TRY_MS);
	}
	assert_true(is_done);
	snapshot_unref(before);
	scan_done(&looks);
	platform_free(looks.platform);
}

int main(int argc, char **argv)
{
	struct world world = { .is_ready = false };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(the_list_tells_them_apart, &world),
		cmocka_unit_test_prestate(why_says_what_it_does_instead, &world),
		cmocka_unit_test_prestate(killing_it_frees_the_port, &world),
		cmocka_unit_test_prestate(a_dashboard_keeps_what_it_knew, &world),
	};
	int failed;

	if (argc == 3) {
		heirs[atoi(argv[1])].does(atoi(argv[2]));
		return 1;
	}
	make_world(&world);
	failed = cmocka_run_group_tests_name("heirs", tests, NULL, NULL);
	end_world(&world);
	return failed;
}
