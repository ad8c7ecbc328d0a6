/* The scopes of the kill dialog on a real family: npm, sh and node in a process group of their own, and below node a
 * tool in another group, with a port of its own. Who was chosen ends, who was not lives. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "../live/process.h"
#include "../live/scene.h"
#include "../live/sockets.h"
#include "replay.h"

enum { PORT = 26000, BACKLOG = 8, PATIENCE = 500 };
enum member { NPM, SH, NODE, TOOL, LATE, MEMBERS };

static const char *const names[MEMBERS] = { "npm", "sh", "node", "tool", "late" };

struct family {                          /* in memory that all of them share */
	volatile pid_t pids[MEMBERS];
	volatile bool is_ready[MEMBERS];
	int hold[2];                     /* who reads from it ends with the test, however that ends */
};

struct world {
	bool may_enter;
	struct family *family;
	struct term *term;
};

static void start(struct family *f, enum member who);

static void nothing(int signal)
{
	(void)signal;
}

/* Until the test ends. USR1 makes sh start one more. */
static _Noreturn void live(struct family *f, enum member who)
{
	struct pollfd end = { f->hold[0], POLLIN, 0 };

	f->is_ready[who] = true;
	while (poll(&end, 1, -1) < 0 && errno == EINTR)
		if (who == SH && !f->pids[LATE])
			start(f, LATE);
	_exit(0);
}

/* Each starts the next one before it listens: nobody inherits a socket. */
static _Noreturn void be(struct family *f, enum member who)
{
	static const struct sigaction wake = { .sa_handler = nothing };

	prctl(PR_SET_NAME, names[who]);
	close(f->hold[1]);
	if (who == NPM || who == TOOL)
		setpgid(0, 0);
	if (who == SH)
		sigaction(SIGUSR1, &wake, NULL);
	if (who < TOOL)
		start(f, who + 1);
	if (who == NODE || who == TOOL)
		socket_listening("127.0.0.1", PORT + (who == TOOL), 0, BACKLOG);
	live(f, who);
}

static void start(struct family *f, enum member who)
{
	pid_t pid = fork();

	if (!pid)
		be(f, who);
	f->pids[who] = pid;
}

static void await_ready(const struct family *f, enum member who)
{
	for (int tries = 0; tries < PATIENCE && !f->is_ready[who]; tries++)
		poll(NULL, 0, 10);
	assert_true(f->is_ready[who]);
}

static bool ends(const struct family *f, enum member who)
{
	for (int tries = 0; tries < PATIENCE && process_is_alive(f->pids[who]); tries++)
		poll(NULL, 0, 10);
	return !process_is_alive(f->pids[who]);
}

static void assert_living(const struct family *f, const char *who)
{
	for (enum member m = 0; m < LATE; m++)
		if (process_is_alive(f->pids[m]) != (strstr(who, names[m]) != NULL))
			fail_msg("%s %d is %s, not: %s", names[m], f->pids[m],
				 process_is_alive(f->pids[m]) ? "alive" : "dead", who);
}

static struct term *begin(struct world *w, int rows, int cols)
{
	struct family *f;

