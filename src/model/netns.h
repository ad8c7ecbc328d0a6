/* Other network namespaces of this machine: containers, `ip netns`, unshare(1). An address there is not
 * the address here; equal ones are told apart by endpoint.netns. */
#ifndef MODEL_NETNS_H
#define MODEL_NETNS_H

#include "base/arena.h"
#include "model/facts.h"

struct netns {                       /* safe texts */
	const struct netns_fact *fact;
	const char *label;           /* never NULL: "shop", "3f2a9c1b77de", "netns:4026532321" */
	const char *container;       /* NULL = none known */
};

/* Texts are made in `arena`; *fact is borrowed. `facts` may know what its container is called; NULL:
 * nobody does. */
struct netns netns_make(struct arena *arena, const struct netns_fact *fact, const struct facts *facts);

#endif
