/* Owns the conversion between endpoints and socket addresses. Opens nothing. */
#include "platform/linux/sockaddr.h"
#include <netinet/in.h>
#include <string.h>

socklen_t sockaddr_of(const struct endpoint *e, struct sockaddr_storage *out)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(e->port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(e->port)};

	*out = (struct sockaddr_storage){0};
	if (e->family == FAMILY_IPV4) {
		memcpy(&v4.sin_addr, e->address, sizeof v4.sin_addr);
		memcpy(out, &v4, sizeof v4);
		return sizeof v4;
	}
	memcpy(&v6.sin6_addr, e->address, sizeof v6.sin6_addr);
	v6.sin6_scope_id = endpoint_is_link_local(e) ? e->device : 0;
	memcpy(out, &v6, sizeof v6);
	return sizeof v6;
}

bool sockaddr_read(const struct sockaddr *address, struct endpoint *out)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (address->sa_family == AF_INET) {
		memcpy(&v4, address, sizeof v4);
		*out = (struct endpoint){.family = FAMILY_IPV4, .port = ntohs(v4.sin_port)};
		memcpy(out->address, &v4.sin_addr, sizeof v4.sin_addr);
		return true;
	}
	if (address->sa_family != AF_INET6)
		return false;
	memcpy(&v6, address, sizeof v6);
	*out = (struct endpoint){.family = FAMILY_IPV6, .port = ntohs(v6.sin6_port),
				 .device = v6.sin6_scope_id};
	memcpy(out->address, &v6.sin6_addr, sizeof v6.sin6_addr);
	return true;
}
