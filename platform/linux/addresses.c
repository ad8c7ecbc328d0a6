/* Owns the list of interfaces, by getifaddrs(3): rtnetlink of this network namespace. (/sys/class/net belongs
 * to the namespace that mounted sysfs and may say that a lo is up which is down here.) Refuses to know by which
 * address others come. */
#include "platform/linux/addresses.h"
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/array.h"
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

static void read_all(struct addresses *a)
{
	struct ifaddrs *all;
	struct endpoint e;

	a->count = 0;
	if (getifaddrs(&all))
		return;
	for (const struct ifaddrs *i = all; i; i = i->ifa_next)
		if (i->ifa_flags & IFF_UP && i->ifa_addr && sockaddr_read(i->ifa_addr, &e))
			ARRAY_PUSH(a->items, a->count, a->cap) = e;
	freeifaddrs(all);
}

static bool answers_everywhere(const struct socket_fact *s)
{
	return (s->state == SOCKET_LISTEN || s->state == SOCKET_UNCONN) && !s->local.netns && !s->local.device &&
	       endpoint_is_wildcard(&s->local);
}

static bool is_asked(const struct facts *facts)
{
	for (size_t i = 0; i < facts->socket_count; i++)
		if (answers_everywhere(&facts->sockets[i]))
			return true;
	return false;
}

/* A new network namespace has its lo down, and programs bind to it all the same. */
static bool is_loopback_down(void)
{
	struct ifreq lo = { .ifr_name = "lo" };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool is_down = fd >= 0 && !ioctl(fd, SIOCGIFFLAGS, &lo) && !(lo.ifr_flags & IFF_UP);

	if (fd >= 0)
		close(fd);
	return is_down;
}

void addresses_add(struct addresses *a, struct facts *facts, int64_t now_us)
{
	if (is_loopback_down())
		facts_add_gap(facts, GAP_LO_DOWN, 0, ENETDOWN);
	if (!is_asked(facts))
		return;
	if (!a->read_us || now_us - a->read_us >= ADDRESSES_CALM_US) {
		read_all(a);
		a->read_us = now_us;
	}
	for (size_t i = 0; i < a->count; i++)
		facts_add_address(facts, &a->items[i]);
}

void addresses_done(struct addresses *a)
{
	free(a->items);
}
