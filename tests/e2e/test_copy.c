/* What lands in the clipboard: exactly the address or URL, by OSC 52, or by tmux where it runs inside one. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "../live/scene.h"
#include "replay.h"

struct copy_case {
	const char *filter;          /* leaves one row */
	const char *key;
	const char *copied;
};

static const struct copy_case cases[] = {
	{ "port:62893", "c", "127.0.0.1:62893" },
	{ "port:62893", "u", "http://localhost:62893" },
	{ "port:9229", "c", "[::1]:9229" },
	{ "port:9229", "u", "http://[::1]:9229" },
	{ "port:8080", "u", "http://localhost:8080" },
	{ "port:7000 kind:bound", "c", "127.0.0.1:7000" },
};

static struct term *choose(const char *filter, const char *const env[])
{
	struct term *t = replay_start(24, 80, "desk", env);

	term_type(t, "/");
	term_type(t, filter);
	term_type(t, KEY_ENTER);
	term_await_gone(t, "postgres");
	term_settle(t);
	term_forget(t);
	return t;
}

static void test_osc52(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct term *t = choose(cases[i].filter, NULL);
		term_type(t, cases[i].key);
		const char *copied = term_await_clipboard(t);
		assert_non_null(copied);
		assert_string_equal(copied, cases[i].copied);
		assert_true(term_await(t, cases[i].copied));     /* and the status line shows what was sent */
		term_free(t);
	}
}

/* A directory with a `tmux` that keeps its arguments and its input. */
struct fake {
	char directory[64], arguments[96], input[96];
	char path[160], output[160], failing[32];
};

static void write_script(const char *path)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs("#!/bin/sh\necho \"$@\" >\"$FAKE_OUT/arguments\"\ncat >\"$FAKE_OUT/part\"\n"
	      "mv \"$FAKE_OUT/part\" \"$FAKE_OUT/input\"\nexit $FAKE_STATUS\n", file);
	fclose(file);
	chmod(path, 0755);
}

static void fake_begin(struct fake *f, int status)
{
	char script[96];

	strcpy(f->directory, "/tmp/lotop-copy-XXXXXX");
	assert_non_null(mkdtemp(f->directory));
	snprintf(f->arguments, sizeof f->arguments, "%s/arguments", f->directory);
	snprintf(f->input, sizeof f->input, "%s/input", f->directory);
	snprintf(f->path, sizeof f->path, "PATH=%s:/usr/bin:/bin", f->directory);
	snprintf(f->output, sizeof f->output, "FAKE_OUT=%s", f->directory);
	snprintf(f->failing, sizeof f->failing, "FAKE_STATUS=%d", status);
	snprintf(script, sizeof script, "%s/tmux", f->directory);
	write_script(script);
}

static void fake_end(struct fake *f)
{
	char script[96];

	snprintf(script, sizeof script, "%s/tmux", f->directory);
	unlink(script);
	unlink(f->arguments);
	unlink(f->input);
	rmdir(f->directory);
}

/* Waits for the file: the script moves it into place when it is whole. */
static void check_file(const char *path, const char *wanted)
{
	char text[256];

	for (int tries = 0; tries < 200 && access(path, R_OK); tries++)
		poll(NULL, 0, 10);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	size_t length = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	text[length] = '\0';
	assert_string_equal(text, wanted);
}

/* On a real socket: a recording runs no helpers. */
static void test_tmux(void **state)
{
	static const char *const names[] = { "server", NULL };
	struct scene scene = { 0 };
	struct fake f;

	(void)state;
	if (!scene_enter())
		skip();
	scene_add(&scene, names, 24100, NULL);
	fake_begin(&f, 0);
	const char *env[] = { "TMUX=/tmp/tmux-0/default,1,0", f.path, f.output, f.failing, NULL };
	struct term *t = term_lotop(24, 80, "-i 60", env);
	assert_true(term_await(t, "24100 127.0.0.1"));
	term_type(t, "c");
	assert_true(term_await(t, "sent 127.0.0.1:24100"));
	check_file(f.input, "127.0.0.1:24100");
	check_file(f.arguments, "load-buffer -w -\n");
	assert_null(term_clipboard(t));
	term_free(t);
	fake_end(&f);
	scene_end(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_osc52), cmocka_unit_test(test_tmux) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
