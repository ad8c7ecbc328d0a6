/* Names chosen to harm, each the name, the first argument and the working directory of a real process that
 * listens: no byte that a terminal would obey, or that forges what stands beside it, comes out anywhere. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/buf.h"
#include "base/text.h"
#include "../live/netns.h"
#include "../live/run.h"
#include "../live/sockets.h"
#include "escapes.h"
#include "term.h"

enum { FIRST_PORT = 21000, NAME_BYTES = 32, CONTROLS = 32 + 1 + 32 };

/* Beside every C0 and C1 control and DEL, which are made below. */
static const char *const special[] = {
	"\033[31mred",            /* colour */
	"\033]0;title\007",       /* window title */
	"\033]52;c;aGk=\007",     /* clipboard */
	"\033[2J\033[H",          /* the whole screen */
	"\033[?1049l",            /* the alternate screen */
	"\033P1$r\033\\",         /* a device control string */
	"\033c",                  /* reset */
	"\033[6n",                /* a question that the terminal answers */
	"a\n20000 fake",          /* a forged row */
	"a\r20000 fake",
	"a\tb",
	"a\bb",
	"\xc2\x9b" "31mred",      /* CSI as one character */
	"\xc2\x9d" "0;t\xc2\x9c", /* OSC as one character */
	"\xe2\x80\xae" "gpj.exe", /* right-to-left override */
	"\xe2\x80\xad" "abc",
	"\xe2\x81\xa6" "abc",     /* isolates */
	"\xe2\x81\xa7" "abc",
	"\xe2\x81\xa8" "abc",
	"\xe2\x81\xa9" "abc",
	"\xe2\x80\x8e" "abc",     /* marks */
	"\xe2\x80\x8f" "abc",
	"\xd8\x9c" "abc",
	"no\xe2\x80\x8b" "de",    /* zero width */
	"no\xe2\x80\x8c" "de",
	"no\xe2\x80\x8d" "de",
	"no\xe2\x81\xa0" "de",
	"\xef\xbb\xbf" "node",    /* byte order mark */
	"\xf3\xa0\x81\x81" "tag", /* tag */
	"\xe2\x80\xa8" "line",    /* line and paragraph separator */
	"\xe2\x80\xa9" "para",
	"\xee\x80\x80" "priv",    /* private use */
	"\xef\xbf\xbf" "none",    /* noncharacter */
	"e\xcc\x81\xcc\x81\xcc\x81\xcc\x81", /* a pile of marks */
	"\xcc\x81" "lead",
	"\xc0\xaf" "overlong",    /* overlong */
	"\xe0\x80\xaf" "over",
	"\xf0\x80\x80\xaf" "o",
	"\xed\xa0\x80" "surr",    /* surrogate */
	"\xf4\x90\x80\x80" "big", /* beyond Unicode */
	"\x80" "stray",
	"cut\xe2\x80",
	"\xff\xfe" "bytes",
	"\xe5\xae\xbd\xe5\xae\xbd",          /* wide */
	"\xf0\x9f\x92\xa9\xef\xb8\x8f",      /* emoji with a selector */
	"\",\"pid\":1,\"x\":\"",              /* a forged JSON key */
	"a,b\",=1+1",                         /* a forged CSV cell */
	"=cmd|'C calc'!A0",
};

enum { SPECIALS = sizeof special / sizeof *special, NAMES = CONTROLS + SPECIALS };

struct world {
	char directory[32];
	char names[NAMES][NAME_BYTES];
	pid_t pids[NAMES];
	int count;
	bool may_enter;
};

static void name_control(char *out, unsigned i)
{
	if (i < 32)
		snprintf(out, NAME_BYTES, "c0-%cx", i ? (int)i : ' ');
	else if (i == 32)
		snprintf(out, NAME_BYTES, "del-\177x");
	else
		snprintf(out, NAME_BYTES, "c1-\xc2%cx", (int)(0x80 + i - 33));
}

/* Its name, its argument and its directory: all are `name`. */
static pid_t serve(const char *name, uint16_t port)
{
	char path[NAME_BYTES + 3];
	pid_t pid = fork();
	int fd;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(path, sizeof path, "./%s", name);
	fd = socket_listening("127.0.0.1", port, 0, 1);
	fcntl(fd, F_SETFD, 0);
	if (mkdir(name, 0700) || chdir(name) || symlink("/bin/sleep", name))
		_exit(1);
	execl(path, name, "1000", (char *)NULL);
	_exit(1);
}

static void remove_name(const char *name)
{
	char path[2 * NAME_BYTES];

	snprintf(path, sizeof path, "%s/%s", name, name);
	unlink(path);
	rmdir(name);
}

static bool is_listed(int count)
{
	char last[16];

	snprintf(last, sizeof last, "%d ", FIRST_PORT + count - 1);
	for (int tries = 0; tries < 100; tries++) {
		struct run r = run_lotop("list state:listen", NULL);
		bool is_there = strstr(r.output, last) != NULL;

		run_done(&r);
		if (is_there)
			return true;
	}
	return false;
}

