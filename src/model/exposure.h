/* Who can reach a socket, and which socket an address really reaches. Pure.
 * Source: SITUATIONS section 1 rows as measured; the kernel prefers an exact address over a
 * wildcard and a device-bound over an unbound socket (inet_lookup_listener, compute_score). */
#ifndef MODEL_EXPOSURE_H
#define MODEL_EXPOSURE_H

#include "model/facts.h"

enum exposure {
	EXPOSURE_LOOPBACK, EXPOSURE_WILDCARD, EXPOSURE_LAN,
	EXPOSURE_NETNS               /* of another network namespace: no address of it means anything here */
};

/* lo has this index in every network namespace (drivers/net/loopback.c, Linux 3.7). */
enum { LOOPBACK_IFINDEX = 1 };

/* `loopback_device` is the interface index of lo (normally 1); 0 = not known. A wildcard bound to
 * lo is loopback; a wildcard bound to another device, and any other address, is lan. */
enum exposure exposure_of(const struct endpoint *local, uint32_t loopback_device);
const char *exposure_name(enum exposure exposure);     /* "loopback" "wildcard" "lan" "netns" */

/* Whether others on the network reach a socket that is bound to this wildcard at `own`, an address of this machine:
 * never a loopback one, nor a link-local one, which means nothing without its device. */
bool exposure_is_reached_at(const struct endpoint *wildcard, int8_t v6only, const struct endpoint *own);

struct snapshot;
struct listener;
/* Which LISTEN (tcp) or UNCONN (udp) row a packet from this network namespace to 127.0.0.1:port (FAMILY_IPV4) or
 * [::1]:port (FAMILY_IPV6) reaches; NULL when nobody listens there. Borrowed from the snapshot. */
const struct listener *exposure_reached(const struct snapshot *s, uint8_t protocol, uint8_t family,
					uint16_t port);
/* Which LISTEN row accepted the established connection whose own end is `local` (it has the family and
 * the device of its listener); NULL when none could. Borrowed from the snapshot. */
const struct listener *exposure_accepted(const struct snapshot *s, const struct endpoint *local);

#endif
