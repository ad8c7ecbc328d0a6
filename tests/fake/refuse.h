/* System calls that this process and its children may make no more: what old container profiles, other kernels
 * and sandboxes do to lotop. */
#ifndef FAKE_REFUSE_H
#define FAKE_REFUSE_H

#include <stdbool.h>
#include <stddef.h>

enum { REFUSE_ANY = -1, REFUSE_ARGUMENTS = 3 };

struct refused_call {
	int number;                              /* SYS_... */
	int arguments[REFUSE_ARGUMENTS];         /* with these, of which the low halves count; REFUSE_ANY */
};

/* Each of them fails with `error` from now on. False where the kernel has no filters. */
bool refuse_calls(const struct refused_call *calls, size_t count, int error);

#endif
