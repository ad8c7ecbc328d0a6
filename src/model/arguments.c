/* Owns the shape of a command line. Knows no program. */
#include "model/arguments.h"

#include <string.h>

bool arguments_next(struct slice *rest, struct slice *argument)
{
	if (!rest->len)
		return false;
	*argument = slice_cut(rest, '\0');
	return true;
}

bool arguments_one_of(struct slice text, const char *const *list)
{
	for (; list && *list; list++)
		if (slice_is(text, *list))
			return true;
	return false;
}

bool arguments_option(struct slice argument, const char *name, struct slice *rest, struct slice *value)
{
	bool is_short = name[0] == '-' && name[1] != '-' && strlen(name) == 2;

	if (slice_is(argument, name))
		return arguments_next(rest, value);
	if (!slice_starts(argument, name))
		return false;
	argument = slice_from(argument, strlen(name));
	if (!is_short && argument.ptr[0] != '=')
		return false;
	*value = is_short ? argument : slice_from(argument, 1);
	return true;
}