static int set_up(void **state)
{
	struct world *w = *state;

	w->may_enter = !netns_enter();
	strcpy(w->directory, "/tmp/lotop-hostile-XXXXXX");
	if (!w->may_enter || !mkdtemp(w->directory) || chdir(w->directory))
		return 0;
	for (w->count = 0; w->count < NAMES; w->count++) {
		char *name = w->names[w->count];

		if (w->count < CONTROLS)
			name_control(name, (unsigned)w->count);
		else
			snprintf(name, NAME_BYTES, "%s", special[w->count - CONTROLS]);
		w->pids[w->count] = serve(name, (uint16_t)(FIRST_PORT + w->count));
	}
	return is_listed(w->count) ? 0 : -1;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < w->count; i++) {
		kill(w->pids[i], SIGKILL);
		waitpid(w->pids[i], NULL, 0);
		remove_name(w->names[i]);
	}
	if (chdir("/") || rmdir(w->directory))
		perror(w->directory);
	return 0;
}

/* Harmless as it stands: printable ASCII. */
static bool is_plain(const char *name)
{
	for (; *name; name++)
		if (*name < ' ' || *name > '~')
			return false;
	return true;
}

/* Wide characters, and a mark on a character (on the slash of a path too): what they are, no danger. */
static bool may_pass(const char *name)
{
	static const char *const harmless[] = { "\xe5\xae\xbd\xe5\xae\xbd", "\xcc\x81" "lead" };

	for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
		if (!strcmp(name, harmless[i]))
			return true;
	return is_plain(name);
}

static int count_clean(const struct world *w, struct slice output, const char *what)
{
	int clean = 0;

	for (int i = 0; i < w->count; i++) {
		const char *name = w->names[i];
		bool is_raw = !may_pass(name) && memmem(output.ptr, output.len, name, strlen(name));

		if (is_raw)
			printf("%s: name %d is raw\n", what, i);
		clean += !is_raw;
	}
	printf("hostile: %d of %d clean: %s\n", clean, w->count, what);
	return clean;
}

/* No control but the newline; all of it UTF-8. */
static bool is_text(struct slice output)
{
	for (size_t i = 0; i < output.len; i++)
		if (((unsigned char)output.ptr[i] < ' ' && output.ptr[i] != '\n' && output.ptr[i] != '\r') ||
		    output.ptr[i] == 0x7f)
			return false;
	return text_is_utf8(output);
}

static void test_commands(void **state)
{
	static const char *const commands[] = {
		"list", "list --all", "list --json", "list --csv", "why 21010", "why --json 21099", "list process:c0",
	};
	struct world *w = *state;

	if (!w->may_enter)
		skip();
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		struct run r = run_lotop(commands[i], NULL);
		struct slice output = { r.output, r.output_len };

		assert_in_range(r.status, 0, 1);
		assert_true(is_text(output));
		assert_true(is_text((struct slice){ r.errors, r.errors_len }));
		assert_int_equal(count_clean(w, output, commands[i]), w->count);
		run_done(&r);
	}
}

/* Each row gets its own line: nothing in a name makes another. */
static void test_lines(void **state)
{
	struct world *w = *state;
	struct run r;
	int lines = 0;

	if (!w->may_enter)
		skip();
	r = run_lotop("list port:21000-21999 state:listen", NULL);
	for (const char *c = r.output; *c; c++)
		lines += *c == '\n';
	assert_int_equal(lines, w->count + 1);
	run_done(&r);
}

static void test_dashboard(void **state)
{
	static const char *const pages[] = { KEY_ENTER, KEY_ESCAPE, "k", KEY_ESCAPE };
	struct world *w = *state;
	struct buf foreign = { 0 };
	struct term *t;

	if (!w->may_enter)
		skip();
	t = term_lotop(50, 200, "-i 0.2", NULL);
	assert_true(term_await(t, "21000 127.0.0.1"));
	term_settle(t);
	for (int row = 0; row < w->count; row += 4) {
		for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
			term_type(t, pages[i]);
			term_pump(t, 30);
		}
		term_type(t, KEY_DOWN KEY_DOWN KEY_DOWN KEY_DOWN);
	}
	term_type(t, KEY_END);
	term_settle(t);
	escapes_foreign(term_raw(t), &foreign);
	assert_string_equal(buf_string(&foreign), "");
	assert_int_equal(count_clean(w, term_raw(t), "dashboard"), w->count);
	buf_done(&foreign);
	term_free(t);
}

int main(void)
{
	struct world world = { 0 };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_commands, &world),
		cmocka_unit_test_prestate(test_lines, &world),
		cmocka_unit_test_prestate(test_dashboard, &world),
	};
	void *state = &world;
	int failed;

	if (set_up(&state)) {
		printf("skipped: the processes could not be made\n");
		tear_down(&state);
		return 77;
	}
	failed = cmocka_run_group_tests_name("hostile_live", tests, NULL, NULL);
	tear_down(&state);
	return failed;
}
