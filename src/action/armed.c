/* Owns what is news: a status that tells another story than the last one. Knows not what happened. */
#include "action/armed.h"

#include <string.h>

bool armed_tell(struct kill *k, const struct kill_status *next, struct kill_status *status)
{
	bool is_news = next->phase != k->status.phase || next->is_final != k->status.is_final ||
		       next->new_pid != k->status.new_pid || strcmp(next->text, k->status.text);

	k->status = *next;
	*status = *next;
	return is_news;
}
