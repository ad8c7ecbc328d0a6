/* Processes to be looked at, in the order in which they were added. */
#ifndef PLATFORM_LINUX_PID_LIST_H
#define PLATFORM_LINUX_PID_LIST_H

#include <stddef.h>
#include <stdint.h>

struct pid_list {                    /* zeroed = empty */
	int32_t *items;              /* owned */
	size_t count, cap;
};

void pid_list_add(struct pid_list *l, int32_t pid);      /* unless it is there */
void pid_list_done(struct pid_list *l);

#endif
