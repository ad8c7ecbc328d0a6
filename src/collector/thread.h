/* Threads beside the one with the terminal. */
#ifndef COLLECTOR_THREAD_H
#define COLLECTOR_THREAD_H

#include <pthread.h>

/* Starts `run` with every signal blocked, for those belong to the thread with the terminal; but a fault has to find its
 * handler in the thread that made it. 0, or -errno. */
int thread_start(pthread_t *thread, void *(*run)(void *context), void *context);

#endif
