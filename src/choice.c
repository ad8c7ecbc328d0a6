/* Owns how a word of a list is found, and what is said about one that is not there. Knows no setting. */
#include "choice.h"

#include <errno.h>
#include "base/nearest.h"

int choice_refuse(struct slice value, const char *const names[], const char *wrong, struct buf *why)
{
	buf_printf(why, "%s (", wrong);
	nearest_add_hint(why, value, names, "", NULL);
	buf_add_char(why, ')');
	return -EINVAL;
}

int choice_find(struct slice value, const char *const names[], const char *wrong, struct buf *why)
{
	for (int i = 0; names[i]; i++)
		if (slice_is(value, names[i]))
			return i;
	return choice_refuse(value, names, wrong, why);
}

int choice_find_truth(struct slice value, bool *out, struct buf *why)
{
	static const char *const names[] = { "no", "yes", "false", "true", "off", "on", "0", "1", NULL };
	static const char *const offered[] = { "yes", "no", NULL };

	for (int i = 0; names[i]; i++) {
		if (slice_is(value, names[i])) {
			*out = i % 2;
			return 0;
		}
	}
	return choice_refuse(value, offered, "neither yes nor no", why);
}
