/* Owns the form of an error message, and the one message that the dashboard shares with every command. */
#include "cli/complain.h"

#include <stdio.h>
#include <string.h>
#include "base/text.h"

void complain(const char *what, const char *why, const char *hint)
{
	struct buf line = { 0 };

	buf_add_string(&line, "lotop: ");
	text_escape(&line, slice_of(*what ? what : "''"));
	if (why) {
		buf_add_string(&line, ": ");
		text_escape(&line, slice_of(why));
	}
	if (hint) {
		buf_add_string(&line, " (");
		text_escape(&line, slice_of(hint));
		buf_add_char(&line, ')');
	}
	buf_add_char(&line, '\n');
	fputs(buf_string(&line), stderr);
	buf_done(&line);
}

void complain_value(const char *option, const char *value, const char *why, const char *hint)
{
	struct buf what = { 0 };

	buf_printf(&what, "%s %s", option, *value ? value : "''");
	complain(buf_string(&what), why, hint);
	buf_done(&what);
}

void complain_errno(const char *what, int error, const char *hint)
{
	complain(what, strerror(-error), hint);
}

void complain_blind(int error)
{
	complain_errno("cannot see any socket", error,
		       "sock_diag and /proc/net are both refused here: try outside of the sandbox, or sudo");
}
