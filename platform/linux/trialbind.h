/* Can a port be bound? Tried, over every form of address that a server may ask for, and closed at once. */
#ifndef PLATFORM_LINUX_TRIALBIND_H
#define PLATFORM_LINUX_TRIALBIND_H

#include "model/probe.h"

void trialbind_all(const struct endpoint *at, struct probe *out);
/* Has the kernel any port left to choose at 127.0.0.1? */
void trialbind_any(uint8_t protocol, struct probe *out);

#endif
