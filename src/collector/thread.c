/* Owns which signals a thread may get. Knows nothing of what it does. */
#include "collector/thread.h"

#include <signal.h>
#include <stddef.h>

static void unwanted_signals(sigset_t *blocked)
{
	static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS };

	sigfillset(blocked);
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		sigdelset(blocked, faults[i]);
}

int thread_start(pthread_t *thread, void *(*run)(void *context), void *context)
{
	sigset_t blocked, before;
	int error;

	unwanted_signals(&blocked);
	pthread_sigmask(SIG_SETMASK, &blocked, &before);
	error = pthread_create(thread, NULL, run, context);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -error;
}
