/* For the tests of rows in several network namespaces, where one port may be there in each. */
#ifndef UNIT_NAMESPACES_H
#define UNIT_NAMESPACES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "model/snapshot.h"

/* The test fails when there is none. Namespace 0: the own one. */
static inline const struct listener *namespaces_find(const struct snapshot *s, uint32_t netns, uint16_t port)
{
	for (size_t i = 0; i < s->listener_count; i++)
		if (s->listeners[i].key.endpoint.netns == netns && s->listeners[i].key.endpoint.port == port)
			return &s->listeners[i];
	fail_msg("no row of port %u in %u", port, netns);
	return NULL;
}

#endif
