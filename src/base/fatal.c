/* The end of the road: the one place that exits without returning an error.
 * Owns the process-wide restore hook, the only mutable global of lotop: whoever runs out of
 * memory, in any thread and at any depth, has to give back the terminal without knowing it. */
#include "base/fatal.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { FATAL_STATUS = 3 };

static _Atomic(void (*)(void)) restore_hook;
static _Atomic(pid_t) dying;     /* the thread that ends the process; 0 = none does */

void fatal_set_hook(void (*restore)(void))
{
	atomic_store(&restore_hook, restore);
	while (restore && atomic_load(&dying))
		pause();    /* another thread ends the process: it is too late to take the terminal */
}

/* stdio may be what broke, or be locked by the thread that is interrupted: only write(2). */
static void complain(const char *text)
{
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		return;    /* nobody is left to be told */
}

static void restore(void)
{
	void (*hook)(void) = atomic_exchange(&restore_hook, NULL);

	if (hook)
		hook();
}

_Noreturn void fatal(const char *message)
{
	pid_t none = 0;

	while (!atomic_compare_exchange_strong(&dying, &none, gettid()) && none != gettid()) {
		pause();    /* another thread is at it: its exit would cut the restoring short */
		none = 0;
	}
	restore();
	complain("lotop: ");
	complain(message);
	complain("\n");
	_exit(FATAL_STATUS);    /* exit(3) would run handlers while other threads still work */
}

static void *checked(void *memory)
{
	if (!memory)
		fatal("out of memory");
	return memory;
}

void *fatal_alloc(size_t size)
{
	return checked(malloc(size ? size : 1));
}

void *fatal_calloc(size_t count, size_t size)
{
	return checked(count && size ? calloc(count, size) : calloc(1, 1));
}

void *fatal_realloc(void *old, size_t size)
{
	return checked(realloc(old, size ? size : 1));
}

char *fatal_strdup(const char *string)
{
	return checked(strdup(string));
}
