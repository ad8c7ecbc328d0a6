/* This machine's own addresses, and whether lo is up. */
#ifndef PLATFORM_LINUX_ADDRESSES_H
#define PLATFORM_LINUX_ADDRESSES_H

#include "model/probe.h"

/* Leaves unknown what cannot be read. */
void addresses_read(struct probe *out);

#endif
