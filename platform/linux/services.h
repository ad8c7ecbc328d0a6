/* The lines of /etc/services (services(5)). Bytes and values only. */
#ifndef PLATFORM_LINUX_SERVICES_H
#define PLATFORM_LINUX_SERVICES_H

#include <stdbool.h>
#include "base/slice.h"
#include "model/endpoint.h"

struct service {
	struct slice name;           /* borrowed from the text */
	uint16_t port;
	uint8_t protocol;            /* PROTOCOL_TCP, PROTOCOL_UDP */
};

/* Takes the next service from the front of *text; other protocols and what is no service are skipped. False at
 * the end. */
bool services_next(struct slice *text, struct service *out);

#endif
