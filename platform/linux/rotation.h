/* Which of the known holders are looked at again, and when: a few in each scan, in turn, so that the cost of a scan
 * does not grow with their number. How soon a change is noticed by that stands in holders.h. */
#ifndef PLATFORM_LINUX_ROTATION_H
#define PLATFORM_LINUX_ROTATION_H

#include <stdbool.h>
#include <stddef.h>

enum { ROTATION_REFRESH = 3, ROTATION_REFRESH_DEEP = 24, ROTATION_VERIFY = 3 };

struct holders;
struct pid_list;

struct rotation {                    /* zeroed but for the borrowed ones = at its beginning */
	struct holders *holders;     /* borrowed */
	int proc;                    /* borrowed: /proc */
	size_t refresh_at;           /* whose `stat` was read last */
	size_t verify_at, verify_held_at;    /* which descriptor of whom is verified next */
};

/* Both append to `again` the pids whose tables are to be walked, and drop holders that are gone. */

/* With each scan: all who are young, and those who were found in the scan before, once. */
void rotation_visit_young(struct rotation *r, struct pid_list *again);
/* With each scan that is no quick one: the next ROTATION_REFRESH of the others, or ROTATION_REFRESH_DEEP where the scan
 * is deep, and the next ROTATION_VERIFY descriptors. */
void rotation_go_on(struct rotation *r, bool is_deep, struct pid_list *again);

#endif
