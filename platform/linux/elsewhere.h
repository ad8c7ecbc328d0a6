/* Listeners with the same port in other network namespaces (containers), as far as /proc shows them. */
#ifndef PLATFORM_LINUX_ELSEWHERE_H
#define PLATFORM_LINUX_ELSEWHERE_H

#include "model/probe.h"

/* Reads /proc/PID/net/tcp of one process of each namespace that may be told apart, ELSEWHERE_MS at most. */
enum { ELSEWHERE_MS = 60 };
void elsewhere_find(int proc, const struct endpoint *at, struct probe *out);

#endif
