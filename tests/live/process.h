/* What the kernel says of a process that a test made, or that lotop started: /proc/PID/stat. */
#ifndef LIVE_PROCESS_H
#define LIVE_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/* The letter of its state; '\0': there is no such process. */
char process_state(pid_t pid);
/* Neither gone nor a zombie that nobody has reaped yet. */
bool process_is_alive(pid_t pid);
/* 0: there is no such process. */
pid_t process_parent(pid_t pid);

#endif
