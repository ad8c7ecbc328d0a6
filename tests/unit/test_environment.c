/* What a scan keeps of a process's environment: the few names that tell its terminal, where it has one,
 * and never anything else. */
#include "machine.h"
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include "model/terminal.h"

enum { PORT = 3000, FILLER = 100 * 1000 };

static char *const environment[] = {
	"SECRET=hunter2", "TMUX=/tmp/tmux-1000/work,4242,0", "TMUX_PANE=%7", "TERM_PROGRAM=vscode",
	"AWS_SECRET_KEY=x", NULL
};

/* `sleep`, holding a listener, with or without a terminal. */
static pid_t start(bool has_terminal, char *const environ_of[], int *listener)
{
	char *const argv[] = {"sleep", "60", NULL};
	int terminal = -1;
	pid_t pid;

	*listener = make_listener("127.0.0.1", PORT);
	fcntl(*listener, F_SETFD, 0);
	pid = has_terminal ? forkpty(&terminal, NULL, NULL, NULL) : fork();
	must(pid);
	if (pid == 0) {
		if (!has_terminal)
			setsid();
		execve("/bin/sleep", argv, environ_of);
		_exit(127);
	}
	usleep(100 * 1000);
	return pid;
}

static bool contains(struct slice text, const char *part)
{
	return memmem(text.ptr ? text.ptr : "", text.len, part, strlen(part));
}

static struct terminal seen(pid_t pid, struct slice *raw, struct facts *f)
{
	struct platform *p = machine_open();
	struct terminal t;

	machine_scan(p, &everything, f);
	*raw = find_process(f, pid)->environment;
	terminal_parse(*raw, &t);
	platform_free(p);
	return t;
}

static void finish(pid_t pid, int listener, struct facts *f)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(listener);
	facts_free(f);
}

static void told_with_a_terminal(void **state)
{
	struct facts *f = facts_new();
	struct slice raw;
	struct terminal t;
	int listener;
	pid_t pid = start(true, environment, &listener);

	(void)state;
	t = seen(pid, &raw, f);
	assert_true(slice_is(t.pane, "%7") && slice_is(t.server, "work") && slice_is(t.program, "vscode"));
	assert_false(contains(raw, "SECRET") || contains(raw, "hunter2"));
	assert_true(find_process(f, pid)->tty.len > 0);
	finish(pid, listener, f);
}

static void nothing_without_one(void **state)
{
	struct facts *f = facts_new();
	struct slice raw;
	int listener;
	pid_t pid = start(false, environment, &listener);

	(void)state;
	seen(pid, &raw, f);
	assert_int_equal(raw.len, 0);
	finish(pid, listener, f);
}

/* More than is ever read: what stands behind is not known, and nothing breaks. */
static void a_large_one_is_cut(void **state)
{
	char *filler = malloc(FILLER);
	char *large[] = {"TMUX_PANE=%1", filler, "TERM_PROGRAM=vscode", NULL};
	struct facts *f = facts_new();
	struct slice raw;
	struct terminal t;
	int listener;
	pid_t pid;

	(void)state;
	memset(filler, 'x', FILLER - 1);
	filler[FILLER - 1] = 0;
	pid = start(true, large, &listener);
	t = seen(pid, &raw, f);
	assert_true(slice_is(t.pane, "%1"));
	assert_int_equal(t.program.len, 0);
	finish(pid, listener, f);
	free(filler);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(told_with_a_terminal),
		cmocka_unit_test(nothing_without_one),
		cmocka_unit_test(a_large_one_is_cut),
	};

	if (!machine_enter())
		return SKIPPED;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
