/* struct endpoint as the system calls want it. */
#ifndef PLATFORM_LINUX_SOCKADDR_H
#define PLATFORM_LINUX_SOCKADDR_H

#include <sys/socket.h>
#include "model/endpoint.h"

/* Returns the length. The device becomes the scope of a link-local address. */
socklen_t sockaddr_of(const struct endpoint *e, struct sockaddr_storage *out);
/* Sets family, address, port and device; false for other families. */
bool sockaddr_read(const struct sockaddr *address, struct endpoint *out);

#endif
