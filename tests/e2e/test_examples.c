/* Every example of the man page, typed into a terminal as it stands there, on a machine that has what it is
 * about. Programs that are not lotop's are stand-ins. */
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
#include "../live/run.h"
#include "../live/scene.h"
#include "base/buf.h"
#include "term.h"

enum { EXAMPLES_AT_LEAST = 15, INTERRUPTED = 130 };

struct world {
	bool may_enter;
	struct scene scene;
	char folder[64];
	struct buf page;
};

static void write_file(const struct world *w, const char *name, const char *first, const char *text)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", w->folder, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "%s\n%s\n", first, text);
	fclose(file);
	assert_int_equal(chmod(path, 0755), 0);
}

static void write_program(const struct world *w, const char *name, const char *text)
{
	write_file(w, name, "#!/bin/sh", text);
}

static void read_page(struct world *w)
{
	FILE *file = fopen(LOTOP_SOURCE_DIR "/man/lotop.1", "r");
	char bytes[4096];
	size_t count;

	assert_non_null(file);
	while ((count = fread(bytes, 1, sizeof bytes, file)) > 0)
		buf_add(&w->page, bytes, count);
	fclose(file);
}

static void add(struct world *w, const char *name, unsigned port)
{
	const char *const names[] = { name, NULL };

	scene_add(&w->scene, names, port, NULL);
}

static int prepare(void **state)
{
	struct world *w = *state;

	if (!w->may_enter)
		return 0;
	strcpy(w->folder, "/tmp/lotop-examples-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	write_program(w, "lotop", "exec " LOTOP_BINARY " \"$@\"");
	write_program(w, "sudo", "exec \"$@\"");
	write_program(w, "start-server", "test $# = 0 || test \"$2\" -gt 1023");
	write_program(w, "start-database", "exit 1");        /* 5432 is there: must not be called */
	write_program(w, "run-tests", "exit 0");
	write_program(w, "ssh", "shift; exec \"$@\"");       /* every machine is this one */
	write_program(w, "systemctl",          /* records while a server comes and goes */
		      "timeout 3 lotop record & sleep 1\n"
		      "sleep 1 | " LOTOP_HELPER_DIR "/helper_socket server 3000 >/dev/null\nwait\nexit 0");
	write_file(w, ".lotop", "[database]", "port = 5432");
	read_page(w);
	add(w, "server", 3000);
	add(w, "server", 5432);
	add(w, "wrapped", 8080);
	add(w, "stopped", 7000);
	add(w, "listen_any4", 9000);
	return 0;
}

static int clean(void **state)
{
	struct world *w = *state;
	const char *const argv[] = { "rm", "-rf", w->folder, NULL };

	scene_end(&w->scene);
	buf_done(&w->page);
	if (*w->folder) {
		struct run r = run_program(argv, NULL);
		run_done(&r);
	}
	return 0;
}

/* What a person does: says yes when asked, leaves the dashboard by q, and ends what goes on by Ctrl-C. */
static void play(struct term *t, const char *command)
{
	bool is_asked = false;

	for (int i = 0; i < 100 && !term_await_end(t, 0); i++) {
		bool asks = vscreen_find(term_screen(t), "[y/N]") >= 0;

		if (asks && !is_asked)
			term_type(t, "y\r");
		is_asked |= asks;
		if (i == 10 && (strstr(command, "--replay") || slice_starts(slice_of(command), "lotop --from")))
			term_type(t, "q");
		if (i == 10 && !strcmp(command, "lotop watch"))
			term_type(t, "\003");
		term_await_end(t, 100);
	}
}

static void run_example(const struct world *w, const char *command)
{
	char line[512], path[128], home[96];
	const char *const argv[] = { "/bin/sh", "-c", line, NULL }, *const env[] = { path, home, NULL };
	int expected = strcmp(command, "lotop watch") ? 0 : INTERRUPTED;
	struct term *t;

	snprintf(line, sizeof line, "cd %s\n%s", w->folder, command);
	snprintf(path, sizeof path, "PATH=%s:/usr/bin:/bin:/usr/sbin:/sbin", w->folder);
	snprintf(home, sizeof home, "HOME=%s", w->folder);
	print_message("%s\n", command);
	t = term_start(24, 120, argv, env);
	play(t, command);
	if (!term_await_end(t, 0) || term_status(t) != expected)
		fail_msg("%s: status %d\n%.*s", command, term_status(t), (int)term_raw(t).len,
			 term_raw(t).ptr);
	term_free(t);
}

static void test_examples(void **state)
{
	struct world *w = *state;
	struct slice rest;
	int count = 0;

	if (!w->may_enter)
		skip();
	rest = buf_slice(&w->page);
	rest = slice_from(rest, (size_t)(strstr(buf_string(&w->page), "\n.Sh EXAMPLES") - rest.ptr));
	while (rest.len) {
		struct slice line = slice_cut(&rest, '\n');
		char command[400];

		if (!slice_starts(line, ".Dl "))
			continue;
		snprintf(command, sizeof command, "%.*s", (int)line.len - 4, line.ptr + 4);
		run_example(w, command);
		count++;
	}
	assert_true(count >= EXAMPLES_AT_LEAST);
}

int main(void)
{
	struct world world = { .may_enter = scene_enter() };
	const struct CMUnitTest tests[] = {
		{ "examples", test_examples, prepare, clean, &world },
	};

	return cmocka_run_group_tests_name("examples", tests, NULL, NULL);
}
