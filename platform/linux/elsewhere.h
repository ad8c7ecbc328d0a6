/* Listeners with the same port in other network namespaces (containers), as far as they can be read. */
#ifndef PLATFORM_LINUX_ELSEWHERE_H
#define PLATFORM_LINUX_ELSEWHERE_H

#include "model/probe.h"

void elsewhere_find(int proc, const struct endpoint *at, struct probe *out);

#endif