	if (!w->may_enter)
		skip();
	f = mmap(NULL, sizeof *f, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(f != MAP_FAILED && pipe(f->hold) == 0);
	w->family = f;
	start(f, NPM);
	for (enum member m = NPM; m <= TOOL; m++)
		await_ready(f, m);
	w->term = term_lotop(rows, cols, "-i 0.2", NULL);
	assert_true(term_await(w->term, "26000 127.0.0.1"));
	term_type(w->term, "/port:26000" KEY_ENTER);
	assert_true(term_await_gone(w->term, "26001"));
	return w->term;
}

/* Orphans of the family come to this process; nothing of it stays. */
static int end(void **state)
{
	struct world *w = *state;

	term_free(w->term);
	w->term = NULL;
	if (!w->family)
		return 0;
	close(w->family->hold[0]);
	close(w->family->hold[1]);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		continue;
	munmap(w->family, sizeof *w->family);
	w->family = NULL;
	return 0;
}

static bool shows(struct term *t, const char *text)
{
	return strstr(vscreen_text(term_screen(t)), text) != NULL;
}

static void assert_lists(struct term *t, const struct family *f, enum member first, enum member last)
{
	char pid[16];

	for (enum member m = first; m <= last; m++) {
		snprintf(pid, sizeof pid, " %d", (int)f->pids[m]);
		assert_true(shows(t, pid));
	}
}

/* The dialog is open and somebody else than the process alone is chosen: they are listed, nobody was signalled. */
static void choose(struct term *t, const struct family *f, const char *key, const char *steps, const char *chosen)
{
	term_type(t, key);
	assert_true(term_await(t, "Enter send"));
	term_settle(t);
	assert_true(shows(t, *key == 'k' ? "> TERM" : "> KILL"));
	term_type(t, steps);
	assert_true(term_await(t, chosen));
	term_settle(t);
	term_type(t, KEY_ENTER);
	assert_true(term_await(t, "y really send"));
	term_settle(t);
	assert_living(f, "npm sh node tool");
}

static void test_the_process_alone(void **state)
{
	struct world *w = *state;
	struct term *t = begin(w, 24, 80);

	term_type(t, "k");
	assert_true(term_await(t, "group TERM to group"));
	assert_true(term_await(t, "tree  TERM to it and 1 below it"));
	term_settle(t);
	term_type(t, KEY_ENTER);
	assert_true(term_await(t, "port 26000 is free"));
	assert_false(shows(t, "more exited"));
	assert_true(ends(w->family, NODE));
	assert_living(w->family, "npm sh tool");
}

static void test_its_group(void **state)
{
	struct world *w = *state;
	struct term *t = begin(w, 24, 80);

	choose(t, w->family, "k", KEY_BACK_TAB, "> group");
	assert_lists(t, w->family, NPM, NODE);
	assert_true(shows(t, "TERM to 3 processes, group"));
	term_type(t, "y");
	assert_true(term_await(t, " and 2 more exited after"));
	assert_true(shows(t, "port 26000 is free"));
	assert_living(w->family, "tool");
}

static void test_those_below(void **state)
{
	struct world *w = *state;
	struct term *t = begin(w, 40, 140);

	choose(t, w->family, "K", KEY_TAB, "> tree");
	assert_lists(t, w->family, NODE, TOOL);
	assert_true(shows(t, "KILL to 2 processes, it and 1 below it"));
	assert_true(shows(t, "they also hold 127.0.0.1:26001"));
	term_type(t, "y");
	assert_true(term_await(t, " and 1 more exited after"));
	assert_living(w->family, "npm sh");
}

static void test_no_is_no(void **state)
{
	struct world *w = *state;
	struct term *t = begin(w, 8, 40);

	choose(t, w->family, "k", KEY_BACK_TAB, "> group");
	assert_lists(t, w->family, NPM, NODE);
	term_type(t, KEY_ENTER);
	term_settle(t);
	assert_true(shows(t, "y really send TERM   Esc cancel"));
	term_type(t, "n");
	assert_true(term_await_gone(t, "really send"));
	assert_living(w->family, "npm sh node tool");
}

/* Who came between the list and the yes was not shown. */
static void test_somebody_joins(void **state)
{
	struct world *w = *state;
	struct term *t = begin(w, 24, 120);

	choose(t, w->family, "k", KEY_BACK_TAB, "> group");
	assert_int_equal(kill(w->family->pids[SH], SIGUSR1), 0);
	await_ready(w->family, LATE);
	term_type(t, "y");
	assert_true(term_await(t, "nothing was sent: another process has joined"));
	assert_living(w->family, "npm sh node tool");
	assert_true(process_is_alive(w->family->pids[LATE]));
}

/* Who left before the yes does not matter; who does not end is told. */
static void test_one_is_stopped(void **state)
{
	struct world *w = *state;
	struct term *t = begin(w, 24, 120);

	choose(t, w->family, "k", KEY_BACK_TAB, "> group");
	assert_int_equal(kill(w->family->pids[NPM], SIGSTOP), 0);
	term_type(t, "y");
	assert_true(term_await(t, "npm "));
	while (!shows(t, "is still running; "))
		assert_true(term_pump(t, 5000));
	assert_true(ends(w->family, NODE) && ends(w->family, SH));
	assert_living(w->family, "npm tool");
	kill(w->family->pids[NPM], SIGCONT);
	assert_true(ends(w->family, NPM));
}

int main(void)
{
	struct world world = { .may_enter = scene_enter() };
	const struct CMUnitTest tests[] = {
		{ "the_process_alone", test_the_process_alone, NULL, end, &world },
		{ "its_group", test_its_group, NULL, end, &world },
		{ "those_below", test_those_below, NULL, end, &world },
		{ "no_is_no", test_no_is_no, NULL, end, &world },
		{ "somebody_joins", test_somebody_joins, NULL, end, &world },
		{ "one_is_stopped", test_one_is_stopped, NULL, end, &world },
	};

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	return cmocka_run_group_tests_name("kill_scope", tests, NULL, NULL);
}
