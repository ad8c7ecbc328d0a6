/* Owns the list of interfaces, by getifaddrs(3): rtnetlink of this network namespace. (/sys/class/net belongs
 * to the namespace that mounted sysfs and may say that a lo is up which is down here.) Refuses to know which
 * address matters. */
#include "platform/linux/addresses.h"
#include <ifaddrs.h>
#include <net/if.h>
#include "model/exposure.h"
#include "platform/linux/sockaddr.h"

static void take(const struct ifaddrs *i, struct probe *out)
{
	uint32_t device = if_nametoindex(i->ifa_name);
	struct endpoint e;

	if (device == LOOPBACK_IFINDEX)
		out->loopback_is_up = (i->ifa_flags & IFF_UP) != 0;
	if (!i->ifa_addr || !sockaddr_read(i->ifa_addr, &e))
		return;
	if (out->address_count == PROBE_ADDRESSES) {
		out->knows_addresses = false;
		return;
	}
	e.device = device;
	out->addresses[out->address_count++] = e;
}

void addresses_read(struct probe *out)
{
	struct ifaddrs *all;

	if (getifaddrs(&all))
		return;
	out->knows_addresses = true;
	for (const struct ifaddrs *i = all; i; i = i->ifa_next)
		take(i, out);
	freeifaddrs(all);
}
