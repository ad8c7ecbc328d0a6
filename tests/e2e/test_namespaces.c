/* --all-netns in the dashboard: the same port here and in another network namespace. What is killed is the
 * one that is selected; what would lead here although the row is not from here is refused. */
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "../live/netns.h"
#include "term.h"

enum { PORT = 25000, SKIPPED = 77 };

struct world {
	pid_t here, there;
	unsigned netns;              /* inode, of `there` */
	struct term *term;
};

_Noreturn static void be_server(bool moves_out, int ready)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	signal(SIGTERM, SIG_DFL);
	if (moves_out && netns_enter())
		_exit(1);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, 5) ||
	    write(ready, "x", 1) != 1)
		_exit(2);
	for (;;)
		pause();
}

static pid_t start_server(bool moves_out)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid = fork();
	if (!pid)
		be_server(moves_out, ready[1]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static bool runs(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && !info.si_pid;
}

static int begin(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	char path[64];
	struct stat st;

	*state = w;
	w->here = start_server(false);
	w->there = start_server(true);
	snprintf(path, sizeof path, "/proc/%d/ns/net", (int)w->there);
	if (stat(path, &st))
		return -1;
	w->netns = (unsigned)st.st_ino;
	return 0;
}

static int end(void **state)
{
	struct world *w = *state;

	term_free(w->term);
	kill(w->here, SIGKILL);
	kill(w->there, SIGKILL);
	waitpid(w->here, NULL, 0);
	waitpid(w->there, NULL, 0);
	free(w);
	return 0;
}

/* With the row of the other namespace alone: there may be more of them on this machine than these two. */
static struct term *open_dashboard(struct world *w, int columns)
{
	const char *argv[] = { LOTOP_BINARY, "--all-netns", "-i", "0.2", NULL };
	char text[64];

	w->term = term_start(24, columns, argv, NULL);
	assert_true(term_await(w->term, "in other namespaces"));
	assert_true(term_await(w->term, "25000 127.0.0.1 -"));
	snprintf(text, sizeof text, "/netns:%u" KEY_ENTER, w->netns);
	term_type(w->term, text);
	snprintf(text, sizeof text, "25000 127.0.0.1 netns:%u ", w->netns);
	assert_true(term_await(w->term, text));
	assert_true(term_await_gone(w->term, "25000 127.0.0.1 - "));
	return w->term;
}

static void the_one_that_is_selected_is_killed(void **state)
{
	struct world *w = *state;
	struct term *t = open_dashboard(w, 120);
	char text[64];

	assert_true(term_answers(t, "k", "Enter send"));
	snprintf(text, sizeof text, "127.0.0.1:25000 in netns:%u", w->netns);
	assert_true(vscreen_find(term_screen(t), text) >= 0);
	assert_true(runs(w->there));
	assert_true(term_answers(t, KEY_ENTER, " is free"));
	assert_false(runs(w->there));
	assert_true(runs(w->here));
}

static void what_would_lead_here_is_refused(void **state)
{
	struct world *w = *state;
	struct term *t = open_dashboard(w, 120);

	assert_true(term_await(t, "its loopback is not this one"));
	assert_true(term_answers(t, "o", "no address of another network namespace is reached from here"));
	assert_true(term_answers(t, "u", "this row has no URL"));
	assert_true(term_answers(t, "w", "nothing here reaches it"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_one_that_is_selected_is_killed, begin, end),
		cmocka_unit_test_setup_teardown(what_would_lead_here_is_refused, begin, end),
	};

	if (geteuid() || netns_enter()) {
		printf("skipped: not root, or no private network namespace\n");
		return SKIPPED;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
