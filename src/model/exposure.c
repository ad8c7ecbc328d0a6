/* Owns the question who can reach an address: this machine only, or others too. Which of several sockets
 * a packet then reaches is a question to a whole snapshot: reach.c answers it. Knows no firewall. */
#include "model/exposure.h"

static const char *const names[] = {
	[EXPOSURE_LOOPBACK] = "loopback",
	[EXPOSURE_WILDCARD] = "wildcard",
	[EXPOSURE_LAN] = "lan",
	[EXPOSURE_NETNS] = "netns",
};

enum exposure exposure_of(const struct endpoint *local, uint32_t loopback_device)
{
	if (endpoint_is_loopback(local))
		return EXPOSURE_LOOPBACK;
	if (!endpoint_is_wildcard(local))
		return EXPOSURE_LAN;
	if (!local->device)
		return EXPOSURE_WILDCARD;
	return local->device == loopback_device ? EXPOSURE_LOOPBACK : EXPOSURE_LAN;
}

bool exposure_is_reached_at(const struct endpoint *wildcard, int8_t v6only, const struct endpoint *own)
{
	if (endpoint_is_loopback(own) || endpoint_is_link_local(own))
		return false;
	if (wildcard->family == FAMILY_IPV4 || endpoint_is_v4_mapped(wildcard))
		return own->family == FAMILY_IPV4;
	return own->family == FAMILY_IPV6 || v6only != TRISTATE_TRUE;
}

const char *exposure_name(enum exposure exposure)
{
	return names[exposure];
}
