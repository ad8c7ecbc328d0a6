/* Who has one socket open: a walk of its own for sockets that no scan looks after (connections). */
#ifndef PLATFORM_LINUX_PORTHOLDER_H
#define PLATFORM_LINUX_PORTHOLDER_H

#include "model/probe.h"

/* The walk ends after PORTHOLDER_MS; then, and where nobody is found, the pid stays 0. */
enum { PORTHOLDER_MS = 200 };
void portholder_find(int proc, struct probe_connection *c);

/* /proc/PID/comm, or an empty text. */
void portholder_name(int proc, int32_t pid, char out[PROBE_NAME]);

#endif
