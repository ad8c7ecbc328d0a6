/* Between fork() and exec() in a process that has threads: what a child of lotop lays down before it becomes
 * another program. Async-signal-safe calls only (signal-safety(7)). */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

/* Every signal as it is by default, and none held back. */
void child_reset_signals(void);
/* Closes `first` and all descriptors above it. 0 or -errno. */
int child_close_from(unsigned first);

#endif
