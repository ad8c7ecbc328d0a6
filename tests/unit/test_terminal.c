/* model/terminal: what tmux, screen and terminal emulators write into an environment is understood; what
 * does not look like it is nothing, whoever wrote it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "model/terminal.h"

#define ENVIRONMENT(text) { text, sizeof text - 1 }

static const struct {
	struct slice environment;
	const char *text;            /* "" = tells nothing */
} cases[] = {
	{ ENVIRONMENT(""), "" },
	{ ENVIRONMENT("TMUX=/tmp/tmux-1000/default,4242,0\0TMUX_PANE=%3\0TERM_PROGRAM=tmux\0"),
	  "tmux pane %3" },
	{ ENVIRONMENT("TMUX=/tmp/tmux-1000/work,4242,12\0TMUX_PANE=%30\0"), "tmux pane %30 (server work)" },
	{ ENVIRONMENT("TMUX_PANE=%3\0"), "tmux pane %3" },
	{ ENVIRONMENT("TMUX=/tmp/tmux-1000/work,4242,0\0"), "" },
	{ ENVIRONMENT("STY=4242.pts-0.devbox\0"), "screen 4242.pts-0.devbox" },
	{ ENVIRONMENT("STY=4242.web\0TERM_PROGRAM=vscode\0"), "screen 4242.web, vscode" },
	{ ENVIRONMENT("TERM_PROGRAM=iTerm.app\0"), "iTerm.app" },
	{ ENVIRONMENT("TERM_PROGRAM=vscode"), "vscode" },            /* cut at the end */
	{ ENVIRONMENT("TMUX_PANE=%3\0TMUX_PANE=%4\0"), "tmux pane %3" },
	{ ENVIRONMENT("PATH=/bin\0XTMUX_PANE=%3\0TMUX_PANE\0"), "" },
	{ ENVIRONMENT("TMUX_PANE=%\0"), "" },
	{ ENVIRONMENT("TMUX_PANE=3\0"), "" },
	{ ENVIRONMENT("TMUX_PANE=%3;reboot\0"), "" },
	{ ENVIRONMENT("TMUX_PANE=%3\x1b[31m\0"), "" },
	{ ENVIRONMENT("TMUX_PANE=%11111111111111111111111111111111111111111111111111111111111111111\0"), "" },
	{ ENVIRONMENT("TMUX=/tmp/a b,4242,0\0TMUX_PANE=%1\0"), "tmux pane %1" },
	{ ENVIRONMENT("TMUX=../x,4242,0\0TMUX_PANE=%1\0"), "tmux pane %1" },
	{ ENVIRONMENT("TMUX=/tmp/tmux-0/x,12a,0\0TMUX_PANE=%1\0"), "tmux pane %1" },
	{ ENVIRONMENT("STY=web\0"), "" },
	{ ENVIRONMENT("STY=4242.\0"), "" },
	{ ENVIRONMENT("STY=4242.a/b\0"), "" },
	{ ENVIRONMENT("TERM_PROGRAM=a\nb\0"), "" },
	{ ENVIRONMENT("TERM_PROGRAM=\0"), "" },
};

static void each_is_understood_or_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct terminal t;
		struct buf text = { 0 };
		bool tells = terminal_parse(cases[i].environment, &t);

		if (tells)
			terminal_add_text(&text, &t);
		if (strcmp(buf_string(&text), cases[i].text))
			fail_msg("case %zu: \"%s\", not \"%s\"", i, buf_string(&text), cases[i].text);
		assert_int_equal(tells, *cases[i].text != 0);
		buf_done(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_understood_or_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
