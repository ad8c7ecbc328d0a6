/* Owns the names of signals and which of them are meant to end a process. Knows nobody to send them to. */
#include "action/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>

static const struct {
	int number;
	bool is_end;
	const char *name;
} signals[] = {
	{ SIGTERM, true, "TERM" }, { SIGINT, true, "INT" }, { SIGKILL, true, "KILL" },
	{ SIGQUIT, true, "QUIT" }, { SIGHUP, true, "HUP" }, { SIGABRT, true, "ABRT" },
	{ SIGALRM, true, "ALRM" }, { SIGPIPE, true, "PIPE" }, { SIGCONT, false, "CONT" },
	{ SIGSTOP, false, "STOP" }, { SIGTSTP, false, "TSTP" }, { SIGUSR1, false, "USR1" },
	{ SIGUSR2, false, "USR2" }, { SIGWINCH, false, "WINCH" },
};

enum { SIGNAL_COUNT = sizeof signals / sizeof *signals };

bool kill_signal_is_end(int signal)
{
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		if (signals[i].number == signal)
			return signals[i].is_end;
	return signal == KILL_BY_REMEDY;
}

const char *kill_signal_name(int signal)
{
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		if (signals[i].number == signal)
			return signals[i].name;
	return signal == KILL_BY_REMEDY ? "stop" : "?";
}

static bool is_name(struct slice text, const char *name)
{
	return text.len == strlen(name) && slice_contains_nocase(slice_of(name), text);
}

int kill_signal_parse(struct slice text)
{
	uint64_t number = 0;

	if (text.len > 3 && is_name((struct slice){ text.ptr, 3 }, "SIG"))
		text = slice_from(text, 3);
	slice_to_u64(text, 10, &number);
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		if (is_name(text, signals[i].name) || number == (uint64_t)signals[i].number)
			return signals[i].number;
	return -EINVAL;
}
