/* Where lotop ends when it cannot go on, and the allocations that end there.
 * One hook (the terminal's restorer) runs first. Everything else in lotop reports
 * errors as 0 / -errno; only running out of memory and broken invariants come here. */
#ifndef BASE_FATAL_H
#define BASE_FATAL_H

#include <stddef.h>

/* Set once by the owner of the terminal, before threads start; NULL to clear. */
void fatal_set_hook(void (*restore)(void));
/* Runs the hook, writes "lotop: <message>\n" to stderr, exits with status 3. Any thread. */
_Noreturn void fatal(const char *message);

/* malloc / calloc / realloc that end in fatal("out of memory") instead of NULL.
 * Size 0 is allowed and gives a pointer that free() takes. Caller owns the result. */
void *fatal_alloc(size_t size);
void *fatal_calloc(size_t count, size_t size);
void *fatal_realloc(void *old, size_t size);
char *fatal_strdup(const char *string);

#endif
