/* How many descriptors lotop may keep open without ever running out of them: a quarter of the soft limit. */
#ifndef PLATFORM_LINUX_DESCRIPTORS_H
#define PLATFORM_LINUX_DESCRIPTORS_H

#include <stdbool.h>

struct descriptors {
	unsigned left;
};

void descriptors_init(struct descriptors *d);
bool descriptors_take(struct descriptors *d, unsigned count);    /* false: too few are left, none taken */
void descriptors_give(struct descriptors *d, unsigned count);

#endif
