/* Owns from a shown command to a program that runs: the words are those on the screen, so nothing else is run than what
 * was agreed to. Refuses to choose the command (supervisor.c does). */
#include "action/remedy.h"

#include <errno.h>
#include "base/words.h"

int remedy_run(struct platform *p, const struct kill_plan *plan)
{
	bool is_users = plan->remedy_kind == REMEDY_USER_UNIT || plan->remedy_kind == REMEDY_USER_CONTAINER;
	const struct slice nothing = { NULL, 0 };
	const char *problem;
	char **words;
	int error;

	if (plan->remedy_kind == REMEDY_NONE || words_split(plan->remedy, &words, &problem))
		return -EINVAL;
	if (is_users)
		error = p->ops->run(p, (const char *const *)words, nothing, REMEDY_TIMEOUT_MS);
	else
		error = p->ops->run_own(p, (const char *const *)words, REMEDY_TIMEOUT_MS);
	words_free(words);
	return error;
}

const char *remedy_failure(int error)
{
	switch (error) {
	case -ENOENT:
		return "no such program here";
	case -EROFS:
		return "read-only: no program is started";
	case -EOPNOTSUPP:
		return "this is a recording: nothing is run";
	default:
		return "it failed: run it in a terminal to see why, or lotop with sudo";
	}
}
