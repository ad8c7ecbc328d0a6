/* Owns the growth of a list of pids. Refuses to know why they are to be looked at. */
#include "platform/linux/pid_list.h"
#include <stdlib.h>
#include "base/array.h"

void pid_list_add(struct pid_list *l, int32_t pid)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->items[i] == pid)
			return;
	ARRAY_PUSH(l->items, l->count, l->cap) = pid;
}

void pid_list_done(struct pid_list *l)
{
	free(l->items);
	*l = (struct pid_list){0};
}
